//! When a delivery is tried again: a pure function of what happened so far.

/// How often, and how far apart. The default makes nine retries over about
/// three hours and never more than four, which is what Segment says of itself
/// ("nine times over the course of four hours", and later "four hours with a
/// randomized exponential backoff").
///
/// | retry | waits about (seconds) | at the latest, after the first attempt |
/// |---|---|---|
/// | 1 | 30 | 37.5 s |
/// | 2 | 60 | 1 min 53 s |
/// | 3 | 120 | 4 min 23 s |
/// | 4 | 240 | 9 min 23 s |
/// | 5 | 480 | 19 min 23 s |
/// | 6 | 960 | 39 min 23 s |
/// | 7 | 1,920 | 1 h 19 min |
/// | 8 | 3,600 | 2 h 34 min |
/// | 9 | 3,600 | 3 h 49 min |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Retries after the first attempt.
    pub retries_max: u32,
    /// The first wait, in milliseconds.
    pub first_ms: u64,
    /// Each wait is this many times the one before.
    pub factor: f64,
    /// No wait is longer than this, a `Retry-After` aside.
    pub wait_ms_max: u64,
    /// From the first attempt to the last; what is due later is tried at its end.
    pub window_ms: u64,
}

/// How far a wait may be from what the table says, as a share of it. Spreads
/// the retries of deliveries that failed together.
const SPREAD: f64 = 0.25;

impl Default for Schedule {
    fn default() -> Schedule {
        Schedule { retries_max: 9, first_ms: 30_000, factor: 2.0, wait_ms_max: 3_600_000, window_ms: 14_400_000 }
    }
}

/// What comes after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another attempt at this time, in milliseconds since 1970.
    At(u64),
    /// All retries are used up.
    Spent,
    /// The window is over.
    TooLate,
}

/// What is known of a delivery whose attempt has just failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// When the first one began.
    pub first_ms: u64,
    /// The time.
    pub now_ms: u64,
    /// How long the other side asked to be left alone, in milliseconds.
    pub retry_after_ms: Option<u64>,
}

impl Schedule {
    /// What comes next. `random` is from 0 to 1, and decides where within its
    /// spread the wait is.
    pub fn next(&self, failed: Failed, random: f64) -> Next {
        if failed.attempts > self.retries_max {
            return Next::Spent;
        }
        let ends_ms = failed.first_ms.saturating_add(self.window_ms);
        if failed.now_ms >= ends_ms {
            return Next::TooLate;
        }
        let wait_ms = self.wait_ms(failed.attempts, random).max(failed.retry_after_ms.unwrap_or(0));
        Next::At(failed.now_ms.saturating_add(wait_ms).min(ends_ms))
    }

    /// The wait after attempt number `attempts`.
    fn wait_ms(&self, attempts: u32, random: f64) -> u64 {
        let exponent = i32::try_from(attempts.saturating_sub(1)).unwrap_or(i32::MAX);
        let nominal = (self.first_ms as f64 * self.factor.powi(exponent)).min(self.wait_ms_max as f64);
        // A cast of a float saturates.
        (nominal * (1.0 - SPREAD + 2.0 * SPREAD * random.clamp(0.0, 1.0))) as u64
    }
}
