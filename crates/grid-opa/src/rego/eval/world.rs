//! The documents and functions that an expression sees: the originals, or replaced by the enclosing `with`s.

mod with;

use super::groups::Grouped;
use super::memo::Memo;
use super::{CowValue, Run, Stop};
use crate::rego::plan::ir::{Function, Part, Rule, RuleNo, Term};
use crate::rego::value::{Object, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One view of documents and functions.
#[derive(Debug, Default)]
pub(super) struct World<'a> {
    /// The enclosing world.
    outer: usize,
    /// The full input if it was replaced; `Undefined` means no input.
    input: Option<Value>,
    /// Values that replace documents, as one object; undefined without replacements.
    data: Replaced,
    /// The paths below `data` where the original documents are hidden.
    targets: Vec<Vec<Value>>,
    mocks: Vec<(Callee, Mock<'a>)>,
    /// Whether it differs from the enclosing world only by its input.
    only_input: bool,
    rules: BTreeMap<RuleNo, CowValue<'a>>,
    keyed: BTreeMap<(RuleNo, Vec<Value>), Value>,
    pub(super) functions: Memo<'a>,
    pub(super) grouped: Grouped<'a>,
}

/// A value that is undefined by default.
#[derive(Debug, Clone)]
struct Replaced(Value);

impl Default for Replaced {
    fn default() -> Self {
        Self(Value::Undefined)
    }
}

/// A function that may be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Callee {
    Rule(RuleNo),
    Builtin(String),
}

#[derive(Debug, Clone)]
pub(super) enum Mock<'a> {
    Value(Value),
    Function(Function),
    Document(&'a Term),
}

impl<'a> Run<'a, '_> {
    fn here(&self) -> Option<&World<'a>> {
        self.worlds.get(self.world)
    }

    /// A part of the input.
    pub(super) fn input(&self, part: Part) -> CowValue<'a> {
        let Some(input) = self.here().and_then(|world| world.input.as_ref()) else {
            return self
                .env
                .parts
                .get(part)
                .map_or(super::UNDEFINED, Cow::Borrowed);
        };
        let mut value = input;
        for name in self.env.paths.get(part).into_iter().flatten() {
            let below = match value {
                Value::Object(fields) => fields.field(name),
                // A `with` may put a set there.
                Value::Set(items) => items.get(&Value::from(name.as_str())),
                _ => None,
            };
            match below {
                Some(below) => value = below,
                None => return super::UNDEFINED,
            }
        }
        Cow::Owned(value.clone())
    }

    /// Whether a `with` replaces a document at or above a path.
    pub(super) fn is_replaced(&self, path: &[Value]) -> bool {
        self.here()
            .is_some_and(|world| world.targets.iter().any(|target| path.starts_with(target)))
    }

    /// Whether a `with` replaces any document.
    pub(super) fn has_replacements(&self) -> bool {
        self.here().is_some_and(|world| !world.targets.is_empty())
    }

    /// The value at a path of the data document, with replacements.
    pub(super) fn base(&mut self, path: &[Value]) -> Result<CowValue<'a>, Stop> {
        let data: &'a Value = self.env.data;
        let Some(world) = self.here().filter(|world| !world.targets.is_empty()) else {
            return Ok(stored(data, path));
        };
        let replaced = path
            .iter()
            .fold(Cow::Borrowed(&world.data.0), super::term::at);
        let replaced = replaced.into_owned();
        if self.is_replaced(path) {
            return Ok(Cow::Owned(replaced));
        }
        match (replaced, stored(data, path)) {
            (Value::Undefined, value) => Ok(value),
            (replaced, value) if *value == Value::Undefined => Ok(Cow::Owned(replaced)),
            (replaced, value) => Ok(Cow::Owned(merged(replaced, &value))),
        }
    }

    /// Whether a `with` replaces any function.
    pub(super) fn has_mocks(&self) -> bool {
        self.here().is_some_and(|world| !world.mocks.is_empty())
    }

    /// The replacement of a function in this world.
    pub(super) fn mock_of(&self, callee: impl FnOnce() -> Callee) -> Option<Mock<'a>> {
        let world = self.here()?;
        if world.mocks.is_empty() {
            return None;
        }
        let callee = callee();
        let found = world
            .mocks
            .iter()
            .rev()
            .find(|(mocked, _)| *mocked == callee);
        found.map(|(_, mock)| mock.clone())
    }

    /// The outermost world in which a rule has the same value as here; it lives longest.
    pub(super) fn home_of(&self, rule: &Rule) -> usize {
        let mut home = self.world;
        while let Some(world) = self.worlds.get(home) {
            if home == 0 || !world.only_input || !rule.parts.is_empty() {
                break;
            }
            home = world.outer;
        }
        home
    }

    pub(super) fn cached(&self, world: usize, rule: RuleNo) -> Option<CowValue<'a>> {
        self.worlds.get(world)?.rules.get(&rule).cloned()
    }

    pub(super) fn cache(&mut self, world: usize, rule: RuleNo, value: CowValue<'a>) {
        if let Some(world) = self.worlds.get_mut(world) {
            world.rules.insert(rule, value);
        }
    }

    pub(super) fn cached_keyed(
        &self,
        world: usize,
        rule: RuleNo,
        keys: &[Value],
    ) -> Option<CowValue<'a>> {
        let known = &self.worlds.get(world)?.keyed;
        if known.is_empty() {
            return None;
        }
        known.get(&(rule, keys.to_vec())).cloned().map(Cow::Owned)
    }

    pub(super) fn cache_keyed(
        &mut self,
        world: usize,
        rule: RuleNo,
        keys: Vec<Value>,
        value: &Value,
    ) {
        if let Some(world) = self.worlds.get_mut(world) {
            world.keyed.insert((rule, keys), value.clone());
        }
    }
}

/// Merges two documents. Objects merge; otherwise the value of the first document counts.
pub(super) fn merged(first: Value, second: &Value) -> Value {
    let (Value::Object(one), Value::Object(other)) = (&first, second) else {
        return first;
    };
    let mut fields = Object::clone(one);
    for (key, value) in other.iter() {
        let merged = match one.get(key) {
            Some(mine) => merged(mine.clone(), value),
            None => value.clone(),
        };
        fields.insert(key.clone(), merged);
    }
    Value::from(fields)
}

/// The value at a path of the data document. As in OPA, the full document does not include `system`.
fn stored<'a>(data: &'a Value, path: &[Value]) -> CowValue<'a> {
    match data {
        Value::Object(fields) if path.is_empty() && fields.field("system").is_some() => {
            let others = fields
                .iter()
                .filter(|(key, _)| key.cmp_text("system").is_ne());
            let others = others.map(|(key, value)| (key.clone(), value.clone()));
            Cow::Owned(others.collect::<Object>().into())
        }
        _ => path.iter().fold(Cow::Borrowed(data), super::term::at_data),
    }
}
