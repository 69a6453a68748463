//! The builtin functions of OPA that this build has, each by its name.
//!
//! They do what OPA's do, with its errors. What this build cannot tell is [`Halt`], which ends an evaluation whatever its options:
//! were it undefined, a `not` would make an allow of it.

mod aggregates;
pub(crate) mod arithmetic;
mod arrays;
mod bits;
#[cfg(any(feature = "crypto", feature = "time"))]
mod calendar;
mod casts;
mod comparison;
#[cfg(feature = "crypto")]
mod crypto;
pub(crate) mod encoding;
mod glob;
mod graph;
pub(crate) mod json;
#[cfg(feature = "jwt")]
pub(crate) mod jwt;
mod kept;
mod net;
mod numbers;
mod objects;
mod operands;
mod output;
mod percent;
#[cfg(feature = "crypto")]
mod providers;
mod random;
mod regex;
mod runtime;
mod schema;
mod semver;
mod sets;
mod sprintf;
mod strings;
pub(crate) mod template;
#[cfg(test)]
mod tests;
#[cfg(feature = "time")]
mod time;
mod units;
mod uri;
mod urlquery;
mod uuid;
#[cfg(feature = "yaml")]
mod yaml;

use crate::rego::syntax::annotations::Notation;
use crate::rego::value::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

#[cfg(feature = "bundle")]
pub(crate) use encoding::hex;
pub(crate) use json::patch::patched as json_patch;
#[cfg(feature = "bundle")]
pub(crate) use jwt::signed::{SignedToken, VerificationKey};
pub(crate) use output::Text;

/// Why an evaluation ends at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Halt {
    /// It would take more memory than it may.
    Memory,
    /// It takes longer than it may.
    Time,
    /// OPA has an answer, and this build does not.
    Unsure(String),
}

/// Why a call has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// An error of the builtin, `eval_builtin_error`: undefined, unless errors are strict.
    Builtin(String),
    /// An operand of a wrong type, `eval_type_error`: undefined, unless errors are strict.
    Type(String),
    /// The end of the evaluation.
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

/// A value, or none where the call is undefined.
pub(crate) type Answer = Result<Option<Value>, Failure>;

/// Answers that stay the same for the time of one query.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// The clock, in nanoseconds since 1970, once it was asked for.
    pub(crate) now_ns: Option<i64>,
    pub(crate) random: BTreeMap<(String, i64), Value>,
    pub(crate) uuids: BTreeMap<Value, Value>,
}

/// What a call may ask of the evaluation that it is part of.
pub(crate) struct Context<'c> {
    pub(crate) remembered: &'c mut Remembered,
    /// What `opa.runtime` answers.
    pub(crate) runtime: &'c Value,
    /// Is told of the bytes that are about to be taken.
    pub(crate) budget: &'c mut dyn FnMut(u64) -> Result<(), Halt>,
    /// When the evaluation must have ended.
    pub(crate) deadline: Option<Instant>,
    /// Takes what `trace` says.
    pub(crate) notes: Option<&'c mut dyn FnMut(&str)>,
}

impl Context<'_> {
    /// The clock of the query, in nanoseconds since 1970.
    pub(crate) fn now_ns(&mut self) -> i64 {
        let now = || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            i64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(i64::MAX)
        };
        *self.remembered.now_ns.get_or_insert_with(now)
    }

    /// Asks for memory.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), Halt> {
        (self.budget)(u64::try_from(bytes).unwrap_or(u64::MAX))
    }

    /// Asks for memory of so many values.
    pub(crate) fn charge_values(&mut self, count: usize) -> Result<(), Halt> {
        self.charge(count.saturating_mul(size_of::<Value>()))
    }

    /// Ends what takes too long.
    pub(crate) fn in_time(&self) -> Result<(), Halt> {
        match self.deadline {
            Some(deadline) if Instant::now() > deadline => Err(Halt::Time),
            _ => Ok(()),
        }
    }
}

/// A builtin function.
#[derive(Debug)]
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    /// How many arguments it takes.
    pub(crate) arity: u8,
    /// Whether its answer is that of its arguments alone.
    pub(crate) pure: bool,
    /// Calls it with as many arguments.
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

/// All families, in no order.
const FAMILIES: &[&[&[Builtin]]] = &[
    &[
        aggregates::ALL,
        arithmetic::ALL,
        arrays::ALL,
        bits::ALL,
        casts::ALL,
        comparison::ALL,
        encoding::ALL,
        glob::ALL,
        graph::ALL,
        numbers::ALL,
        objects::ALL,
        runtime::ALL,
        schema::ALL,
        semver::ALL,
        sets::ALL,
        sprintf::ALL,
        units::ALL,
        uri::ALL,
        urlquery::ALL,
        uuid::ALL,
    ],
    &json::FAMILIES,
    &net::FAMILIES,
    &regex::FAMILIES,
    &strings::FAMILIES,
    #[cfg(feature = "crypto")]
    &[crypto::ALL, providers::ALL],
    #[cfg(feature = "jwt")]
    &[jwt::SECRET],
    #[cfg(feature = "jwt-rsa")]
    &[jwt::RSA],
    #[cfg(feature = "jwt-ec")]
    &[jwt::CURVES],
    #[cfg(feature = "time")]
    &[time::ALL],
    #[cfg(feature = "yaml")]
    &[yaml::ALL, yaml::annotation::ALL],
];

// Sorted by name.
pub(crate) fn table() -> &'static [&'static Builtin] {
    static TABLE: OnceLock<Vec<&'static Builtin>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut all: Vec<&'static Builtin> = FAMILIES
            .iter()
            .copied()
            .flatten()
            .copied()
            .flatten()
            .collect();
        all.sort_unstable_by_key(|builtin| builtin.name);
        all
    })
}

/// How annotations are read, if this build can.
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

/// The builtin of a name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    let table = table();
    let found = table
        .binary_search_by_key(&name, |builtin| builtin.name)
        .ok()?;
    table.get(found).copied()
}
