//! The database: how it is opened, and its tables. All names in here are on
//! disk; a change needs a new format number and a step that brings older
//! databases to it.

use crate::types::OpenError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};

/// The format of the tables below, kept in `PRAGMA user_version`.
const FORMAT: i64 = 1;

/// The statements that make an empty database.
///
/// A record was made of `together` deliveries, and `deliveries` of them still refer to it.
///
/// `deliveries.due_ms` is indexed for open deliveries alone, and what ended
/// other than delivered has an index to browse: the two kinds that are looked
/// for. `totals` counts each state since the beginning, so `removed` says how
/// many of those have no row any more.
const TABLES: &str = "
CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE destinations (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, accepted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL,
    key TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    payload BLOB NOT NULL
);
CREATE INDEX events_key ON events (key);
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event INTEGER NOT NULL,
    destination INTEGER NOT NULL,
    state INTEGER NOT NULL,
    reason TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    attempts_before INTEGER NOT NULL DEFAULT 0,
    first_ms INTEGER,
    due_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX deliveries_event ON deliveries (event, destination);
CREATE INDEX deliveries_due ON deliveries (destination, due_ms, id) WHERE state < 2;
CREATE INDEX deliveries_ended ON deliveries (state, destination, id) WHERE state > 2;
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    version TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    together INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    detail BLOB NOT NULL
);
CREATE TABLE attempts (
    delivery INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state INTEGER NOT NULL,
    reason TEXT,
    record INTEGER NOT NULL,
    PRIMARY KEY (delivery, number)
) WITHOUT ROWID;
CREATE TABLE totals (
    destination INTEGER NOT NULL,
    state INTEGER NOT NULL,
    count INTEGER NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (destination, state)
) WITHOUT ROWID;
CREATE TABLE rejections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    payload BLOB NOT NULL
);
";

/// The database file of a folder.
pub(crate) fn database(dir: &Path) -> PathBuf {
    dir.join("fnhost.db")
}

/// Opens the database for the one process that writes it all the time, and
/// makes the tables if they are missing.
pub(crate) fn open_owner(dir: &Path) -> Result<Connection, OpenError> {
    let path = database(dir);
    // Without URIs: a folder may be called `file:`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(&path, flags).and_then(|mut connection| {
        settle(&connection)?;
        let format = format_of(&connection)?;
        if format == 0 {
            let transaction = connection.transaction()?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
        }
        Ok((connection, format))
    });
    check_format(path, opened).map(|(connection, _)| connection)
}

/// Opens a database that is there, to read, or to write now and then beside
/// the process that owns it.
pub(crate) fn open_existing(dir: &Path) -> Result<Connection, OpenError> {
    let path = database(dir);
    if !path.is_file() {
        return Err(OpenError::Missing { path: dir.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(&path, flags).and_then(|connection| {
        settle(&connection)?;
        let format = format_of(&connection)?;
        Ok((connection, format))
    });
    match check_format(path, opened)? {
        // Its maker has not come to the tables yet.
        (_, 0) => Err(OpenError::Missing { path: dir.to_owned() }),
        (connection, _) => Ok(connection),
    }
}

fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        // A folder that cannot be written has no write-ahead log to begin with.
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY),
            Some(format!("the journal cannot be a write-ahead log but only `{mode}`")),
        ));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    // 4,000 pages of log are some 16 MB: a checkpoint every few thousand events.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.pragma_update(None, "cache_size", -32_768)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

fn format_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn check_format(path: PathBuf, opened: rusqlite::Result<(Connection, i64)>) -> Result<(Connection, i64), OpenError> {
    match opened {
        Ok((_, found)) if found > FORMAT => Err(OpenError::Later { path, found, known: FORMAT }),
        Ok(opened) => Ok(opened),
        Err(error) => Err(OpenError::Database { path, detail: describe(&error) }),
    }
}

/// What the database says, with what to do about it where that is known.
pub(crate) fn describe(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "; the file is damaged: restore it from a backup, or move the data folder away to start with an empty one"
        }
        Some(ErrorCode::DiskFull) => "; make room on the disk, or raise `retention.bytes_max`",
        Some(ErrorCode::ReadOnly) => "; the folder and its files must be writable",
        _ => "",
    };
    format!("{error}{advice}")
}
