//! Caches results of functions for repeated calls with the same arguments.

use super::CowValue;
use crate::rego::plan::ir::RuleNo;
use crate::rego::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Calls of a function before its results are cached: most functions are called only a few times, and caching costs time.
const CALLS_BEFORE: u32 = 4;

/// The cached results of the functions of one world.
#[derive(Debug, Default)]
pub(super) struct Memo<'a>(BTreeMap<RuleNo, Calls<'a>>);

#[derive(Debug, Default)]
struct Calls<'a> {
    count: u32,
    results: BTreeMap<Vec<Argument>, Entry<'a>>,
}

#[derive(Debug)]
struct Entry<'a> {
    result: CowValue<'a>,
    /// Keeps the arguments alive, so that no other collection can get the same address.
    _arguments: Vec<CowValue<'a>>,
}

/// An argument as a key: scalars by value, numbers by text, since the text may show in a result, and collections by address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Argument {
    Scalar(Value),
    Number(Box<str>),
    Collection(usize),
}

impl Argument {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::Collection(Arc::as_ptr(items).addr()),
            Value::Set(items) => Self::Collection(Arc::as_ptr(items).addr()),
            Value::Object(fields) => Self::Collection(Arc::as_ptr(fields).addr()),
            Value::Number(number) if !number.is_plain() => Self::Number(number.text().into()),
            scalar => Self::Scalar(scalar.clone()),
        }
    }
}

/// The state of a call in the cache.
pub(super) enum Call<'a> {
    Cached(CowValue<'a>),
    /// The result is to be cached.
    Store(Vec<Argument>),
    Ignore,
}

impl<'a> Memo<'a> {
    /// Counts a call. With `always` results are cached from the first call on.
    pub(super) fn call(
        &mut self,
        rule: RuleNo,
        arguments: &[CowValue<'a>],
        always: bool,
    ) -> Call<'a> {
        let calls = self.0.entry(rule).or_default();
        calls.count = calls.count.saturating_add(1);
        if calls.count <= CALLS_BEFORE && !always {
            return Call::Ignore;
        }
        let key: Vec<Argument> = arguments.iter().map(|value| Argument::of(value)).collect();
        match calls.results.get(&key) {
            Some(entry) => Call::Cached(entry.result.clone()),
            None => Call::Store(key),
        }
    }

    pub(super) fn store(
        &mut self,
        rule: RuleNo,
        key: Vec<Argument>,
        arguments: &[CowValue<'a>],
        result: CowValue<'a>,
    ) {
        let entry = Entry {
            result,
            _arguments: arguments.to_vec(),
        };
        self.0.entry(rule).or_default().results.insert(key, entry);
    }
}
