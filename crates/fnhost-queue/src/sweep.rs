//! What need not be kept any longer: finished events that are old enough, and
//! the oldest ones when the database is too large. Totals stay true.

use crate::types::{Retention, State, Swept};
use crate::writer::Tally;
use rusqlite::{OptionalExtension, Transaction};

/// Events looked at in a step. A step shares its transaction with others' work,
/// so it is short.
const STEP_EVENTS_MAX: i64 = 500;

/// Looks at the next events after number `from`, oldest first, and removes
/// those that are finished and old enough. While the database is too large
/// those that are young go as well: in a first round all but dead ones, and
/// where that is not enough dead ones too, with a `from` below zero.
pub(crate) fn step(
    transaction: &Transaction<'_>,
    tally: &mut Tally,
    retention: Retention,
    now_ms: u64,
    from: i64,
) -> rusqlite::Result<Swept> {
    let dead_too = from < 0;
    let events = events(transaction, if dead_too { !from } else { from })?;
    let mut too_large = used_bytes(transaction)? > retention.bytes_max;
    let mut swept = Swept::default();
    for (event, received_ms) in &events {
        let deliveries = deliveries(transaction, *event)?;
        // What no destination was to get is as old as the event itself.
        if deliveries.is_empty() && !too_large && received_ms.saturating_add(retention.age_ms) > now_ms {
            continue;
        }
        let for_size = |delivery: &Finished| too_large && (dead_too || !delivery.is_dead());
        if !deliveries.iter().all(|delivery| delivery.may_go(for_size(delivery), retention, now_ms)) {
            continue;
        }
        for delivery in &deliveries {
            let young = delivery.is_dead() && !delivery.is_old(retention, now_ms);
            swept.dead_for_size += u64::from(young);
            remove(transaction, tally, delivery)?;
        }
        transaction.prepare_cached("DELETE FROM events WHERE id = ?1")?.execute([event])?;
        swept.events += 1;
        too_large = too_large && used_bytes(transaction)? > retention.bytes_max;
    }
    let before_ms = now_ms.saturating_sub(retention.age_ms.min(retention.dead_age_ms));
    // Events came in order, so what follows young ones is younger.
    let has_old = events.iter().any(|(_, received_ms)| *received_ms <= before_ms);
    let last = events.last().map(|(event, _)| *event).filter(|_| events.len() as i64 == STEP_EVENTS_MAX);
    swept.next = match last {
        Some(last) if too_large || has_old => Some(if dead_too { !last } else { last }),
        None if too_large && !dead_too => Some(!0),
        _ => None,
    };
    Ok(swept)
}

/// The next events after number `after`, with the times at which they were received.
fn events(transaction: &Transaction<'_>, after: i64) -> rusqlite::Result<Vec<(i64, u64)>> {
    let sql = "SELECT id, received_ms FROM events WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut events = transaction.prepare_cached(sql)?;
    events.query_map([after, STEP_EVENTS_MAX], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// A record has one delivery less; without any it goes.
pub(crate) fn release(transaction: &Transaction<'_>, record: i64) -> rusqlite::Result<()> {
    let left: Option<i64> = transaction
        .prepare_cached("UPDATE records SET deliveries = deliveries - 1 WHERE id = ?1 RETURNING deliveries")?
        .query_row([record], |row| row.get(0))
        .optional()?;
    if left.is_some_and(|left| left <= 0) {
        transaction.prepare_cached("DELETE FROM records WHERE id = ?1")?.execute([record])?;
    }
    Ok(())
}

struct Finished {
    id: i64,
    destination: i64,
    state: i64,
    changed_ms: u64,
}

impl Finished {
    fn may_go(&self, for_size: bool, retention: Retention, now_ms: u64) -> bool {
        let is_open = State::numbered(self.state).is_some_and(State::is_open);
        !is_open && (for_size || self.is_old(retention, now_ms))
    }

    fn is_dead(&self) -> bool {
        self.state == State::Dead.number()
    }

    fn is_old(&self, retention: Retention, now_ms: u64) -> bool {
        let age_ms = if self.is_dead() { retention.dead_age_ms } else { retention.age_ms };
        self.changed_ms.saturating_add(age_ms) <= now_ms
    }
}

fn deliveries(transaction: &Transaction<'_>, event: i64) -> rusqlite::Result<Vec<Finished>> {
    let sql = "SELECT id, destination, state, changed_ms FROM deliveries WHERE event = ?1";
    let mut deliveries = transaction.prepare_cached(sql)?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Finished { id: row.get(0)?, destination: row.get(1)?, state: row.get(2)?, changed_ms: row.get(3)? })
    };
    deliveries.query_map([event], read)?.collect()
}

fn remove(transaction: &Transaction<'_>, tally: &mut Tally, delivery: &Finished) -> rusqlite::Result<()> {
    let mut records = transaction.prepare_cached("DELETE FROM attempts WHERE delivery = ?1 RETURNING record")?;
    let records: Vec<i64> = records.query_map([delivery.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    records.into_iter().try_for_each(|record| release(transaction, record))?;
    transaction.prepare_cached("DELETE FROM deliveries WHERE id = ?1")?.execute([delivery.id])?;
    tally.remove(delivery.destination, delivery.state);
    Ok(())
}

/// What the database holds, free pages not counted.
pub(crate) fn used_bytes(transaction: &Transaction<'_>) -> rusqlite::Result<u64> {
    let pragma = |name: &str| transaction.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    Ok(pragma("page_count")?.saturating_sub(pragma("freelist_count")?).saturating_mul(pragma("page_size")?))
}
