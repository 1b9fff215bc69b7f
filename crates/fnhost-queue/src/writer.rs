//! The thread that writes: takes what waits, does it in one transaction, and
//! answers after the commit. Removing old events is in `sweep.rs`.

use crate::queue::{Arrivals, Options};
use crate::schema;
use crate::sweep;
use crate::types::{Accepted, Finish, Finished, NewEvent, QueueError, Record, Rejection, Retention, State, Swept};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

/// Calls that share a commit at most; the rest wait for the next one.
const GROUP_CALLS_MAX: usize = 512;
/// Events that share a commit at most, so that it does not take too long.
const GROUP_EVENTS_MAX: usize = 5_000;
/// Samples of refused events that are kept.
const REJECTIONS_MAX: i64 = 1_000;

type Reply<T> = oneshot::Sender<Result<T, QueueError>>;

/// What can be asked of the writer.
pub(crate) enum Command {
    Accept {
        events: Vec<NewEvent>,
        rejections: Vec<Rejection>,
        reply: Reply<Vec<Accepted>>,
        /// Room among the events that may wait; held until they are on disk.
        permit: OwnedSemaphorePermit,
    },
    Finish {
        finish: Finish,
        reply: Reply<()>,
    },
    Sweep {
        retention: Retention,
        now_ms: u64,
        from: i64,
        reply: Reply<Swept>,
    },
}

/// What a command came to, to be sent after the commit.
enum Answer {
    Accepted(Vec<Accepted>),
    /// Not accepted: the database is as large as it may become.
    Full,
    Finished,
    Swept(Swept),
}

/// What is known of the database without asking it, as long as transactions
/// succeed; forgotten when one is rolled back.
#[derive(Default)]
struct Known {
    sources: HashMap<String, i64>,
    destinations: HashMap<String, i64>,
}

/// One transaction's work.
struct Work<'a> {
    transaction: &'a Transaction<'a>,
    known: &'a mut Known,
    tally: Tally,
    options: &'a Options,
    /// Destinations with new deliveries.
    arrived: BTreeSet<String>,
}

/// Changes of the totals, written once per transaction.
#[derive(Default)]
pub(crate) struct Tally {
    accepted: BTreeMap<i64, i64>,
    states: BTreeMap<(i64, i64), i64>,
    removed: BTreeMap<(i64, i64), i64>,
}

/// Puts right what a clock that was set back would delay.
pub(crate) fn prepare(connection: &mut Connection, options: &Options, now_ms: u64) -> rusqlite::Result<()> {
    let furthest_ms = i64::try_from(now_ms.saturating_add(options.due_ms_max)).unwrap_or(i64::MAX);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut destinations = transaction.prepare("SELECT id FROM destinations")?;
        let destinations: Vec<i64> = destinations.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut pending = transaction.prepare(
            "UPDATE deliveries SET due_ms = ?2 WHERE destination = ?1 AND state < 2 AND state = 0 AND due_ms > ?2",
        )?;
        let mut retrying = transaction
            .prepare("UPDATE deliveries SET due_ms = ?2 WHERE destination = ?1 AND state < 2 AND due_ms > ?3")?;
        for destination in destinations {
            pending.execute(params![destination, now_ms])?;
            retrying.execute(params![destination, now_ms, furthest_ms])?;
        }
    }
    transaction.commit()
}

/// Serves commands until all senders are gone.
pub(crate) fn run(
    mut connection: Connection,
    mut commands: mpsc::Receiver<Command>,
    options: &Options,
    arrivals: &Arrivals,
) {
    let mut known = Known::default();
    while let Some(first) = commands.blocking_recv() {
        let group = group(first, &mut commands);
        let mut write = |group: &[Command]| {
            let written = write(&mut connection, &mut known, group, options);
            if written.is_err() {
                known = Known::default();
            }
            written
        };
        match write(&group) {
            Ok((answers, arrived)) => {
                answer(group, answers);
                arrivals.tell(arrived.iter());
            }
            // One bad command must not take the others with it. Where another process
            // holds the database none is bad, and each would wait as long as all did.
            Err(error) if group.len() > 1 && error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) => {
                for command in group {
                    let written = write(std::slice::from_ref(&command));
                    conclude(command, written, arrivals);
                }
            }
            Err(error) => group.into_iter().for_each(|command| refuse(command, &error)),
        }
    }
}

fn conclude(command: Command, written: rusqlite::Result<(Vec<Answer>, BTreeSet<String>)>, arrivals: &Arrivals) {
    match written {
        Ok((answers, arrived)) => {
            answer(vec![command], answers);
            arrivals.tell(arrived.iter());
        }
        Err(error) => refuse(command, &error),
    }
}

/// What shares a commit: `first`, and what else waits already.
fn group(first: Command, commands: &mut mpsc::Receiver<Command>) -> Vec<Command> {
    let mut events = weight(&first);
    let mut group = vec![first];
    while group.len() < GROUP_CALLS_MAX && events < GROUP_EVENTS_MAX {
        let Ok(command) = commands.try_recv() else { break };
        events += weight(&command);
        group.push(command);
    }
    group
}

fn weight(command: &Command) -> usize {
    match command {
        Command::Accept { events, .. } => events.len(),
        Command::Finish { finish, .. } => finish.deliveries.len(),
        Command::Sweep { .. } => 500,
    }
}

fn write(
    connection: &mut Connection,
    known: &mut Known,
    group: &[Command],
    options: &Options,
) -> rusqlite::Result<(Vec<Answer>, BTreeSet<String>)> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut work =
        Work { transaction: &transaction, known, tally: Tally::default(), options, arrived: BTreeSet::new() };
    let answers = group.iter().map(|command| work.carry_out(command)).collect::<rusqlite::Result<Vec<_>>>()?;
    let Work { tally, arrived, .. } = work;
    tally.write(&transaction)?;
    transaction.commit()?;
    Ok((answers, arrived))
}

fn answer(group: Vec<Command>, answers: Vec<Answer>) {
    // Whoever asked may have gone; what was written stays written.
    for (command, answer) in group.into_iter().zip(answers) {
        match (command, answer) {
            (Command::Accept { reply, permit, .. }, Answer::Accepted(accepted)) => {
                // First: who is answered may ask again at once.
                drop(permit);
                drop(reply.send(Ok(accepted)));
            }
            (command @ Command::Accept { .. }, Answer::Full) => refuse(command, &full()),
            (Command::Finish { reply, .. }, Answer::Finished) => drop(reply.send(Ok(()))),
            (Command::Sweep { reply, .. }, Answer::Swept(swept)) => drop(reply.send(Ok(swept))),
            _ => {}
        }
    }
}

fn full() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
        Some("database or disk is full".to_owned()),
    )
}

fn refuse(command: Command, error: &rusqlite::Error) {
    let error = QueueError::Storage(schema::describe(error));
    match command {
        Command::Accept { reply, permit, .. } => {
            drop(permit);
            drop(reply.send(Err(error)));
        }
        Command::Finish { reply, .. } => drop(reply.send(Err(error))),
        Command::Sweep { reply, .. } => drop(reply.send(Err(error))),
    }
}

impl Work<'_> {
    fn carry_out(&mut self, command: &Command) -> rusqlite::Result<Answer> {
        match command {
            Command::Accept { events, rejections, .. } if events.is_empty() && rejections.is_empty() => {
                Ok(Answer::Accepted(Vec::new()))
            }
            // What is there already can still be finished and removed: the queue drains.
            Command::Accept { .. } if sweep::used_bytes(self.transaction)? >= self.options.bytes_max => {
                Ok(Answer::Full)
            }
            Command::Accept { events, rejections, .. } => {
                self.keep_rejections(rejections)?;
                events.iter().map(|event| self.accept(event)).collect::<Result<_, _>>().map(Answer::Accepted)
            }
            Command::Finish { finish, .. } => self.finish(finish).map(|()| Answer::Finished),
            Command::Sweep { retention, now_ms, from, .. } => {
                sweep::step(self.transaction, &mut self.tally, *retention, *now_ms, *from).map(Answer::Swept)
            }
        }
    }

    fn accept(&mut self, event: &NewEvent) -> rusqlite::Result<Accepted> {
        let since = event.received_ms.saturating_sub(self.options.duplicate_ms);
        let mut same =
            self.transaction.prepare_cached("SELECT 1 FROM events WHERE key = ?1 AND received_ms > ?2 LIMIT 1")?;
        if same.exists(params![event.key, since])? {
            return Ok(Accepted::Duplicate);
        }
        let source = source(self.transaction, &mut self.known.sources, &event.source)?;
        self.transaction
            .prepare_cached("INSERT INTO events (source, key, received_ms, payload) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![source, event.key, event.received_ms, event.payload])?;
        let id = self.transaction.last_insert_rowid();
        for destination in event.destinations.iter() {
            self.add_delivery(id, destination, event.due_ms)?;
        }
        Ok(Accepted::New(id))
    }

    fn add_delivery(&mut self, event: i64, name: &String, now_ms: u64) -> rusqlite::Result<()> {
        let destination = destination(self.transaction, &mut self.known.destinations, name)?;
        self.transaction
            .prepare_cached(
                "INSERT INTO deliveries (event, destination, state, due_ms, changed_ms) VALUES (?1, ?2, 0, ?3, ?3)",
            )?
            .execute(params![event, destination, now_ms])?;
        self.tally.accept(destination);
        if !self.arrived.contains(name) {
            self.arrived.insert(name.clone());
        }
        Ok(())
    }

    fn keep_rejections(&mut self, rejections: &[Rejection]) -> rusqlite::Result<()> {
        if rejections.is_empty() {
            return Ok(());
        }
        let insert = "INSERT INTO rejections (source, reason, received_ms, payload) VALUES (?1, ?2, ?3, ?4)";
        let mut insert = self.transaction.prepare_cached(insert)?;
        for rejection in rejections {
            insert.execute(params![rejection.source, rejection.reason, rejection.received_ms, rejection.payload])?;
        }
        let last = self.transaction.last_insert_rowid();
        let mut forget = self.transaction.prepare_cached("DELETE FROM rejections WHERE id <= ?1")?;
        forget.execute([last - REJECTIONS_MAX])?;
        Ok(())
    }

    fn finish(&mut self, finish: &Finish) -> rusqlite::Result<()> {
        let record = match &finish.record {
            Some(record) if !finish.deliveries.is_empty() => {
                Some((self.keep_record(record, finish.deliveries.len())?, record.started_ms))
            }
            _ => None,
        };
        finish.deliveries.iter().try_for_each(|finished| self.move_on(finished, record))
    }

    fn keep_record(&mut self, record: &Record, deliveries: usize) -> rusqlite::Result<i64> {
        let insert =
            "INSERT INTO records (version, started_ms, together, deliveries, detail) VALUES (?1, ?2, ?3, ?3, ?4)";
        let mut insert = self.transaction.prepare_cached(insert)?;
        insert.execute(params![record.version, record.started_ms, deliveries as i64, record.detail])?;
        Ok(self.transaction.last_insert_rowid())
    }

    fn move_on(&mut self, finished: &Finished, record: Option<(i64, u64)>) -> rusqlite::Result<()> {
        let mut find =
            self.transaction.prepare_cached("SELECT destination, state, attempts FROM deliveries WHERE id = ?1")?;
        let found = find.query_row([finished.id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        let open = |(_, state, _): &(i64, i64, i64)| State::numbered(*state).is_some_and(State::is_open);
        let Some((destination, state, attempts)) = found.filter(open) else {
            return self.release(record);
        };
        let attempts = attempts + i64::from(record.is_some());
        self.transaction
            .prepare_cached(
                "UPDATE deliveries SET state = ?2, reason = ?3, attempts = ?4, first_ms = coalesce(first_ms, ?5),
                 due_ms = ?6, changed_ms = ?7 WHERE id = ?1",
            )?
            .execute(params![
                finished.id,
                finished.state.number(),
                finished.reason,
                attempts,
                record.map(|(_, started_ms)| started_ms),
                finished.due_ms,
                finished.now_ms
            ])?;
        self.tally.change(destination, state, finished.state.number());
        if let Some((record, _)) = record {
            let insert = "INSERT INTO attempts (delivery, number, state, reason, record) VALUES (?1, ?2, ?3, ?4, ?5)";
            self.transaction.prepare_cached(insert)?.execute(params![
                finished.id,
                attempts,
                finished.state.number(),
                finished.reason,
                record
            ])?;
        }
        Ok(())
    }

    /// One delivery less refers to the record.
    fn release(&mut self, record: Option<(i64, u64)>) -> rusqlite::Result<()> {
        match record {
            Some((record, _)) => sweep::release(self.transaction, record),
            None => Ok(()),
        }
    }
}

impl Tally {
    fn accept(&mut self, destination: i64) {
        *self.accepted.entry(destination).or_default() += 1;
        *self.states.entry((destination, State::Pending.number())).or_default() += 1;
    }

    /// A delivery to `destination` went from one state to another.
    pub(crate) fn change(&mut self, destination: i64, from: i64, to: i64) {
        *self.states.entry((destination, from)).or_default() -= 1;
        *self.states.entry((destination, to)).or_default() += 1;
    }

    /// A delivery has no row any more.
    pub(crate) fn remove(&mut self, destination: i64, state: i64) {
        *self.removed.entry((destination, state)).or_default() += 1;
    }

    pub(crate) fn write(self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut accept =
            transaction.prepare_cached("UPDATE destinations SET accepted = accepted + ?2 WHERE id = ?1")?;
        for (destination, count) in self.accepted {
            accept.execute([destination, count])?;
        }
        let mut change = transaction.prepare_cached(
            "INSERT INTO totals (destination, state, count) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET count = count + ?3",
        )?;
        for ((destination, state), count) in self.states {
            change.execute([destination, state, count])?;
        }
        let mut remove = transaction
            .prepare_cached("UPDATE totals SET removed = removed + ?3 WHERE destination = ?1 AND state = ?2")?;
        for ((destination, state), count) in self.removed {
            remove.execute([destination, state, count])?;
        }
        Ok(())
    }
}

fn source(transaction: &Transaction<'_>, known: &mut HashMap<String, i64>, name: &str) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO sources (name) VALUES (?1) ON CONFLICT DO UPDATE SET name = name RETURNING id";
    named(transaction, known, sql, name)
}

fn destination(transaction: &Transaction<'_>, known: &mut HashMap<String, i64>, name: &str) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO destinations (name) VALUES (?1) ON CONFLICT DO UPDATE SET name = name RETURNING id";
    named(transaction, known, sql, name)
}

fn named(
    transaction: &Transaction<'_>,
    known: &mut HashMap<String, i64>,
    sql: &str,
    name: &str,
) -> rusqlite::Result<i64> {
    if let Some(id) = known.get(name) {
        return Ok(*id);
    }
    let id = transaction.prepare_cached(sql)?.query_row([name], |row| row.get(0))?;
    known.insert(name.to_owned(), id);
    Ok(id)
}
