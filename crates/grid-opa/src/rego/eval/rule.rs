//! The values of rules and functions.

mod partial;

use super::body::Flow;
use super::build::Built;
use super::memo::Call;
use super::{Code, CowValue, Failed, Run, Slots, Stop, UNDEFINED};
use crate::rego::plan::index::Subject;
use crate::rego::plan::ir::{Branch, Clause, Kind, Rule, RuleNo, Term};
use crate::rego::value::{Set, Value, text};
use partial::Clauses;
use std::borrow::Cow;
use std::collections::BTreeMap;

impl<'a, 'w> Run<'a, 'w> {
    /// The value of a rule that is not a function, computed once per world.
    pub(super) fn rule(&mut self, number: RuleNo) -> Result<CowValue<'a>, Stop> {
        let Some(rule) = self.env.plans.rules.get(number) else {
            return Err(self.failed(Code::Internal, "a rule without a plan"));
        };
        if self.is_replaced(&rule.path) {
            return self.base(&rule.path);
        }
        let home = self.home_of(rule);
        if let Some(value) = self.cached(home, number) {
            return Ok(value);
        }
        let value = self.compute(rule, home)?;
        self.cache(home, number, value.clone());
        Ok(value)
    }

    /// Computes the value of a rule in a world.
    pub(super) fn compute(&mut self, rule: &'a Rule, home: usize) -> Result<CowValue<'a>, Stop> {
        let built = match rule.kind {
            Kind::Function => return Ok(UNDEFINED),
            Kind::Complete => return self.deeper(home, |run| run.complete(rule, &[])),
            Kind::Set => Built::Set(Set::default()),
            Kind::Object => Built::Object(BTreeMap::new()),
        };
        let clauses = Clauses::of(rule);
        let value = self.deeper(home, |run| run.partial(rule, clauses, &[], built))?;
        Ok(Cow::Owned(value))
    }

    /// The value of a function.
    pub(super) fn function(
        &mut self,
        number: RuleNo,
        arguments: &[CowValue<'a>],
    ) -> Result<CowValue<'a>, Stop> {
        let Some(rule) = self.env.plans.rules.get(number) else {
            return Err(self.failed(Code::Internal, "a function without a plan"));
        };
        let world = self.world;
        let watched = self.watch.is_some();
        let call = match self.worlds.get_mut(world) {
            Some(here) if rule.pure => here.functions.call(number, arguments, watched),
            _ => Call::Ignore,
        };
        if let Call::Cached(result) = call {
            return Ok(result);
        }
        let result = self.deeper(world, |run| run.complete(rule, arguments))?;
        if let (Call::Store(key), Some(here)) = (call, self.worlds.get_mut(world)) {
            here.functions.store(number, key, arguments, result.clone());
        }
        Ok(result)
    }

    // Evaluates one level deeper, in the given world.
    fn deeper<T>(
        &mut self,
        world: usize,
        work: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        if self.depth >= self.env.max_depth {
            return Err(Stop::Depth);
        }
        let (mark, here) = (self.mark, std::mem::replace(&mut self.world, world));
        self.depth += 1;
        let value = work(self)?;
        self.depth -= 1;
        self.world = here;
        self.mark = mark;
        Ok(value)
    }

    // The single value of all clauses that are true.
    fn complete(
        &mut self,
        rule: &'a Rule,
        arguments: &[CowValue<'a>],
    ) -> Result<CowValue<'a>, Stop> {
        let mut answer: Option<(CowValue<'a>, u32)> = None;
        let candidates = rule
            .index
            .candidates(&mut |subject| self.subject(subject, arguments));
        for &number in candidates {
            let Some(clause) = rule.clauses.get(number) else {
                continue;
            };
            let mut slots = slots_of(clause, arguments);
            let Some((value, mark)) = self.first_of(rule, &clause.branches, &mut slots)? else {
                continue;
            };
            match answer {
                Some(other) if other.0 != value => {
                    return Err(self.conflict(rule, other, (value, mark)));
                }
                Some(_) => {}
                None if rule.one_value && self.watch.is_none() => return Ok(value),
                None => answer = Some((value, mark)),
            }
        }
        if let Some((answer, _)) = answer {
            return Ok(answer);
        }
        let Some(default) = &rule.default else {
            return Ok(UNDEFINED);
        };
        let mut slots = slots_of(default, arguments);
        let value = self.first_of(rule, &default.branches, &mut slots)?;
        Ok(value.map_or(UNDEFINED, |(value, _)| value))
    }

    // The value that an index looks up.
    fn subject(&self, subject: Subject, arguments: &[CowValue<'a>]) -> CowValue<'a> {
        match subject {
            Subject::Input(part) => self.input(part),
            Subject::Argument(slot) => arguments.get(slot).cloned().unwrap_or(UNDEFINED),
        }
    }

    // The value of the first branch that is true, and its mark.
    fn first_of(
        &mut self,
        rule: &Rule,
        branches: &'a [Branch],
        slots: &mut Slots<'a>,
    ) -> Result<Option<(CowValue<'a>, u32)>, Stop> {
        for branch in branches {
            let mut answer: Option<CowValue<'a>> = None;
            self.body(&branch.steps, slots, &mut |run, slots| {
                let constant = match &branch.value {
                    Term::Constant(value) => {
                        answer = Some(Cow::Borrowed(value));
                        true
                    }
                    term => {
                        let value = run.term(term, slots)?;
                        match &answer {
                            _ if *value == Value::Undefined => {}
                            Some(other) if *other != value => {
                                let other = (other.clone(), branch.rule_mark);
                                return Err(run.conflict(rule, other, (value, branch.rule_mark)));
                            }
                            // The first of equal values stays, because equal numbers may have different texts.
                            Some(_) => {}
                            None => answer = Some(value),
                        }
                        false
                    }
                };
                if let (Some(watch), true) = (&mut run.watch, answer.is_some()) {
                    watch.head(branch.mark);
                }
                Ok(if constant { Flow::Stop } else { Flow::Continue })
            })?;
            if let Some(answer) = answer {
                return Ok(Some((answer, branch.rule_mark)));
            }
        }
        Ok(None)
    }

    // The error for two values of a complete rule or a function.
    fn conflict(
        &mut self,
        rule: &Rule,
        one: (CowValue<'a>, u32),
        other: (CowValue<'a>, u32),
    ) -> Stop {
        let path = text::of_path(&rule.path);
        let message = match rule.kind {
            Kind::Function => {
                format!("function {path} produced conflicting values for the same inputs")
            }
            _ => format!("rule {path} produced conflicting values"),
        };
        let values = [one, other].map(|(value, mark)| (value.into_owned(), mark));
        let [_, (_, mark)] = values;
        let values = values.to_vec();
        Stop::Failed(Box::new(Failed {
            code: Code::Conflict,
            message,
            mark,
            values,
        }))
    }
}

fn slots_of<'a>(clause: &Clause, arguments: &[CowValue<'a>]) -> Slots<'a> {
    let mut slots = Vec::with_capacity(clause.slots.max(arguments.len()));
    slots.extend_from_slice(arguments);
    slots.resize(clause.slots.max(arguments.len()), UNDEFINED);
    slots
}
