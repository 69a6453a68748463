//! Results of functions that are called again with the same arguments.

use super::Held;
use crate::rego::plan::ir::RuleNo;
use crate::rego::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Calls of a function before its results are kept: most functions are called a few times, and keeping costs.
const CALLS_BEFORE: u32 = 4;

/// What is kept of the functions of one world.
#[derive(Debug, Default)]
pub(super) struct Memo<'a>(BTreeMap<RuleNo, Calls<'a>>);

#[derive(Debug, Default)]
struct Calls<'a> {
    count: u32,
    results: BTreeMap<Vec<Argument>, Kept<'a>>,
}

#[derive(Debug)]
struct Kept<'a> {
    result: Held<'a>,
    /// So that no other collection gets the place of one of these.
    _arguments: Vec<Held<'a>>,
}

/// An argument: a scalar by its value, a number by its text, since that may show in a result, a collection by its place.
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

/// What is known of a call.
pub(super) enum Call<'a> {
    Known(Held<'a>),
    /// Its result is to be kept.
    Keep(Vec<Argument>),
    Forget,
}

impl<'a> Memo<'a> {
    /// Counts a call. With `always` results are kept from the first one on.
    pub(super) fn call(&mut self, rule: RuleNo, arguments: &[Held<'a>], always: bool) -> Call<'a> {
        let calls = self.0.entry(rule).or_default();
        calls.count = calls.count.saturating_add(1);
        if calls.count <= CALLS_BEFORE && !always {
            return Call::Forget;
        }
        let key: Vec<Argument> = arguments.iter().map(|value| Argument::of(value)).collect();
        match calls.results.get(&key) {
            Some(kept) => Call::Known(kept.result.clone()),
            None => Call::Keep(key),
        }
    }

    pub(super) fn keep(
        &mut self,
        rule: RuleNo,
        key: Vec<Argument>,
        arguments: &[Held<'a>],
        result: Held<'a>,
    ) {
        let kept = Kept {
            result,
            _arguments: arguments.to_vec(),
        };
        self.0.entry(rule).or_default().results.insert(key, kept);
    }
}
