//! The limits: one table of everything that bounds a run or a build. Flags,
//! documentation and messages come from it. What enforces a limit is elsewhere.

use std::fmt;

/// One limit, as the table has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// The name, the same in the API, in flags and in messages.
    pub name: &'static str,
    /// What the number counts.
    pub unit: &'static str,
    /// The value where nothing else is said.
    pub default: u64,
    /// The largest value that can be asked for.
    pub maximum: u64,
    /// What it bounds, in one line.
    pub doc: &'static str,
    /// What a breach says; `{used}` and `{limit}` are filled in.
    pub breach: &'static str,
}

impl Limit {
    /// The text of a breach of this limit.
    pub fn breached(&self, used: u64, limit: u64) -> String {
        let text = self.breach.replace("{used}", &used.to_string()).replace("{limit}", &limit.to_string());
        format!("{text} (`{}`)", self.name)
    }
}

macro_rules! limits {
    ($($name:ident: $unit:literal, default $default:literal, maximum $maximum:literal, $doc:literal, breach $breach:literal;)*) => {
        /// Bounds on one run, or on one build. Every field has a default and a
        /// maximum, see [`Limits::TABLE`].
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits {
            $(#[doc = concat!($doc, " (", $unit, "; default ", stringify!($default), ", maximum ", stringify!($maximum), ").")]
            pub $name: u64,)*
        }

        impl Default for Limits {
            fn default() -> Limits {
                Limits { $($name: $default),* }
            }
        }

        impl Limits {
            /// Every limit, in the order of the fields.
            pub const TABLE: &[Limit] = &[$(Limit {
                name: stringify!($name), unit: $unit, default: $default, maximum: $maximum, doc: $doc, breach: $breach,
            }),*];

            /// The value of the limit called `name`.
            pub fn get(&self, name: &str) -> Option<u64> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }

            /// Refuses values that are out of range.
            pub(crate) fn check(&self) -> Result<(), LimitError> {
                $(check(stringify!($name), self.$name, $maximum)?;)*
                Ok(())
            }

            /// Sets the limit called `name`. An error where there is none of
            /// that name, or `value` is zero or above the maximum.
            pub fn set(&mut self, name: &str, value: u64) -> Result<(), LimitError> {
                let limit = Limits::TABLE.iter().find(|limit| limit.name == name);
                let limit = limit.ok_or_else(|| LimitError::Unknown { name: name.to_owned() })?;
                check(limit.name, value, limit.maximum)?;
                match name {
                    $(stringify!($name) => self.$name = value,)*
                    _ => {}
                }
                Ok(())
            }
        }
    };
}

limits! {
    fuel_max: "units", default 10_000_000_000, maximum 1_000_000_000_000,
        "Computing per event; a unit is about one instruction of the sandbox, and the same event costs the same units",
        breach "function used {used} units of fuel, limit {limit}";
    memory_bytes_max: "bytes", default 67_108_864, maximum 536_870_912,
        "Memory of the instance, engine included",
        breach "function asked for {used} bytes of memory, limit {limit}";
    timeout_ms_max: "ms", default 5_000, maximum 60_000,
        "Wall-clock time per event, waiting included",
        breach "function took more than {used} ms, limit {limit}";
    stack_bytes_max: "bytes", default 524_288, maximum 1_048_576,
        "Stack of the instance; endless recursion ends here",
        breach "function used more than {used} bytes of stack, limit {limit}";
    log_bytes_max: "bytes", default 65_536, maximum 1_048_576,
        "Log output kept per event; the rest is left out, and a marker says so",
        breach "log output is over {limit} bytes, the rest is left out";
    value_bytes_max: "bytes", default 1_048_576, maximum 16_777_216,
        "The returned value, as JSON",
        breach "function returned {used} bytes, limit {limit}";
    requests_max: "requests", default 50, maximum 1_000,
        "Outbound requests per event, redirects included",
        breach "function made {used} requests, limit {limit}";
    request_bytes_max: "bytes", default 8_388_608, maximum 67_108_864,
        "Body of one outbound request",
        breach "function sent a request body of {used} bytes or more, limit {limit}";
    response_bytes_max: "bytes", default 8_388_608, maximum 67_108_864,
        "Body of one response",
        breach "function received a response body of {used} bytes or more, limit {limit}";
    trace_bytes_max: "bytes", default 1_024, maximum 65_536,
        "Start of each request's and response's body kept in the trace",
        breach "the trace keeps {limit} bytes of a body, the rest is left out";
    event_bytes_max: "bytes", default 16_777_216, maximum 67_108_864,
        "The event, or batch of events, and the settings, as JSON",
        breach "event and settings are {used} bytes, limit {limit}";
    cache_entries_max: "entries", default 1_000, maximum 100_000,
        "Values that a destination's cache keeps; to make room, what was not used for longest goes",
        breach "the cache keeps {limit} entries, the one that was not used for longest makes room";
    cache_bytes_max: "bytes", default 8_388_608, maximum 268_435_456,
        "Keys and values that a destination's cache keeps; one value may fill an eighth of it",
        breach "a value for the cache has {used} bytes and is not kept: more than an eighth of the limit {limit}";
    source_bytes_max: "bytes", default 2_097_152, maximum 16_777_216,
        "Source of a function",
        breach "source is {used} bytes, limit {limit}";
    modules_max: "modules", default 10_000, maximum 100_000,
        "Files that a function loads by import and require",
        breach "function loads {used} files, limit {limit}";
    modules_bytes_max: "bytes", default 67_108_864, maximum 536_870_912,
        "Sources of those files together; one of them may have 4 MiB",
        breach "function loads files of {used} bytes, limit {limit}";
    build_fuel_max: "units", default 20_000_000_000, maximum 1_000_000_000_000,
        "Computing of a function's top level, which runs once, when the function is built",
        breach "top level used {used} units of fuel, limit {limit}";
    build_timeout_ms_max: "ms", default 20_000, maximum 120_000,
        "Wall-clock time of a function's top level",
        breach "top level took more than {used} ms, limit {limit}";
}

impl Limits {
    /// The table's row for `name`, which must be the name of a field.
    pub fn row(name: &str) -> &'static Limit {
        Limits::TABLE.iter().find(|limit| limit.name == name).expect("a name of the table")
    }
}

fn check(name: &'static str, value: u64, maximum: u64) -> Result<(), LimitError> {
    if value == 0 || value > maximum { Err(LimitError::OutOfRange { name, value, maximum }) } else { Ok(()) }
}

/// A limit that cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitError {
    /// There is no limit of this name.
    Unknown {
        /// The name that was asked for.
        name: String,
    },
    /// The value is zero or too large.
    OutOfRange {
        /// The limit's name.
        name: &'static str,
        /// The value that was asked for.
        value: u64,
        /// The largest value allowed.
        maximum: u64,
    },
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LimitError::Unknown { name } => {
                let names: Vec<_> = Limits::TABLE.iter().map(|limit| limit.name).collect();
                write!(f, "there is no limit `{name}`; the limits are {}", names.join(", "))
            }
            LimitError::OutOfRange { name, value, maximum } => {
                write!(f, "`{name}` must be between 1 and {maximum}, not {value}")
            }
        }
    }
}

impl std::error::Error for LimitError {}
