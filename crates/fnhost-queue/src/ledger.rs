//! Reading: what is due, and what became of everything; and the replay of what
//! is finished. Works beside the process that owns the queue.

use crate::schema;
use crate::types::{
    Attempt, Delivery, Due, DueDelivery, Event, OpenError, QueueError, Record, Rejected, Replayed, State, Total,
};
use crate::writer::Tally;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params, params_from_iter};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// The largest page that the database can be asked for.
const PAGE_MAX: usize = i64::MAX as usize;

/// The ledger of a folder, whether or not another process owns it.
pub struct Ledger {
    connection: Connection,
}

/// Which deliveries are meant; what is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// In this state.
    pub state: Option<State>,
    /// To this destination.
    pub destination: Option<String>,
    /// Of events from this source.
    pub source: Option<String>,
    /// Of this event.
    pub event: Option<i64>,
    /// Of events received at or after this time.
    pub since_ms: Option<u64>,
    /// Of events received before this time.
    pub until_ms: Option<u64>,
    /// With a number below this one: where the page before ended.
    pub below: Option<i64>,
}

impl Ledger {
    /// Opens the ledger in `dir`.
    pub fn open(dir: &Path) -> Result<Ledger, OpenError> {
        Ok(Ledger { connection: schema::open_existing(dir)? })
    }

    /// Deliveries, the latest first.
    pub fn deliveries(&self, selection: &Selection, limit: usize) -> Result<Vec<Delivery>, QueueError> {
        let (conditions, values) = selection.conditions("d.id");
        let sql = format!(
            "SELECT d.id, d.event, t.name, d.state, d.reason, d.attempts, d.due_ms, d.changed_ms FROM deliveries d
             JOIN destinations t ON t.id = d.destination JOIN events e ON e.id = d.event JOIN sources s ON s.id = e.source
             WHERE {conditions} ORDER BY d.id DESC LIMIT {}",
            limit.min(PAGE_MAX)
        );
        self.list(&sql, values, |row| {
            Ok(Delivery {
                id: row.get(0)?,
                event: row.get(1)?,
                destination: row.get(2)?,
                state: state(row, 3)?,
                reason: row.get(4)?,
                attempts: row.get(5)?,
                due_ms: row.get(6)?,
                changed_ms: row.get(7)?,
            })
        })
    }

    /// Events, the latest first. Of `selection`, state and destination do not
    /// matter here.
    pub fn events(&self, selection: &Selection, limit: usize) -> Result<Vec<Event>, QueueError> {
        let selection = Selection { state: None, destination: None, ..selection.clone() };
        let (conditions, values) = selection.conditions("e.id");
        let sql = format!(
            "SELECT e.id, s.name, e.key, e.received_ms, e.payload FROM events e JOIN sources s ON s.id = e.source
             WHERE {conditions} ORDER BY e.id DESC LIMIT {}",
            limit.min(PAGE_MAX)
        );
        self.list(&sql, values, event)
    }

    /// The events with this key, the latest first.
    pub fn events_by_key(&self, key: &str) -> Result<Vec<Event>, QueueError> {
        let sql = "SELECT e.id, s.name, e.key, e.received_ms, e.payload FROM events e
                   JOIN sources s ON s.id = e.source WHERE e.key = ?1 ORDER BY e.id DESC LIMIT 100";
        self.list(sql, vec![Value::Text(key.to_owned())], event)
    }

    /// The attempts of a delivery, in order.
    pub fn attempts(&self, delivery: i64) -> Result<Vec<Attempt>, QueueError> {
        let sql = "SELECT a.number, a.state, a.reason, r.version, r.started_ms, r.detail, r.together FROM attempts a
                   JOIN records r ON r.id = a.record WHERE a.delivery = ?1 ORDER BY a.number";
        self.list(sql, vec![Value::Integer(delivery)], |row| {
            let record = Record { version: row.get(3)?, started_ms: row.get(4)?, detail: row.get(5)? };
            let (number, state, reason) = (row.get(0)?, state(row, 1)?, row.get(2)?);
            Ok(Attempt { number, state, reason, record, together: row.get(6)? })
        })
    }

    /// The latest samples of what was refused.
    pub fn rejections(&self, limit: usize) -> Result<Vec<Rejected>, QueueError> {
        let sql = "SELECT id, source, reason, received_ms, payload FROM rejections ORDER BY id DESC LIMIT ?1";
        self.list(sql, vec![Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX))], |row| {
            let (id, source, reason) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Rejected { id, source, reason, received_ms: row.get(3)?, payload: row.get(4)? })
        })
    }

    /// As [`Queue::totals`](crate::Queue::totals).
    pub fn totals(&self) -> Result<Vec<Total>, QueueError> {
        totals(&self.connection).map_err(storage)
    }

    /// Counts the rows and compares them with the totals. The answer is a line
    /// for each disagreement; it has none unless the database is damaged.
    pub fn audit(&self) -> Result<Vec<String>, QueueError> {
        audit(&self.connection).map_err(storage)
    }

    /// Makes finished deliveries pending again, due at `now_ms`, with all their
    /// attempts before them. In one transaction.
    pub fn replay(&mut self, deliveries: &[i64], now_ms: u64) -> Result<Replayed, QueueError> {
        replay(&mut self.connection, deliveries, now_ms).map_err(storage)
    }

    fn list<T>(
        &self,
        sql: &str,
        values: Vec<Value>,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, QueueError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        let rows = statement.query_map(params_from_iter(values), read).map_err(storage)?;
        rows.collect::<Result<_, _>>().map_err(storage)
    }
}

impl Selection {
    /// The selection as SQL, and its parameters; `id` is the column that pages count by.
    fn conditions(&self, id: &str) -> (String, Vec<Value>) {
        let integer = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        let all = [
            ("d.state = ", self.state.map(|state| Value::Integer(state.number()))),
            ("t.name = ", self.destination.clone().map(Value::Text)),
            ("s.name = ", self.source.clone().map(Value::Text)),
            ("e.id = ", self.event.map(Value::Integer)),
            ("e.received_ms >= ", self.since_ms.map(integer)),
            ("e.received_ms < ", self.until_ms.map(integer)),
            (&format!("{id} < "), self.below.map(Value::Integer)),
        ];
        // The same as a term that the partial indexes have word for word.
        let indexed = match self.state {
            Some(state) if state.is_open() => "d.state < 2",
            Some(state) if state != State::Delivered => "d.state > 2",
            _ => "true",
        };
        let mut sql = indexed.to_owned();
        let mut values = Vec::new();
        for (condition, value) in all {
            if let Some(value) = value {
                values.push(value);
                sql.push_str(&format!(" AND {condition}?{}", values.len()));
            }
        }
        (sql, values)
    }
}

/// See [`Queue::due`](crate::Queue::due).
pub(crate) fn due(
    connection: &Connection,
    destination: &str,
    now_ms: u64,
    limit: usize,
    under_way: &HashSet<i64>,
) -> rusqlite::Result<Due> {
    let mut find = connection.prepare_cached("SELECT id FROM destinations WHERE name = ?1")?;
    let Some(destination): Option<i64> = find.query_row([destination], |row| row.get(0)).optional()? else {
        return Ok(Due::default());
    };
    let mut ids = connection.prepare_cached(
        "SELECT id, due_ms FROM deliveries WHERE destination = ?1 AND state < 2 ORDER BY due_ms, id LIMIT ?2",
    )?;
    // Of those in order, only the ones under way can be in the way.
    let looked_at = i64::try_from(limit.saturating_add(under_way.len() + 1)).unwrap_or(i64::MAX);
    let mut rows = ids.query(params![destination, looked_at])?;
    let mut due = Due::default();
    while let Some(row) = rows.next()? {
        let (id, due_ms): (i64, u64) = (row.get(0)?, row.get(1)?);
        if under_way.contains(&id) {
            continue;
        }
        if due_ms > now_ms {
            due.next_ms = Some(due_ms);
            break;
        }
        if due.deliveries.len() == limit {
            due.more = true;
            break;
        }
        due.deliveries.extend(due_delivery(connection, id)?);
    }
    Ok(due)
}

fn due_delivery(connection: &Connection, id: i64) -> rusqlite::Result<Option<DueDelivery>> {
    let sql = "SELECT d.event, d.attempts - d.attempts_before, d.first_ms, d.due_ms, s.name, e.received_ms, e.payload
               FROM deliveries d JOIN events e ON e.id = d.event JOIN sources s ON s.id = e.source WHERE d.id = ?1";
    let mut delivery = connection.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        Ok(DueDelivery {
            id,
            event: row.get(0)?,
            attempts: row.get(1)?,
            first_ms: row.get(2)?,
            due_ms: row.get(3)?,
            source: row.get(4)?,
            received_ms: row.get(5)?,
            payload: row.get(6)?,
        })
    };
    delivery.query_row([id], read).optional()
}

pub(crate) fn totals(connection: &Connection) -> rusqlite::Result<Vec<Total>> {
    let sql = "SELECT t.name, NULL, t.accepted FROM destinations t
               UNION ALL SELECT t.name, c.state, c.count FROM totals c JOIN destinations t ON t.id = c.destination
               ORDER BY 1, 2";
    let mut totals = connection.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        let state = row.get::<_, Option<i64>>(1)?.and_then(State::numbered);
        Ok(Total { destination: row.get(0)?, state, count: row.get(2)? })
    };
    totals.query_map([], read)?.collect()
}

pub(crate) fn oldest_due(connection: &Connection) -> rusqlite::Result<Vec<(String, u64)>> {
    let sql = "SELECT t.name, (SELECT min(due_ms) FROM deliveries d WHERE d.destination = t.id AND d.state < 2)
               FROM destinations t";
    let mut oldest = connection.prepare_cached(sql)?;
    let rows = oldest.query_map([], |row| Ok((row.get(0)?, row.get::<_, Option<u64>>(1)?)))?;
    let rows: Vec<(String, Option<u64>)> = rows.collect::<Result<_, _>>()?;
    Ok(rows.into_iter().filter_map(|(name, due_ms)| Some((name, due_ms?))).collect())
}

fn audit(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    // One snapshot for all three counts.
    let transaction = connection.unchecked_transaction()?;
    let count = |sql: &str| -> rusqlite::Result<BTreeMap<(i64, i64), i64>> {
        let mut statement = transaction.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        rows.collect()
    };
    let rows = count("SELECT destination, state, count(*) FROM deliveries GROUP BY 1, 2")?;
    let totals = count("SELECT destination, state, count - removed FROM totals")?;
    let accepted = count("SELECT id, -1, accepted FROM destinations")?;
    let summed = count("SELECT destination, -1, sum(count) FROM totals GROUP BY 1")?;
    let differ = |what: &str, left: &BTreeMap<(i64, i64), i64>, right: &BTreeMap<(i64, i64), i64>| {
        let keys: HashSet<_> = left.keys().chain(right.keys()).copied().collect();
        let at = |map: &BTreeMap<_, _>, key| map.get(&key).copied().unwrap_or(0);
        let differing = keys.into_iter().filter(|key| at(left, *key) != at(right, *key));
        differing
            .map(|key| format!("destination {} state {}: {} {what} {}", key.0, key.1, at(left, key), at(right, key)))
            .collect::<Vec<_>>()
    };
    let mut found = differ("rows, total", &rows, &totals);
    found.extend(differ("accepted, states sum up to", &accepted, &summed));
    found.sort();
    Ok(found)
}

fn replay(connection: &mut Connection, deliveries: &[i64], now_ms: u64) -> rusqlite::Result<Replayed> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut tally = Tally::default();
    let mut replayed = Replayed::default();
    {
        let mut find = transaction.prepare("SELECT destination, state FROM deliveries WHERE id = ?1")?;
        let mut again = transaction.prepare(
            "UPDATE deliveries SET state = 0, reason = NULL, attempts_before = attempts, first_ms = NULL,
             due_ms = ?2, changed_ms = ?2 WHERE id = ?1",
        )?;
        for id in deliveries {
            let found: Option<(i64, i64)> = find.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((destination, state)) = found else { continue };
            if State::numbered(state).is_some_and(State::is_open) {
                replayed.open += 1;
                continue;
            }
            again.execute(params![id, now_ms])?;
            tally.change(destination, state, State::Pending.number());
            replayed.again += 1;
        }
    }
    tally.write(&transaction)?;
    transaction.commit()?;
    Ok(replayed)
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let (id, source, key) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(Event { id, source, key, received_ms: row.get(3)?, payload: row.get(4)? })
}

fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<State> {
    let number = row.get(column)?;
    State::numbered(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, number))
}

fn storage(error: rusqlite::Error) -> QueueError {
    QueueError::Storage(schema::describe(&error))
}
