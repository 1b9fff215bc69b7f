//! Delivery: a lane for every destination, started, changed and stopped as the
//! configuration says.

mod attempt;
mod batch;
mod breaker;
mod gate;
mod lane;
mod target;

pub use batch::{Part, parts_of};
pub use breaker::{Allowance, Breaker, BreakerRule, Sign};
pub use target::{BatchRule, Target};

use crate::clock::Clock;
use crate::metrics::Metrics;
use fnhost_queue::Queue;
use lane::Order;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// What all lanes share.
pub(crate) struct Context {
    pub(crate) queue: Queue,
    pub(crate) clock: Clock,
    pub(crate) metrics: Arc<Metrics>,
    /// Room for attempts beyond each lane's own.
    pub(crate) shared_slots: Arc<Semaphore>,
}

/// The lanes. Dropping it breaks off what is under way, which is then due again.
pub(crate) struct Dispatcher {
    context: Arc<Context>,
    lanes: BTreeMap<String, watch::Sender<Order>>,
    tasks: JoinSet<()>,
}

impl Dispatcher {
    pub(crate) fn new(context: Context) -> Dispatcher {
        Dispatcher { context: Arc::new(context), lanes: BTreeMap::new(), tasks: JoinSet::new() }
    }

    /// Delivers to `targets` from now on, and to no others.
    pub(crate) fn apply(&mut self, targets: &BTreeMap<String, Arc<Target>>) {
        for (_, orders) in self.lanes.iter().filter(|(name, _)| !targets.contains_key(*name)) {
            orders.send_replace(Order::Stop);
        }
        for (name, target) in targets {
            match self.lanes.get(name).filter(|orders| !matches!(*orders.borrow(), Order::Stop)) {
                Some(orders) => drop(orders.send_replace(Order::Deliver(target.clone()))),
                None => self.start(name, target.clone()),
            }
        }
    }

    fn start(&mut self, name: &str, target: Arc<Target>) {
        let (orders, received) = watch::channel(Order::Deliver(target.clone()));
        let (context, before) = (self.context.clone(), self.lanes.insert(name.to_owned(), orders));
        self.tasks.spawn(async move {
            // A lane of this name that was stopped still knows what is under way.
            if let Some(before) = before {
                before.closed().await;
            }
            lane::run(context, target, received).await;
        });
    }

    /// Has every lane look at the queue again.
    pub(crate) fn look_again(&self) {
        self.lanes.keys().for_each(|name| self.context.queue.arrivals(name).notify_one());
    }

    /// Starts nothing more and waits for what is under way.
    pub(crate) async fn stop(&mut self) {
        self.lanes.values().for_each(|orders| drop(orders.send_replace(Order::Stop)));
        while self.tasks.join_next().await.is_some() {}
    }
}
