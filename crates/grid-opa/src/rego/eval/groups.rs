//! The solutions of comprehensions: found anew, or by groups where the same comprehension was evaluated before.

use super::body::{Flow, Then, of_slot, put};
use super::memo::Argument;
use super::{Held, Run, Slots, Stop};
use crate::rego::plan::ir::{Comprehension, Grouping};
use crate::rego::value::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many values groups may keep. With more of them the solutions are found anew each time, which takes no memory.
const MAX_KEPT: usize = 4 << 20;
/// Values between two looks at the memory that is left.
const KEPT_PER_LOOK: usize = 4096;
/// What one of them takes at most, in bytes, with its part of what keeps them.
const BYTES_PER_KEPT: usize = 64;

/// What is known in one world of the comprehensions that can be grouped, by their places in the plan.
#[derive(Debug, Default)]
pub(super) struct Grouped<'a>(BTreeMap<usize, State<'a>>);

#[derive(Debug)]
enum State<'a> {
    /// It was evaluated once with these variables.
    Once(Others<'a>),
    Groups(Others<'a>, Rc<Groups<'a>>),
    Never,
}

/// The values of the variables from outside on which groups depend, as they were: those of other ones, equal or not, are others.
#[derive(Debug)]
struct Others<'a> {
    values: Vec<Argument>,
    /// So that no other collection gets the place of one of these.
    _held: Vec<Held<'a>>,
}

/// What the steps up to the last comparison found, by what was compared.
#[derive(Debug, Default)]
struct Groups<'a> {
    groups: BTreeMap<Vec<Value>, Group<'a>>,
    kept: usize,
}

#[derive(Debug, Default)]
struct Group<'a> {
    rows: usize,
    /// The values of the variables that are kept, row by row.
    values: Vec<Held<'a>>,
}

/// What to do with a comprehension.
enum Plan<'a> {
    Anew,
    /// Anew, and it is known from then on that it was evaluated.
    First,
    /// It was evaluated before.
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
        let Some(asked) = self.asked(comprehension, grouping, slots)? else {
            return self.body(steps, slots, then);
        };
        let place = std::ptr::from_ref(comprehension).addr();
        let others = Others::of(grouping, slots);
        let groups = match self.plan_of(place, grouping, &others.values) {
            Plan::Anew => None,
            Plan::First => {
                let flow = self.body(steps, slots, then)?;
                self.learn_state(place, State::Once(others));
                return Ok(flow);
            }
            Plan::Build => {
                let groups = self.groups(comprehension, grouping, slots)?.map(Rc::new);
                let state = match &groups {
                    Some(groups) => State::Groups(others, Rc::clone(groups)),
                    None => State::Never,
                };
                self.learn_state(place, state);
                groups
            }
            Plan::Use(groups) => Some(groups),
        };
        match groups {
            Some(groups) => match groups.groups.get(asked.as_slice()) {
                Some(group) => self.of_group(comprehension, grouping, group, slots, then),
                None => Ok(Flow::On),
            },
            None => self.body(steps, slots, then),
        }
    }

    // What is asked for: none where one of it is undefined, and where functions are replaced, which may be by what is not pure.
    fn asked(
        &mut self,
        comprehension: &'a Comprehension,
        grouping: &'a Grouping,
        slots: &mut Slots<'a>,
    ) -> Result<Option<Vec<Value>>, Stop> {
        if self.has_mocks() || self.watch.as_ref().is_some_and(|watch| watch.sees_steps()) {
            return Ok(None);
        }
        let mut asked = Vec::with_capacity(grouping.keys.len());
        for key in &grouping.keys {
            let Some(term) = key.known(&comprehension.steps) else {
                return Ok(None);
            };
            let value = self.term(term, slots)?;
            if *value == Value::Undefined {
                return Ok(None);
            }
            asked.push(value.into_owned());
        }
        Ok(Some(asked))
    }

    fn plan_of(&mut self, place: usize, grouping: &Grouping, others: &[Argument]) -> Plan<'a> {
        let state = self
            .worlds
            .get(self.world)
            .and_then(|world| world.grouped.0.get(&place));
        match state {
            Some(State::Never) => Plan::Anew,
            Some(State::Once(known)) if known.values == others => Plan::Build,
            Some(State::Groups(known, groups)) if known.values == others => {
                Plan::Use(Rc::clone(groups))
            }
            Some(_) => Plan::First,
            None if self.may_group(grouping) => Plan::First,
            None => {
                self.learn_state(place, State::Never);
                Plan::Anew
            }
        }
    }

    // Whether nobody can tell how often the functions are called.
    fn may_group(&self, grouping: &Grouping) -> bool {
        grouping.functions.iter().all(|function| {
            let rule = self.given.plans.rules.get(*function);
            rule.is_some_and(|rule| {
                rule.pure && !rule.calls_host && (!rule.prints || self.watch.is_none())
            })
        })
    }

    fn learn_state(&mut self, place: usize, state: State<'a>) {
        if let Some(world) = self.worlds.get_mut(self.world) {
            world.grouped.0.insert(place, state);
        }
    }

    // Finds all solutions of the steps up to the last comparison; none where they are too many to be kept.
    fn groups(
        &mut self,
        comprehension: &'a Comprehension,
        grouping: &'a Grouping,
        slots: &mut Slots<'a>,
    ) -> Result<Option<Groups<'a>>, Stop> {
        let mut groups = Groups::default();
        let mut found = Vec::with_capacity(grouping.keys.len());
        let flow = self.gather(comprehension, grouping, slots, &mut found, &mut groups)?;
        Ok((flow == Flow::On).then_some(groups))
    }

    // Does the steps up to the next comparison, and goes on behind it with what would be compared.
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
            return Ok(self.keep(grouping, slots, found, groups));
        };
        let first = number
            .checked_sub(1)
            .and_then(|before| grouping.keys.get(before))
            .map_or(0, |before| before.step + 1);
        let before = steps.get(first..key.step).unwrap_or_default();
        let (Some(step), Some((term, each))) = (steps.get(key.step), key.found(steps)) else {
            return Ok(Flow::Enough);
        };
        let mut at_key = |run: &mut Self, slots: &mut Slots<'a>| {
            run.tick()?;
            run.mark = step.mark;
            let value = run.term(term, slots)?;
            let mut with = |run: &mut Self, value: Held<'a>| {
                if *value == Value::Undefined {
                    return Ok(Flow::On);
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
            // These do not branch.
            self.steps_of(before, slots, &mut at_key)
        }
    }

    // Keeps a solution, if there is room.
    fn keep(
        &mut self,
        grouping: &Grouping,
        slots: &Slots<'a>,
        found: &[Value],
        groups: &mut Groups<'a>,
    ) -> Flow {
        let looked = groups.kept / KEPT_PER_LOOK;
        groups.kept += 1 + grouping.kept.len();
        // As much as was taken must be left to the evaluation, or it would end where it need not.
        let taken = groups.kept.saturating_mul(BYTES_PER_KEPT);
        if groups.kept > MAX_KEPT
            || (groups.kept / KEPT_PER_LOOK > looked && self.context.charge(taken).is_err())
        {
            return Flow::Enough;
        }
        if !groups.groups.contains_key(found) {
            groups.groups.insert(found.to_vec(), Group::default());
        }
        if let Some(group) = groups.groups.get_mut(found) {
            group.rows += 1;
            let kept = grouping.kept.iter().map(|slot| of_slot(slots, *slot));
            group.values.extend(kept);
        }
        Flow::On
    }

    // Goes on behind the last comparison with each solution of a group.
    fn of_group(
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
        let width = grouping.kept.len();
        for row in 0..group.rows {
            self.tick()?;
            let values = group.values.iter().skip(row * width).take(width);
            for (slot, value) in grouping.kept.iter().zip(values) {
                put(slots, *slot, value.clone());
            }
            self.mark = mark;
            if self.body(rest, slots, then)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::On)
    }
}

impl<'a> Others<'a> {
    fn of(grouping: &Grouping, slots: &Slots<'a>) -> Self {
        let held: Vec<Held<'a>> = grouping
            .others
            .iter()
            .map(|slot| of_slot(slots, *slot))
            .collect();
        Self {
            values: held.iter().map(|value| Argument::of(value)).collect(),
            _held: held,
        }
    }
}
