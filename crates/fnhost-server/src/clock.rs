//! Time, handed in. Nothing else in the crate asks the system for it.

use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Two clocks: the wall's, for stamps on events, and one that starts at the
/// wall's time and never jumps, for everything that waits.
#[derive(Clone)]
pub struct Clock {
    wall: Arc<dyn Fn() -> u64 + Send + Sync>,
    started_ms: u64,
    started: Instant,
}

impl Clock {
    /// A clock by `wall`, which gives milliseconds since 1970 and may jump.
    pub fn new(wall: impl Fn() -> u64 + Send + Sync + 'static) -> Clock {
        let started_ms = wall();
        Clock { wall: Arc::new(wall), started_ms, started: Instant::now() }
    }

    /// What the wall's clock says, in milliseconds since 1970.
    pub fn wall_ms(&self) -> u64 {
        (self.wall)()
    }

    /// The time in milliseconds since 1970, as it would be had the wall's clock
    /// not been set since the start.
    pub fn now_ms(&self) -> u64 {
        self.started_ms.saturating_add(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Waits until [`Clock::now_ms`] is `then_ms`.
    pub(crate) async fn until(&self, then_ms: u64) {
        // A day at most: further off is looked at again then.
        let wait_ms = then_ms.saturating_sub(self.now_ms()).min(86_400_000);
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    }
}
