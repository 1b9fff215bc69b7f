//! Whether a destination gets deliveries at all. One that fails again and again
//! is left alone for a while, then tried with a single delivery; meanwhile its
//! deliveries stay as they are and use up no retries.

/// When a destination is left alone, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerRule {
    /// Attempts in a row that failed for now, and none that did not.
    pub failures_max: u32,
    /// The first pause, in milliseconds; each one after it is twice as long.
    pub first_ms: u64,
    /// The longest pause, in milliseconds.
    pub wait_ms_max: u64,
}

impl Default for BreakerRule {
    fn default() -> BreakerRule {
        BreakerRule { failures_max: 20, first_ms: 5_000, wait_ms_max: 300_000 }
    }
}

/// What an attempt says about its destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It answers, even if it refused this delivery.
    Alive,
    /// It does not work for now.
    Failing,
}

/// Where the breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaker {
    failures: u32,
    /// Pauses since the last sign of life.
    pauses: u32,
    paused_until_ms: Option<u64>,
}

/// How many deliveries may be under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// As many as there is room for.
    Any,
    /// One, to see whether it works again.
    One,
    /// None before this time.
    NoneUntil(u64),
}

impl Breaker {
    /// How many deliveries may be under way at `now_ms`.
    pub fn allowance(&self, now_ms: u64) -> Allowance {
        match self.paused_until_ms {
            None => Allowance::Any,
            Some(until_ms) if until_ms > now_ms => Allowance::NoneUntil(until_ms),
            Some(_) => Allowance::One,
        }
    }

    /// Takes note of an attempt that ended at `now_ms`.
    pub fn note(&mut self, sign: Sign, rule: BreakerRule, now_ms: u64) {
        if sign == Sign::Alive {
            *self = Breaker::default();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        let on_trial = self.paused_until_ms.is_some_and(|until_ms| until_ms <= now_ms);
        let tripped = self.paused_until_ms.is_none() && self.failures >= rule.failures_max;
        if on_trial || tripped {
            let pause_ms = rule.first_ms.saturating_mul(1u64.checked_shl(self.pauses).unwrap_or(u64::MAX));
            self.paused_until_ms = Some(now_ms.saturating_add(pause_ms.min(rule.wait_ms_max)));
            self.pauses = self.pauses.saturating_add(1);
        }
    }

    /// Whether the destination is being left alone, or on trial.
    pub fn is_open(&self) -> bool {
        self.paused_until_ms.is_some()
    }
}
