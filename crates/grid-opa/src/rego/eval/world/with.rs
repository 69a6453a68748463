//! `with`: evaluates steps with replaced documents and functions.

use super::{Callee, Mock, World};
use crate::rego::eval::body::{Flow, Then};
use crate::rego::eval::{Code, Run, Slots, Stop};
use crate::rego::plan::ir::{Change, Replacement, Step, Target};
use crate::rego::value::{Object, Value};

impl<'a, 'w> Run<'a, 'w> {
    /// Evaluates steps in a changed world, and the steps after them in this one.
    pub(in crate::rego::eval) fn with(
        &mut self,
        changes: &'a [Change],
        steps: &'a [Step],
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        let outer = self.world;
        let Some(world) = self.changed(changes, slots)? else {
            return Ok(Flow::Continue);
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

    /// Calls a replacement function; inside it no function is replaced.
    pub(in crate::rego::eval) fn without_mocks<T>(
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

    // This world with changes; `None` if a value is undefined.
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
                        None => self.full_input(),
                    };
                    world.input = Some(replaced(input, path, value));
                }
                (Target::Data(path), Mock::Value(value)) => {
                    world.data.0 = replaced(world.data.0, path, value);
                    world.targets.push(path.clone());
                }
                (Target::Rule(rule), mock) => {
                    if let Some(rule) = self.env.plans.rules.get(*rule) {
                        world.targets.push(rule.path.clone());
                    }
                    world.mocks.push((Callee::Rule(*rule), mock));
                }
                (Target::Builtin(name), mock) => {
                    world.mocks.push((Callee::Builtin(name.clone()), mock));
                }
                (Target::Input(_) | Target::Data(_), Mock::Function(_) | Mock::Document(_)) => {
                    return Err(self.failed(Code::Internal, "a function replaces a document"));
                }
            }
        }
        Ok(Some(world))
    }

    // The original input. The planner adds the full input as a part if a `with` replaces a part of it.
    fn full_input(&self) -> Value {
        let part = self.env.paths.iter().position(Vec::is_empty);
        part.and_then(|part| self.env.parts.get(part))
            .cloned()
            .unwrap_or(Value::Undefined)
    }
}

// A document with another value at a path. Values on the path that are not objects are replaced.
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
