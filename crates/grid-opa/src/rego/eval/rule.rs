//! The values of rules and functions.

use super::body::Flow;
use super::build::Built;
use super::memo::Call;
use super::{Code, Failed, Held, Run, Slots, Stop, UNDEFINED};
use crate::rego::plan::ir::Subject;
use crate::rego::plan::ir::{Branch, Clause, Kind, Rule, RuleNo, Term};
use crate::rego::value::{Set, Value, text};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl<'a, 'w> Run<'a, 'w> {
    /// The value of a rule that is no function, computed once in each world.
    pub(super) fn rule(&mut self, number: RuleNo) -> Result<Held<'a>, Stop> {
        let Some(rule) = self.given.plans.rules.get(number) else {
            return Err(self.failed(Code::Internal, "a rule without a plan"));
        };
        if self.is_replaced(&rule.path) {
            return self.base(&rule.path);
        }
        let home = self.home_of(rule);
        if let Some(value) = self.known(home, number) {
            return Ok(value);
        }
        let value = self.whole(rule, home)?;
        self.learn(home, number, value.clone());
        Ok(value)
    }

    /// The value of a rule in a world that has not computed it yet.
    pub(super) fn whole(&mut self, rule: &'a Rule, home: usize) -> Result<Held<'a>, Stop> {
        let built = match rule.kind {
            Kind::Function => return Ok(UNDEFINED),
            Kind::Complete => return self.deeper(home, |run| run.complete(rule, &[])),
            Kind::Set => Built::Set(Set::default()),
            Kind::Object => Built::Object(BTreeMap::new()),
        };
        let clauses = run_clauses(rule);
        let value = self.deeper(home, |run| run.partial(rule, clauses, &[], built))?;
        Ok(Cow::Owned(value))
    }

    /// What a partial rule has at its first keys.
    pub(super) fn keyed(&mut self, number: RuleNo, keys: Vec<Value>) -> Result<Held<'a>, Stop> {
        let Some(rule) = self.given.plans.rules.get(number) else {
            return Err(self.failed(Code::Internal, "a rule without a plan"));
        };
        let home = self.home_of(rule);
        let whole = if self.is_replaced(&rule.path) {
            Some(self.base(&rule.path)?)
        } else {
            self.known(home, number)
        };
        if let Some(whole) = whole {
            return Ok(keys.iter().fold(whole, super::term::at));
        }
        if let Some(value) = self.known_keyed(home, number, &keys) {
            return Ok(value);
        }
        let Some(clauses) = keys
            .len()
            .checked_sub(1)
            .and_then(|number| rule.keyed.get(number))
        else {
            let whole = self.rule(number)?;
            return Ok(keys.iter().fold(whole, super::term::at));
        };
        let all: Vec<usize> = (0..clauses.len()).collect();
        let arguments: Vec<Held<'a>> = keys.iter().cloned().map(Cow::Owned).collect();
        let chosen = Clauses {
            clauses,
            numbers: &all,
        };
        let value = self.deeper(home, |run| {
            run.partial(rule, chosen, &arguments, Built::Nothing)
        })?;
        self.learn_keyed(home, number, keys, &value);
        Ok(Cow::Owned(value))
    }

    /// The value of a function.
    pub(super) fn function(
        &mut self,
        number: RuleNo,
        arguments: &[Held<'a>],
    ) -> Result<Held<'a>, Stop> {
        let Some(rule) = self.given.plans.rules.get(number) else {
            return Err(self.failed(Code::Internal, "a function without a plan"));
        };
        let world = self.world;
        let watched = self.watch.is_some();
        let call = match self.worlds.get_mut(world) {
            Some(here) if rule.pure => here.functions.call(number, arguments, watched),
            _ => Call::Forget,
        };
        if let Call::Known(result) = call {
            return Ok(result);
        }
        let result = self.deeper(world, |run| run.complete(rule, arguments))?;
        if let (Call::Keep(key), Some(here)) = (call, self.worlds.get_mut(world)) {
            here.functions.keep(number, key, arguments, result.clone());
        }
        Ok(result)
    }

    // Evaluates one level deeper, in the world that is given.
    fn deeper<T>(
        &mut self,
        world: usize,
        work: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        if self.depth >= self.given.max_depth {
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

    // The one value of all clauses that hold.
    fn complete(&mut self, rule: &'a Rule, arguments: &[Held<'a>]) -> Result<Held<'a>, Stop> {
        let mut answer: Option<(Held<'a>, u32)> = None;
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

    // What an index asks for.
    fn subject(&self, subject: Subject, arguments: &[Held<'a>]) -> Held<'a> {
        match subject {
            Subject::Input(part) => self.input(part),
            Subject::Argument(slot) => arguments.get(slot).cloned().unwrap_or(UNDEFINED),
        }
    }

    // The value of the first branch that holds, and where it stands.
    fn first_of(
        &mut self,
        rule: &Rule,
        branches: &'a [Branch],
        slots: &mut Slots<'a>,
    ) -> Result<Option<(Held<'a>, u32)>, Stop> {
        for branch in branches {
            let mut answer: Option<Held<'a>> = None;
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
                                let other = (other.clone(), branch.whole);
                                return Err(run.conflict(rule, other, (value, branch.whole)));
                            }
                            // Of equal ones the first stays, as numbers may be written in several ways.
                            Some(_) => {}
                            None => answer = Some(value),
                        }
                        false
                    }
                };
                if let (Some(watch), true) = (&mut run.watch, answer.is_some()) {
                    watch.head(branch.mark);
                }
                Ok(if constant { Flow::Enough } else { Flow::On })
            })?;
            if let Some(answer) = answer {
                return Ok(Some((answer, branch.whole)));
            }
        }
        Ok(None)
    }

    // The error for two values of a complete rule or a function.
    fn conflict(&mut self, rule: &Rule, one: (Held<'a>, u32), other: (Held<'a>, u32)) -> Stop {
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

    // What all solutions of all clauses come to together.
    fn partial(
        &mut self,
        rule: &'a Rule,
        chosen: Clauses<'a, '_>,
        arguments: &[Held<'a>],
        mut built: Built,
    ) -> Result<Value, Stop> {
        let candidates: Vec<usize> = match chosen.numbers {
            [] => {
                let value_of = &mut |subject| self.subject(subject, arguments);
                rule.index.candidates(value_of).to_vec()
            }
            numbers => numbers.to_vec(),
        };
        for number in candidates {
            let Some(clause) = chosen.clauses.get(number) else {
                continue;
            };
            let mut slots = slots_of(clause, arguments);
            for branch in &clause.branches {
                self.body(&branch.steps, &mut slots, &mut |run, slots| {
                    let mut keys = Vec::with_capacity(branch.keys.len());
                    for key in &branch.keys {
                        let key = run.term(key, slots)?;
                        if *key == Value::Undefined {
                            return Ok(Flow::On);
                        }
                        keys.push(key.into_owned());
                    }
                    let value = run.term(&branch.value, slots)?;
                    if *value == Value::Undefined {
                        return Ok(Flow::On);
                    }
                    if let Some(watch) = &mut run.watch {
                        watch.head(branch.mark);
                    }
                    built
                        .put(&keys, value.into_owned(), branch.item)
                        .map_err(|_| run.twice(branch.mark))?;
                    Ok(Flow::On)
                })?;
            }
        }
        Ok(built.into_value())
    }
}

impl Run<'_, '_> {
    // The error for two values at one key.
    fn twice(&mut self, mark: u32) -> Stop {
        self.mark = mark;
        self.failed(Code::Conflict, "object keys must be unique")
    }
}

/// Clauses, and which of them are tried; none are named where the index of the rule says it.
#[derive(Clone, Copy)]
struct Clauses<'a, 'n> {
    clauses: &'a [Clause],
    numbers: &'n [usize],
}

fn run_clauses(rule: &Rule) -> Clauses<'_, 'static> {
    Clauses {
        clauses: &rule.clauses,
        numbers: &[],
    }
}

fn slots_of<'a>(clause: &Clause, arguments: &[Held<'a>]) -> Slots<'a> {
    let mut slots = Vec::with_capacity(clause.slots.max(arguments.len()));
    slots.extend_from_slice(arguments);
    slots.resize(clause.slots.max(arguments.len()), UNDEFINED);
    slots
}
