//! The builtin functions of OPA, found by name.
//!
//! They return the results and errors of OPA. If this build cannot compute OPA's result, the call returns [`Halt`], which ends the
//! evaluation regardless of its options. An undefined result is not safe there: a `not` would turn it into an allow.

mod cache;
#[cfg(any(feature = "crypto", feature = "time"))]
mod calendar;
mod casts;
mod collections;
mod comparison;
pub(crate) mod encoding;
pub(crate) mod json;
mod numbers;
mod operands;
mod output;
mod runtime;
mod schema;
#[cfg(feature = "crypto")]
mod security;
mod syntax;
mod template;
#[cfg(test)]
mod tests;
mod texts;
#[cfg(feature = "time")]
mod time;
mod uuid;
mod web;
#[cfg(feature = "yaml")]
mod yaml;

use crate::permissions::Outside;
use crate::rego::syntax::annotations::Notation;
use crate::rego::value::Value;
use numbers::random;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use texts::regex;
#[cfg(feature = "crypto")]
use texts::strings;
#[cfg(feature = "crypto")]
use web::request_fields;
use web::{percent, uri};

#[cfg(feature = "bundle")]
pub(crate) use encoding::hex;
pub(crate) use json::patch::patched as json_patch;
pub(crate) use output::Text;
#[cfg(feature = "bundle")]
pub(crate) use security::jwt::signed::{SignedToken, VerificationKey};
#[cfg(feature = "network")]
pub(crate) use web::http::{HttpCache, Sent};

/// The reason to stop an evaluation at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The evaluation exceeds its memory limit.
    Memory,
    /// The evaluation exceeds its time limit.
    Time,
    /// OPA has a result that this build cannot compute.
    Unsure(String),
}

/// The reason why a call has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A builtin error, `eval_builtin_error`: the call is undefined unless errors are strict.
    Builtin(String),
    /// An operand of the wrong type, `eval_type_error`: the call is undefined unless errors are strict.
    Type(String),
    /// The evaluation stops.
    Halt(Halt),
}

impl Failure {
    pub(crate) fn unsure(text: impl Into<String>) -> Self {
        Self::Halt(Halt::Unsure(text.into()))
    }
}

impl From<Halt> for Failure {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Builtin(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::Builtin(text.to_owned())
    }
}

/// The value of a call; `None` if the call is undefined.
pub(crate) type Answer = Result<Option<Value>, Failure>;

/// Values that stay the same during a query.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// The time in nanoseconds since 1970, once a call has read the clock.
    pub(crate) now_ns: Option<i64>,
    pub(crate) random: BTreeMap<(String, i64), Value>,
    pub(crate) uuids: BTreeMap<Value, Value>,
    /// The responses of `http.send`, by their requests.
    #[cfg(feature = "network")]
    pub(crate) sent: Sent,
}

/// The state of the evaluation that calls can use.
pub(crate) struct Context<'c> {
    pub(crate) remembered: &'c mut Remembered,
    /// What the host allows; `None` is nothing.
    pub(crate) outside: Option<&'c Outside>,
    /// Called with the number of bytes before they are allocated.
    pub(crate) budget: &'c mut dyn FnMut(u64) -> Result<(), Halt>,
    /// The end of the time limit.
    pub(crate) deadline: Option<Instant>,
    /// Receives the notes of `trace`.
    pub(crate) notes: Option<&'c mut dyn FnMut(&str)>,
    /// Bytes charged since the last look at the clock.
    pub(crate) charged: usize,
}

impl Context<'_> {
    /// The time of the query, in nanoseconds since 1970.
    pub(crate) fn now_ns(&mut self) -> i64 {
        let now = || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            i64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(i64::MAX)
        };
        *self.remembered.now_ns.get_or_insert_with(now)
    }

    /// Charges bytes to the memory limit. A call that charges many also looks at the clock: the evaluation does so only between calls.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), Halt> {
        (self.budget)(u64::try_from(bytes).unwrap_or(u64::MAX))?;
        self.charged = self.charged.saturating_add(bytes);
        if self.charged < CHARGED_PER_LOOK {
            return Ok(());
        }
        self.charged = 0;
        self.in_time()
    }

    /// Charges the size of `count` values to the memory limit.
    pub(crate) fn charge_values(&mut self, count: usize) -> Result<(), Halt> {
        self.charge(count.saturating_mul(size_of::<Value>()))
    }

    /// The time until the deadline; `None` without a limit.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let deadline = self.deadline?;
        Some(deadline.saturating_duration_since(Instant::now()))
    }

    /// Fails after the deadline.
    pub(crate) fn in_time(&self) -> Result<(), Halt> {
        match self.deadline {
            Some(deadline) if Instant::now() > deadline => Err(Halt::Time),
            _ => Ok(()),
        }
    }
}

/// Bytes that builtins charge between two looks at the clock.
const CHARGED_PER_LOOK: usize = 8 << 10;

/// A builtin function.
#[derive(Debug)]
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    /// The number of arguments.
    pub(crate) arity: u8,
    /// Whether the result depends only on the arguments.
    pub(crate) pure: bool,
    /// Called with exactly `arity` arguments.
    pub(crate) call: fn(&[Value], &mut Context<'_>) -> Answer,
}

const fn builtin(
    name: &'static str,
    arity: u8,
    call: fn(&[Value], &mut Context<'_>) -> Answer,
) -> Builtin {
    Builtin {
        name,
        arity,
        pure: true,
        call,
    }
}

const fn impure(
    name: &'static str,
    arity: u8,
    call: fn(&[Value], &mut Context<'_>) -> Answer,
) -> Builtin {
    Builtin {
        name,
        arity,
        pure: false,
        call,
    }
}

/// All families, unordered.
const FAMILIES: &[&[&[&[Builtin]]]] = &[
    &[
        &[
            casts::ALL,
            comparison::ALL,
            encoding::ALL,
            runtime::ALL,
            schema::ALL,
            syntax::ALL,
            uuid::ALL,
        ],
        &collections::FAMILIES,
        &json::FAMILIES,
        &numbers::FAMILIES,
        #[cfg(feature = "time")]
        &[time::ALL],
        #[cfg(feature = "yaml")]
        &[yaml::ALL, yaml::annotation::ALL],
    ],
    #[cfg(feature = "crypto")]
    security::FAMILIES,
    &texts::FAMILIES,
    web::FAMILIES,
];

/// All builtins, sorted by name.
pub(crate) fn table() -> &'static [&'static Builtin] {
    static TABLE: OnceLock<Vec<&'static Builtin>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut all: Vec<&'static Builtin> = FAMILIES
            .iter()
            .copied()
            .flatten()
            .copied()
            .flatten()
            .copied()
            .flatten()
            .collect();
        all.sort_unstable_by_key(|builtin| builtin.name);
        all
    })
}

/// The reader for annotations, if this build has one.
pub(crate) const fn annotations() -> Option<&'static Notation> {
    #[cfg(feature = "yaml")]
    {
        Some(&yaml::annotation::NOTATION)
    }
    #[cfg(not(feature = "yaml"))]
    {
        None
    }
}

/// Finds a builtin by its name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    let table = table();
    let found = table
        .binary_search_by_key(&name, |builtin| builtin.name)
        .ok()?;
    table.get(found).copied()
}
