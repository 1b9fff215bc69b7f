//! What need not be kept any longer: finished events that are old enough, and
//! the oldest ones when the database is too large. Totals stay true.

use crate::types::{Retention, State, Swept};
use crate::writer::Tally;
use rusqlite::{OptionalExtension, Transaction, params};

/// Events looked at in a step. A step shares its transaction with others' work,
/// so it is short.
const STEP_EVENTS_MAX: i64 = 500;

/// Looks at the next events after number `from`, oldest first, and removes
/// those that are finished and old enough.
pub(crate) fn step(
    transaction: &Transaction<'_>,
    tally: &mut Tally,
    retention: Retention,
    now_ms: u64,
    from: i64,
) -> rusqlite::Result<Swept> {
    let too_large = used_bytes(transaction)? > retention.bytes_max;
    let before_ms = if too_large { now_ms } else { now_ms.saturating_sub(retention.age_ms) };
    let mut candidates =
        transaction.prepare_cached("SELECT id FROM events WHERE id > ?1 AND received_ms <= ?2 ORDER BY id LIMIT ?3")?;
    let candidates: Vec<i64> =
        candidates.query_map(params![from, before_ms, STEP_EVENTS_MAX], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut swept = Swept::default();
    for event in &candidates {
        let deliveries = deliveries(transaction, *event)?;
        if !deliveries.iter().all(|delivery| delivery.may_go(retention, now_ms, too_large)) {
            continue;
        }
        for delivery in &deliveries {
            let young = delivery.state == State::Dead.number() && !delivery.is_older(retention.dead_age_ms, now_ms);
            swept.dead_for_size += u64::from(young);
            remove(transaction, tally, delivery)?;
        }
        transaction.prepare_cached("DELETE FROM events WHERE id = ?1")?.execute([event])?;
        swept.events += 1;
    }
    swept.next = candidates.last().copied().filter(|_| candidates.len() as i64 == STEP_EVENTS_MAX);
    Ok(swept)
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
    fn may_go(&self, retention: Retention, now_ms: u64, too_large: bool) -> bool {
        let is_open = State::numbered(self.state).is_some_and(State::is_open);
        let age_ms = if self.state == State::Dead.number() { retention.dead_age_ms } else { retention.age_ms };
        !is_open && (too_large || self.is_older(age_ms, now_ms))
    }

    fn is_older(&self, age_ms: u64, now_ms: u64) -> bool {
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
fn used_bytes(transaction: &Transaction<'_>) -> rusqlite::Result<u64> {
    let pragma = |name: &str| transaction.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    Ok(pragma("page_count")?.saturating_sub(pragma("freelist_count")?).saturating_mul(pragma("page_size")?))
}
