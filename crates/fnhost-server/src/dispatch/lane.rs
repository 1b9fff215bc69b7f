//! The lane of one destination: one loop that takes what is due, starts
//! attempts as far as there is room, and takes note of how they end. No lane
//! waits for another.

use super::Context;
use super::attempt::{self, Ended};
use super::breaker::{Allowance, Breaker};
use super::target::Target;
use fnhost_queue::DueDelivery;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::{JoinError, JoinSet};
use tracing::Instrument;

/// Attempts that every destination may have under way whatever others do.
const OWN_SLOTS: usize = 4;

/// Deliveries that are read ahead, as a multiple of what may be under way.
const READ_AHEAD: usize = 2;

/// How long a lane waits after a fault of ours, or when the queue cannot be read.
const FAULT_WAIT_MS: u64 = 1_000;

/// What a lane is told.
#[derive(Clone)]
pub(crate) enum Order {
    /// Deliver to this target, from now on.
    Deliver(Arc<Target>),
    /// Start nothing more; end when what is under way has ended.
    Stop,
}

struct Lane {
    context: Arc<Context>,
    target: Arc<Target>,
    breaker: Breaker,
    /// Read from the queue, not started.
    ready: VecDeque<DueDelivery>,
    /// Everything that is ready or being attempted.
    under_way: HashSet<i64>,
    running: JoinSet<Ended>,
    /// How many of `running` have one of the lane's own slots.
    own_slots_used: Arc<()>,
    /// Whether the queue may have more than is known here.
    look: bool,
    /// When the next delivery is due, by the queue's last answer.
    next_ms: Option<u64>,
    /// Nothing is started or read before this time.
    pause_until_ms: u64,
}

/// Delivers until it is told to stop.
pub(crate) async fn run(context: Arc<Context>, target: Arc<Target>, mut orders: watch::Receiver<Order>) {
    let arrivals = context.queue.arrivals(&target.name);
    let mut lane = Lane {
        context,
        target,
        breaker: Breaker::default(),
        ready: VecDeque::new(),
        under_way: HashSet::new(),
        running: JoinSet::new(),
        own_slots_used: Arc::new(()),
        look: true,
        next_ms: None,
        pause_until_ms: 0,
    };
    loop {
        lane.refill().await;
        let wake_ms = lane.start();
        let clock = lane.context.clock.clone();
        tokio::select! {
            changed = orders.changed() => {
                let order = orders.borrow_and_update().clone();
                match order {
                    Order::Deliver(target) if changed.is_ok() => lane.target = target,
                    _ => break,
                }
            }
            Some(ended) = lane.running.join_next() => lane.ended(ended),
            () = arrivals.notified() => lane.look = true,
            () = clock.until(wake_ms.unwrap_or(u64::MAX)) => lane.woke(),
        }
    }
    while lane.running.join_next().await.is_some() {}
}

impl Lane {
    /// Reads what is due, if there may be something and there is room for it.
    async fn refill(&mut self) {
        let now_ms = self.context.clock.now_ms();
        let wanted = self.wanted();
        if !self.look || self.ready.len() * 2 > wanted || now_ms < self.pause_until_ms {
            return;
        }
        let limit = wanted.saturating_sub(self.ready.len());
        match self.context.queue.due(&self.target.name, now_ms, limit, &self.under_way).await {
            Ok(due) => {
                self.look = due.more;
                self.next_ms = due.next_ms;
                self.under_way.extend(due.deliveries.iter().map(|delivery| delivery.id));
                self.ready.extend(due.deliveries);
            }
            Err(error) => {
                tracing::error!(destination = self.target.name, %error, "cannot read what is due");
                self.pause_until_ms = now_ms + FAULT_WAIT_MS;
            }
        }
    }

    /// How many deliveries to have at hand.
    fn wanted(&self) -> usize {
        let at_a_time = self.target.batch.map_or(1, |batch| batch.events_max);
        self.target.concurrency_max.saturating_mul(at_a_time).saturating_mul(READ_AHEAD).min(1_000)
    }

    /// Starts what can be started. When to come back, if nothing happens before.
    fn start(&mut self) -> Option<u64> {
        let now_ms = self.context.clock.now_ms();
        if now_ms < self.pause_until_ms {
            return Some(self.pause_until_ms);
        }
        let running_max = match self.breaker.allowance(now_ms) {
            Allowance::Any => self.target.concurrency_max,
            Allowance::One => 1,
            Allowance::NoneUntil(until_ms) => return Some(until_ms),
        };
        while !self.ready.is_empty() && self.running.len() < running_max {
            let count = match self.batch_size(now_ms) {
                Ok(count) => count,
                Err(full_ms) => return Some(full_ms.min(self.next_ms.unwrap_or(u64::MAX))),
            };
            let Some(slot) = self.slot() else { break };
            self.begin(count, slot);
        }
        self.next_ms
    }

    /// How many of the ready deliveries to attempt together, or when it is time to.
    fn batch_size(&self, now_ms: u64) -> Result<usize, u64> {
        let Some(batch) = self.target.batch else { return Ok(1) };
        let count = self.ready.len().min(batch.events_max);
        let oldest_ms = self.ready.iter().map(|delivery| delivery.due_ms).min().unwrap_or(now_ms);
        // An event from a future that has not come waits no longer than others.
        let full_ms = oldest_ms.min(now_ms).saturating_add(batch.wait_ms);
        if count == batch.events_max || full_ms <= now_ms { Ok(count) } else { Err(full_ms) }
    }

    /// Room for one more attempt: one of the lane's own, or one that all share.
    fn slot(&self) -> Option<Slot> {
        if Arc::strong_count(&self.own_slots_used) <= OWN_SLOTS {
            return Some(Slot::Own(self.own_slots_used.clone()));
        }
        self.context.shared_slots.clone().try_acquire_owned().ok().map(Slot::Shared)
    }

    fn begin(&mut self, count: usize, slot: Slot) {
        let deliveries: Vec<_> = self.ready.drain(..count).collect();
        let (context, target) = (self.context.clone(), self.target.clone());
        let span = attempt::span(&target, count);
        let attempt = async move {
            let ended = attempt::attempt(&context, &target, deliveries).await;
            drop(slot);
            ended
        };
        self.running.spawn(attempt.instrument(span));
    }

    fn ended(&mut self, ended: Result<Ended, JoinError>) {
        let now_ms = self.context.clock.now_ms();
        match ended {
            Ok(ended) => {
                for id in &ended.ids {
                    self.under_way.remove(id);
                }
                if let Some(sign) = ended.sign {
                    let was_open = self.breaker.is_open();
                    self.breaker.note(sign, self.target.breaker, now_ms);
                    self.tell_breaker(was_open);
                }
                if ended.is_our_fault {
                    self.pause_until_ms = now_ms + FAULT_WAIT_MS;
                    self.look = true;
                }
                if let Some(due_ms) = ended.due_ms {
                    self.next_ms = Some(self.next_ms.map_or(due_ms, |next_ms| next_ms.min(due_ms)));
                }
            }
            // An attempt that panicked is ours to mend; its deliveries stay under
            // way, and so are not attempted again before a restart.
            Err(error) => tracing::error!(destination = self.target.name, %error, "an attempt broke off"),
        }
    }

    fn tell_breaker(&self, was_open: bool) {
        let destination = self.target.name.as_str();
        match (was_open, self.breaker.is_open()) {
            (false, true) => {
                tracing::warn!(destination, "nothing but failures; deliveries wait while it is left alone")
            }
            (true, false) => tracing::info!(destination, "works again"),
            _ => {}
        }
        self.context.metrics.breaker(destination, self.breaker.is_open());
    }

    /// A time that was waited for has come.
    fn woke(&mut self) {
        self.look = true;
        // The next look at the queue says anew what is next.
        self.next_ms = None;
    }
}

/// Room for an attempt, given back when dropped.
enum Slot {
    Own(#[expect(dead_code, reason = "counted while it lives")] Arc<()>),
    Shared(#[expect(dead_code, reason = "given back when dropped")] OwnedSemaphorePermit),
}
