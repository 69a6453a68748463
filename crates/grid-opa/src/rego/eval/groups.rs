//! The solutions of comprehensions: evaluated each time, or checks up in groups if the same comprehension was evaluated before.

use super::body::{Flow, Then, of_slot, put};
use super::memo::Argument;
use super::{CowValue, Run, Slots, Stop};
use crate::rego::plan::grouping::Grouping;
use crate::rego::plan::ir::Comprehension;
use crate::rego::value::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Maximum number of values that groups store. Beyond it the comprehension is evaluated each time, which needs no memory.
const MAX_STORED: usize = 4 << 20;
/// Stored values between two checks of the free memory.
const STORED_PER_CHECK: usize = 4096;
/// The maximum memory of one stored value, in bytes, with its share of the containers.
const BYTES_PER_STORED: usize = 64;

/// The groups of one world, by the addresses of comprehensions in the plan.
#[derive(Debug, Default)]
pub(super) struct Grouped<'a>(BTreeMap<usize, State<'a>>);

#[derive(Debug)]
enum State<'a> {
    /// It was evaluated once with these variables.
    Once(Others<'a>),
    Groups(Others<'a>, Rc<Groups<'a>>),
    Never,
}

/// The values of the outer variables on which groups depend. Collections are compared by address, so equal collections at different
/// addresses differ.
#[derive(Debug)]
struct Others<'a> {
    values: Vec<Argument>,
    /// Keeps the collections alive, so that no other collection can get the same address.
    _owners: Vec<CowValue<'a>>,
}

/// The solutions of the steps up to the last comparison, grouped by the compared values.
#[derive(Debug, Default)]
struct Groups<'a> {
    groups: BTreeMap<Vec<Value>, Group<'a>>,
    stored: usize,
}

#[derive(Debug, Default)]
struct Group<'a> {
    rows: usize,
    /// The values of the stored variables, row by row.
    values: Vec<CowValue<'a>>,
}

/// How to evaluate a comprehension.
enum Plan<'a> {
    Evaluate,
    /// Evaluate it, and record that it was evaluated.
    First,
    /// It was evaluated before: build groups.
    Build,
    Use(Rc<Groups<'a>>),
}

impl<'a, 'w> Run<'a, 'w> {
    /// Calls `then` with each solution of a comprehension.
    pub(super) fn solutions(
        &mut self,
        comprehension: &'a Comprehension,
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        let steps = &comprehension.steps;
        let Some(grouping) = &comprehension.grouping else {
            return self.body(steps, slots, then);
        };
        let Some(keys) = self.lookup_keys(comprehension, grouping, slots)? else {
            return self.body(steps, slots, then);
        };
        let place = std::ptr::from_ref(comprehension).addr();
        let others = Others::of(grouping, slots);
        let groups = match self.plan_of(place, grouping, &others.values) {
            Plan::Evaluate => None,
            Plan::First => {
                let flow = self.body(steps, slots, then)?;
                self.set_state(place, State::Once(others));
                return Ok(flow);
            }
            Plan::Build => {
                let groups = self.groups(comprehension, grouping, slots)?.map(Rc::new);
                let state = match &groups {
                    Some(groups) => State::Groups(others, Rc::clone(groups)),
                    None => State::Never,
                };
                self.set_state(place, state);
                groups
            }
            Plan::Use(groups) => Some(groups),
        };
        match groups {
            Some(groups) => match groups.groups.get(keys.as_slice()) {
                Some(group) => self.solutions_of_group(comprehension, grouping, group, slots, then),
                None => Ok(Flow::Continue),
            },
            None => self.body(steps, slots, then),
        }
    }

    // The values to look up. `None` if one is undefined, if a `with` replaces functions, which may be impure, or if each step is watched.
    fn lookup_keys(
        &mut self,
        comprehension: &'a Comprehension,
        grouping: &'a Grouping,
        slots: &mut Slots<'a>,
    ) -> Result<Option<Vec<Value>>, Stop> {
        if self.has_mocks() || self.watch.as_ref().is_some_and(|watch| watch.sees_steps()) {
            return Ok(None);
        }
        let mut keys = Vec::with_capacity(grouping.keys.len());
        for key in &grouping.keys {
            let Some(term) = key.known(&comprehension.steps) else {
                return Ok(None);
            };
            let value = self.term(term, slots)?;
            if *value == Value::Undefined {
                return Ok(None);
            }
            keys.push(value.into_owned());
        }
        Ok(Some(keys))
    }

    fn plan_of(&mut self, place: usize, grouping: &Grouping, others: &[Argument]) -> Plan<'a> {
        let state = self
            .worlds
            .get(self.world)
            .and_then(|world| world.grouped.0.get(&place));
        match state {
            Some(State::Never) => Plan::Evaluate,
            Some(State::Once(known)) if known.values == others => Plan::Build,
            Some(State::Groups(known, groups)) if known.values == others => {
                Plan::Use(Rc::clone(groups))
            }
            Some(_) => Plan::First,
            None if self.may_group(grouping) => Plan::First,
            None => {
                self.set_state(place, State::Never);
                Plan::Evaluate
            }
        }
    }

    // Whether the number of calls of the functions has no visible effect.
    fn may_group(&self, grouping: &Grouping) -> bool {
        grouping.functions.iter().all(|function| {
            let rule = self.env.plans.rules.get(*function);
            rule.is_some_and(|rule| {
                rule.pure && !rule.calls_host && (!rule.prints || self.watch.is_none())
            })
        })
    }

    fn set_state(&mut self, place: usize, state: State<'a>) {
        if let Some(world) = self.worlds.get_mut(self.world) {
            world.grouped.0.insert(place, state);
        }
    }

    // Finds all solutions of the steps up to the last comparison; `None` if there are too many to store.
    fn groups(
        &mut self,
        comprehension: &'a Comprehension,
        grouping: &'a Grouping,
        slots: &mut Slots<'a>,
    ) -> Result<Option<Groups<'a>>, Stop> {
        let mut groups = Groups::default();
        let mut found = Vec::with_capacity(grouping.keys.len());
        let flow = self.gather(comprehension, grouping, slots, &mut found, &mut groups)?;
        Ok((flow == Flow::Continue).then_some(groups))
    }

    // Evaluates the steps up to the next comparison, then continues after it with the value to compare.
    fn gather(
        &mut self,
        comprehension: &'a Comprehension,
        grouping: &'a Grouping,
        slots: &mut Slots<'a>,
        found: &mut Vec<Value>,
        groups: &mut Groups<'a>,
    ) -> Result<Flow, Stop> {
        let number = found.len();
        let steps = &comprehension.steps;
        let Some(key) = grouping.keys.get(number) else {
            return Ok(self.store(grouping, slots, found, groups));
        };
        let first = number
            .checked_sub(1)
            .and_then(|before| grouping.keys.get(before))
            .map_or(0, |before| before.step + 1);
        let before = steps.get(first..key.step).unwrap_or_default();
        let (Some(step), Some((term, each))) = (steps.get(key.step), key.found(steps)) else {
            return Ok(Flow::Stop);
        };
        let mut at_key = |run: &mut Self, slots: &mut Slots<'a>| {
            run.tick()?;
            run.mark = step.mark;
            let value = run.term(term, slots)?;
            let mut with = |run: &mut Self, value: CowValue<'a>| {
                if *value == Value::Undefined {
                    return Ok(Flow::Continue);
                }
                found.push(value.into_owned());
                let flow = run.gather(comprehension, grouping, slots, found, groups);
                found.pop();
                flow
            };
            if each {
                run.items(value, &mut |run, _, item| with(run, item))
            } else {
                with(run, value)
            }
        };
        if number == 0 {
            self.body(before, slots, &mut at_key)
        } else {
            // These steps do not branch.
            self.steps_of(before, slots, &mut at_key)
        }
    }

    // Stores a solution if there is room.
    fn store(
        &mut self,
        grouping: &Grouping,
        slots: &Slots<'a>,
        found: &[Value],
        groups: &mut Groups<'a>,
    ) -> Flow {
        let checks = groups.stored / STORED_PER_CHECK;
        groups.stored += 1 + grouping.stored.len();
        // The evaluation must keep as much memory as the groups took; otherwise the groups could end it needlessly.
        let taken = groups.stored.saturating_mul(BYTES_PER_STORED);
        if groups.stored > MAX_STORED
            || (groups.stored / STORED_PER_CHECK > checks && self.context.charge(taken).is_err())
        {
            return Flow::Stop;
        }
        if !groups.groups.contains_key(found) {
            groups.groups.insert(found.to_vec(), Group::default());
        }
        if let Some(group) = groups.groups.get_mut(found) {
            group.rows += 1;
            let stored = grouping.stored.iter().map(|slot| of_slot(slots, *slot));
            group.values.extend(stored);
        }
        Flow::Continue
    }

    // Continues after the last comparison with each solution of a group.
    fn solutions_of_group(
        &mut self,
        comprehension: &'a Comprehension,
        grouping: &'a Grouping,
        group: &Group<'a>,
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        let steps = &comprehension.steps;
        let last = grouping.keys.last().map_or(0, |key| key.step);
        let mark = steps.get(last).map_or(0, |step| step.mark);
        let rest = steps.get(last + 1..).unwrap_or_default();
        let width = grouping.stored.len();
        for row in 0..group.rows {
            self.tick()?;
            let values = group.values.iter().skip(row * width).take(width);
            for (slot, value) in grouping.stored.iter().zip(values) {
                put(slots, *slot, value.clone());
            }
            self.mark = mark;
            if self.body(rest, slots, then)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}

impl<'a> Others<'a> {
    fn of(grouping: &Grouping, slots: &Slots<'a>) -> Self {
        let owners: Vec<CowValue<'a>> = grouping
            .others
            .iter()
            .map(|slot| of_slot(slots, *slot))
            .collect();
        Self {
            values: owners.iter().map(|value| Argument::of(value)).collect(),
            _owners: owners,
        }
    }
}
