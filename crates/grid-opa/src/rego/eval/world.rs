//! The documents and functions as an expression sees them: as they are, or as the `with`s around it make them.

use super::body::{Flow, Then};
use super::groups::Grouped;
use super::memo::Memo;
use super::{Code, Held, Run, Slots, Stop};
use crate::rego::plan::ir::{
    Change, Function, Part, Replacement, Rule, RuleNo, Step, Target, Term,
};
use crate::rego::value::{Object, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One view of documents and functions.
#[derive(Debug, Default)]
pub(super) struct World<'a> {
    /// The world around it.
    outer: usize,
    /// The whole input, where it was replaced; `Undefined` in it is no input.
    input: Option<Value>,
    /// Values that replace documents, as one object; undefined where there are none.
    data: Replaced,
    /// The paths below `data` at which nothing of the documents themselves is seen.
    targets: Vec<Vec<Value>>,
    mocks: Vec<(Callee, Mock<'a>)>,
    /// Whether it differs from the world around it by its input alone.
    only_input: bool,
    rules: BTreeMap<RuleNo, Held<'a>>,
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

impl<'a, 'w> Run<'a, 'w> {
    fn here(&self) -> Option<&World<'a>> {
        self.worlds.get(self.world)
    }

    /// A part of the input.
    pub(super) fn input(&self, part: Part) -> Held<'a> {
        let Some(input) = self.here().and_then(|world| world.input.as_ref()) else {
            return self
                .given
                .parts
                .get(part)
                .map_or(super::UNDEFINED, Cow::Borrowed);
        };
        let mut value = input;
        for name in self.given.paths.get(part).into_iter().flatten() {
            let below = match value {
                Value::Object(fields) => fields.field(name),
                // What a `with` puts there may be a set.
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

    /// What the data document, and what replaces parts of it, have at a path.
    pub(super) fn base(&mut self, path: &[Value]) -> Result<Held<'a>, Stop> {
        let given: &'a Value = self.given.data;
        let Some(world) = self.here().filter(|world| !world.targets.is_empty()) else {
            return Ok(stored(given, path));
        };
        let replaced = path
            .iter()
            .fold(Cow::Borrowed(&world.data.0), super::term::at);
        let replaced = replaced.into_owned();
        if self.is_replaced(path) {
            return Ok(Cow::Owned(replaced));
        }
        match (replaced, stored(given, path)) {
            (Value::Undefined, value) => Ok(value),
            (replaced, value) if *value == Value::Undefined => Ok(Cow::Owned(replaced)),
            (replaced, value) => Ok(Cow::Owned(merged(replaced, &value))),
        }
    }

    /// Whether a `with` replaces any function.
    pub(super) fn has_mocks(&self) -> bool {
        self.here().is_some_and(|world| !world.mocks.is_empty())
    }

    /// What replaces a function here.
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

    /// The world in which a rule has the same value as here, and that is kept the longest.
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

    pub(super) fn known(&self, world: usize, rule: RuleNo) -> Option<Held<'a>> {
        self.worlds.get(world)?.rules.get(&rule).cloned()
    }

    pub(super) fn learn(&mut self, world: usize, rule: RuleNo, value: Held<'a>) {
        if let Some(world) = self.worlds.get_mut(world) {
            world.rules.insert(rule, value);
        }
    }

    pub(super) fn known_keyed(
        &self,
        world: usize,
        rule: RuleNo,
        keys: &[Value],
    ) -> Option<Held<'a>> {
        let known = &self.worlds.get(world)?.keyed;
        if known.is_empty() {
            return None;
        }
        known.get(&(rule, keys.to_vec())).cloned().map(Cow::Owned)
    }

    pub(super) fn learn_keyed(
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

    /// Does steps in a world that is changed, and what comes after them in this one.
    pub(super) fn with(
        &mut self,
        changes: &'a [Change],
        steps: &'a [Step],
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        let outer = self.world;
        let Some(world) = self.changed(changes, slots)? else {
            return Ok(Flow::On);
        };
        let inner = self.enter(world);
        let flow = self.body(steps, slots, &mut |run, slots| {
            run.world = outer;
            let flow = then(run, slots);
            run.world = inner;
            flow
        })?;
        self.leave(inner, outer);
        Ok(flow)
    }

    fn enter(&mut self, world: World<'a>) -> usize {
        self.worlds.push(world);
        self.world = self.worlds.len() - 1;
        self.world
    }

    fn leave(&mut self, inner: usize, outer: usize) {
        self.worlds.truncate(inner);
        self.world = outer;
    }

    /// Calls a function that replaces another one; in it nothing is replaced.
    pub(super) fn without_mocks<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let outer = self.world;
        let world = match self.here() {
            Some(here) => World {
                outer,
                input: here.input.clone(),
                data: here.data.clone(),
                targets: here.targets.clone(),
                ..World::default()
            },
            None => World::default(),
        };
        let inner = self.enter(world);
        let value = work(self)?;
        self.leave(inner, outer);
        Ok(value)
    }

    // The world that the changes make of this one; none where a value is undefined.
    fn changed(
        &mut self,
        changes: &'a [Change],
        slots: &mut Slots<'a>,
    ) -> Result<Option<World<'a>>, Stop> {
        let mut values = Vec::with_capacity(changes.len());
        for change in changes {
            values.push(match &change.value {
                Replacement::Value(term) => {
                    let value = self.term(term, slots)?;
                    if *value == Value::Undefined {
                        return Ok(None);
                    }
                    Mock::Value(value.into_owned())
                }
                Replacement::Function(function) => Mock::Function(*function),
                Replacement::Document(document) => Mock::Document(document),
            });
        }
        let outer = self.world;
        let mut world = match self.here() {
            Some(here) => World {
                outer,
                input: here.input.clone(),
                data: here.data.clone(),
                targets: here.targets.clone(),
                mocks: here.mocks.clone(),
                only_input: true,
                ..World::default()
            },
            None => World::default(),
        };
        for (change, value) in changes.iter().zip(values) {
            world.only_input &= matches!(change.target, Target::Input(_));
            match (&change.target, value) {
                (Target::Input(path), Mock::Value(value)) => {
                    let input = match world.input.take() {
                        Some(input) => input,
                        None => self.whole_input(),
                    };
                    world.input = Some(replaced(input, path, value));
                }
                (Target::Data(path), Mock::Value(value)) => {
                    world.data.0 = replaced(world.data.0, path, value);
                    world.targets.push(path.clone());
                }
                (Target::Rule(rule), mock) => {
                    if let Some(rule) = self.given.plans.rules.get(*rule) {
                        world.targets.push(rule.path.clone());
                    }
                    world.mocks.push((Callee::Rule(*rule), mock));
                }
                (Target::Builtin(name), mock) => {
                    world.mocks.push((Callee::Builtin(name.clone()), mock));
                }
                (Target::Input(_) | Target::Data(_), Mock::Function(_) | Mock::Document(_)) => {
                    return Err(
                        self.failed(Code::Internal, "a function in the place of a document")
                    );
                }
            }
        }
        Ok(Some(world))
    }

    // The input as it was given, which was asked for as a whole where a part of it is replaced.
    fn whole_input(&self) -> Value {
        let whole = self.given.paths.iter().position(Vec::is_empty);
        whole
            .and_then(|part| self.given.parts.get(part))
            .cloned()
            .unwrap_or(Value::Undefined)
    }
}

/// Two documents as one. Objects merge; where the two hold other values, that of the first counts.
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

// A document with another value at a path; what lies on the way and is no object gives way.
fn replaced(document: Value, path: &[Value], value: Value) -> Value {
    let Some((key, rest)) = path.split_first() else {
        return value;
    };
    let mut fields = match &document {
        Value::Object(fields) => Object::clone(fields),
        _ => Object::default(),
    };
    let below = fields.get(key).cloned().unwrap_or(Value::Undefined);
    fields.insert(key.clone(), replaced(below, rest, value));
    Value::from(fields)
}

/// What the data document has at a path. As in OPA, the whole of it is without what lies at `system`.
fn stored<'a>(data: &'a Value, path: &[Value]) -> Held<'a> {
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
