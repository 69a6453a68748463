//! Evaluates the steps of bodies and finds their solutions.

use super::{CowValue, LEAST_STACK, MORE_STACK, Run, Slots, Stop, UNDEFINED};
use crate::rego::plan::ir::{Pattern, Slot, Step, StepKind, Term};
use crate::rego::value::Value;
use std::borrow::Cow;

/// Whether to look for more solutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Continue,
    Stop,
}

/// The callback for each solution of a body.
pub(super) type Then<'t, 'a, 'w> =
    &'t mut dyn FnMut(&mut Run<'a, 'w>, &mut Slots<'a>) -> Result<Flow, Stop>;

/// How deep bodies may nest, per level of the maximum depth.
const NESTING_PER_DEPTH: u32 = 64;

impl<'a, 'w> Run<'a, 'w> {
    /// Evaluates the steps of a body and calls `then` for each solution.
    pub(super) fn body(
        &mut self,
        steps: &'a [Step],
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        if self.nesting > self.env.max_depth.saturating_mul(NESTING_PER_DEPTH) {
            return Err(Stop::Depth);
        }
        self.nesting += 1;
        let flow = stacker::maybe_grow(LEAST_STACK, MORE_STACK, || {
            self.steps_of(steps, slots, then)
        });
        self.nesting -= 1;
        flow
    }

    /// Like [`Self::body`], without a check of the stack.
    pub(super) fn steps_of(
        &mut self,
        steps: &'a [Step],
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        for (number, step) in steps.iter().enumerate() {
            self.tick()?;
            self.mark = step.mark;
            if step.first
                && let Some(watch) = &mut self.watch
            {
                watch.expression(step.mark);
            }
            let succeeds = match &step.kind {
                StepKind::Holds(term) => holds(&*self.term(term, slots)?),
                StepKind::Equal(left, right) => {
                    let left = self.term(left, slots)?;
                    *left != Value::Undefined && *left == *self.term(right, slots)?
                }
                StepKind::Let(slot, term) => {
                    let value = self.term(term, slots)?;
                    let defined = *value != Value::Undefined;
                    put(slots, *slot, value);
                    defined
                }
                StepKind::Match(pattern, term) => {
                    let value = self.term(term, slots)?;
                    *value != Value::Undefined && self.fits(pattern, value, slots)?
                }
                StepKind::Not(inner) => !self.has_solution(inner, slots)?,
                StepKind::And(left, right) => {
                    self.has_solution(left, slots)? && self.has_solution(right, slots)?
                }
                StepKind::Or(left, right) => {
                    self.has_solution(left, slots)? || self.has_solution(right, slots)?
                }
                StepKind::Every {
                    of,
                    key,
                    value,
                    body,
                } => self.every(of, *key, *value, body, slots)?,
                StepKind::Print(parts) => {
                    self.print(parts, slots)?;
                    true
                }
                StepKind::Case(keys) => {
                    let keys = self.terms(keys, slots)?;
                    if let (Some(watch), Some(keys)) = (&mut self.watch, keys) {
                        watch.case(&keys);
                    }
                    true
                }
                StepKind::Nothing => true,
                kind => {
                    let rest = steps.get(number + 1..).unwrap_or_default();
                    return self
                        .branching(kind, slots, &mut |run, slots| run.body(rest, slots, then));
                }
            };
            if !succeeds {
                return Ok(Flow::Continue);
            }
        }
        then(self, slots)
    }

    // Steps that may succeed several times.
    fn branching(
        &mut self,
        kind: &'a StepKind,
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        match kind {
            StepKind::Each { of, key, value } => {
                let of = self.term(of, slots)?;
                self.items(of, &mut |run, found_key, found| {
                    put(slots, *value, found);
                    if run.fits(key, found_key, slots)? {
                        then(run, slots)
                    } else {
                        Ok(Flow::Continue)
                    }
                })
            }
            StepKind::Find { of, key, value } => self.find(of, key, value, slots, then),
            StepKind::Documents(documents) => self.documents(documents, slots, then),
            StepKind::Walk(of, pair) => {
                let of = self.term(of, slots)?;
                self.walk(of, pair, slots, then)
            }
            StepKind::With(changes, inner) => self.with(changes, inner, slots, then),
            _ => Err(self.failed(super::Code::Internal, "a step that does not branch")),
        }
    }

    /// Whether a body has a solution.
    pub(super) fn has_solution(
        &mut self,
        steps: &'a [Step],
        slots: &mut Slots<'a>,
    ) -> Result<bool, Stop> {
        let flow = self.body(steps, slots, &mut |_, _| Ok(Flow::Stop))?;
        Ok(flow == Flow::Stop)
    }

    fn every(
        &mut self,
        of: &'a Term,
        key: Option<Slot>,
        value: Slot,
        body: &'a [Step],
        slots: &mut Slots<'a>,
    ) -> Result<bool, Stop> {
        let of = self.term(of, slots)?;
        if !matches!(*of, Value::Array(_) | Value::Object(_) | Value::Set(_)) {
            return Ok(false);
        }
        let flow = self.items(of, &mut |run, found_key, found| {
            if let Some(key) = key {
                put(slots, key, found_key);
            }
            put(slots, value, found);
            Ok(if run.has_solution(body, slots)? {
                Flow::Continue
            } else {
                Flow::Stop
            })
        })?;
        Ok(flow == Flow::Continue)
    }

    // Finds the keys at which a collection has a value.
    fn find(
        &mut self,
        of: &'a Term,
        key: &'a Pattern,
        value: &'a Term,
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        let value = self.term(value, slots)?;
        let of = self.term(of, slots)?;
        if *value == Value::Undefined {
            return Ok(Flow::Continue);
        }
        if let Value::Set(items) = &*of {
            if items.contains(&value) && self.fits(key, value, slots)? {
                return then(self, slots);
            }
            return Ok(Flow::Continue);
        }
        self.items(of, &mut |run, found_key, found| {
            if *found == *value && run.fits(key, found_key, slots)? {
                then(run, slots)
            } else {
                Ok(Flow::Continue)
            }
        })
    }

    /// Calls `on` with the key and the value of each item of a collection. Other values have no items.
    pub(super) fn items(
        &mut self,
        of: CowValue<'a>,
        on: &mut dyn FnMut(&mut Self, CowValue<'a>, CowValue<'a>) -> Result<Flow, Stop>,
    ) -> Result<Flow, Stop> {
        match of {
            Cow::Borrowed(of) => self.each(of, Cow::Borrowed, on),
            Cow::Owned(of) => self.each(&of, |item| Cow::Owned(item.clone()), on),
        }
    }

    fn each<'v>(
        &mut self,
        of: &'v Value,
        to_cow: impl Fn(&'v Value) -> CowValue<'a>,
        on: &mut dyn FnMut(&mut Self, CowValue<'a>, CowValue<'a>) -> Result<Flow, Stop>,
    ) -> Result<Flow, Stop> {
        match of {
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    self.tick()?;
                    let key = Cow::Owned(Value::from(index));
                    if on(self, key, to_cow(value))? == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                }
            }
            Value::Set(items) => {
                for value in items.iter() {
                    self.tick()?;
                    if on(self, to_cow(value), to_cow(value))? == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                }
            }
            Value::Object(fields) => {
                for (key, value) in fields.iter() {
                    self.tick()?;
                    if on(self, to_cow(key), to_cow(value))? == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                }
            }
            _ => {}
        }
        Ok(Flow::Continue)
    }
}

fn holds(value: &Value) -> bool {
    !matches!(value, Value::Undefined | Value::Bool(false))
}

pub(super) fn put<'a>(slots: &mut Slots<'a>, slot: Slot, value: CowValue<'a>) {
    if let Some(place) = slots.get_mut(slot) {
        *place = value;
    }
}

/// The value of a variable.
pub(super) fn of_slot<'a>(slots: &Slots<'a>, slot: Slot) -> CowValue<'a> {
    slots.get(slot).cloned().unwrap_or(UNDEFINED)
}
