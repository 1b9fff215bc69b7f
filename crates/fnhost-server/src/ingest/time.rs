//! Times as text: reads ISO 8601 as libraries write it, writes it one way, and
//! corrects a sender's clock. Does not know what the time is.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The time that is `ms` milliseconds after 1970 began; the last one there is,
/// if that is later.
pub(super) fn from_ms(ms: u64) -> Timestamp {
    i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::MAX)
}

/// Reads ISO 8601: a date, or a date and a time, with `T` or a space between
/// them and any number of decimals up to nine. Without an offset it is in UTC.
/// None for everything else, and for years that four digits cannot write.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let in_utc = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(in_utc).filter(|time| has_four_digits(*time))
}

/// Writes `time` as Segment does: in UTC, with milliseconds.
pub(super) fn write(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// When an event happened by our clock: when it was `received`, less the time
/// that it lay with the sender, from `original` to `sent` by the sender's own
/// clock. Without `sent` the sender's clock is believed; without `original`, or
/// if the result is no time that can be written, it happened when it came.
pub(super) fn corrected(received: Timestamp, sent: Option<Timestamp>, original: Option<Timestamp>) -> Timestamp {
    let happened = match (sent, original) {
        (_, None) => None,
        (None, Some(original)) => Some(original),
        (Some(sent), Some(original)) => received.checked_sub(sent.duration_since(original)).ok(),
    };
    happened.filter(|time| has_four_digits(*time)).unwrap_or(received)
}

fn has_four_digits(time: Timestamp) -> bool {
    (0..=9999).contains(&TimeZone::UTC.to_datetime(time).year())
}
