//! Evaluates a plan. What it is not sure of it leaves to the core.

mod body;
mod term;

use crate::plan::ir::{Branch, Clause, Kind, Rule, RuleId, Term};
use regorus::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Steps between two looks at the clock: some tens of microseconds.
const STEPS_PER_CLOCK: u32 = 512;

/// A value of the input, the data or the plan, or one that was computed. Values that others own are not counted: all workers
/// count the references to one value in the same place.
pub(super) type Held<'a> = Cow<'a, Value>;
type Locals<'a> = Vec<Held<'a>>;

pub(super) const UNDEFINED: Held<'static> = Cow::Borrowed(&Value::Undefined);

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The core must say: it may know better, or say what is wrong.
    Unsure,
    /// There was no more time.
    Time,
}

/// Whether to look for more solutions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Enough,
}

/// What is done with each solution of a body.
type Solved<'s, 'a> = &'s mut dyn FnMut(&mut Run<'a>, &mut Locals<'a>) -> Result<Flow, Stop>;

/// One evaluation.
pub(super) struct Run<'a> {
    rules: &'a [Rule],
    data: &'a Value,
    parts: &'a [Value],
    strict: bool,
    deadline: Instant,
    steps: u32,
    /// The values of rules that others asked for.
    known: BTreeMap<RuleId, Held<'a>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        rules: &'a [Rule],
        data: &'a Value,
        parts: &'a [Value],
        strict: bool,
        deadline: Instant,
    ) -> Self {
        Self {
            rules,
            data,
            parts,
            strict,
            deadline,
            steps: 0,
            known: BTreeMap::new(),
        }
    }

    /// The value of a rule that is no function.
    pub(super) fn rule(&mut self, id: RuleId) -> Result<Held<'a>, Stop> {
        let rule = self.rules.get(id).ok_or(Stop::Unsure)?;
        match rule.kind {
            Kind::Complete | Kind::Function => self.complete(rule, &[]),
            Kind::Set => self.set(rule).map(Cow::Owned),
            Kind::Object => self.object(rule).map(Cow::Owned),
        }
    }

    // The value of a rule that another one asks for, computed once.
    fn known(&mut self, id: RuleId) -> Result<Held<'a>, Stop> {
        if let Some(value) = self.known.get(&id) {
            return Ok(value.clone());
        }
        let value = self.rule(id)?;
        self.known.insert(id, value.clone());
        Ok(value)
    }

    // The one value of all clauses that hold.
    fn complete(&mut self, rule: &'a Rule, arguments: &[Held<'a>]) -> Result<Held<'a>, Stop> {
        let mut answer: Option<Held<'a>> = None;
        for &number in rule.index.candidates(self.parts) {
            let clause = rule.clauses.get(number).ok_or(Stop::Unsure)?;
            let Some(mut locals) = locals_of(clause, arguments) else {
                continue;
            };
            let Some(value) = self.first_of(&clause.branches, &mut locals)? else {
                continue;
            };
            match &answer {
                Some(other) if *other != value => return Err(Stop::Unsure),
                Some(_) => {}
                None if rule.one_value => return Ok(value),
                None => answer = Some(value),
            }
        }
        Ok(answer
            .or_else(|| rule.default.as_ref().map(Cow::Borrowed))
            .unwrap_or(UNDEFINED))
    }

    // The value of the first branch that holds.
    fn first_of(
        &mut self,
        branches: &'a [Branch],
        locals: &mut Locals<'a>,
    ) -> Result<Option<Held<'a>>, Stop> {
        for branch in branches {
            let mut answer: Option<Held<'a>> = None;
            self.body(&branch.steps, locals, &mut |run, locals| {
                if let Term::Constant(value) = &branch.value {
                    answer = Some(Cow::Borrowed(value));
                    return Ok(Flow::Enough);
                }
                let value = run.term(&branch.value, locals)?;
                match &answer {
                    _ if *value == Value::Undefined => {}
                    Some(other) if *other != value => return Err(Stop::Unsure),
                    _ => answer = Some(value),
                }
                Ok(Flow::On)
            })?;
            if answer.is_some() {
                return Ok(answer);
            }
        }
        Ok(None)
    }

    fn set(&mut self, rule: &'a Rule) -> Result<Value, Stop> {
        let mut items = BTreeSet::new();
        self.each_solution(rule, &mut |run, branch, locals| {
            let value = run.term(&branch.value, locals)?;
            if *value != Value::Undefined {
                items.insert(value.into_owned());
            }
            Ok(Flow::On)
        })?;
        Ok(Value::from(items))
    }

    fn object(&mut self, rule: &'a Rule) -> Result<Value, Stop> {
        let mut fields = BTreeMap::new();
        self.each_solution(rule, &mut |run, branch, locals| {
            let key = branch.key.as_ref().ok_or(Stop::Unsure)?;
            let key = run.term(key, locals)?;
            let value = run.term(&branch.value, locals)?;
            enter(&mut fields, key, value)?;
            Ok(Flow::On)
        })?;
        Ok(Value::from(fields))
    }

    fn each_solution(
        &mut self,
        rule: &'a Rule,
        then: &mut dyn FnMut(&mut Self, &'a Branch, &mut Locals<'a>) -> Result<Flow, Stop>,
    ) -> Result<(), Stop> {
        for &number in rule.index.candidates(self.parts) {
            let clause = rule.clauses.get(number).ok_or(Stop::Unsure)?;
            let mut locals = vec![UNDEFINED; clause.locals];
            for branch in &clause.branches {
                self.body(&branch.steps, &mut locals, &mut |run, locals| {
                    then(run, branch, locals)
                })?;
            }
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<(), Stop> {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(STEPS_PER_CLOCK) && Instant::now() > self.deadline {
            return Err(Stop::Time);
        }
        Ok(())
    }
}

// The variables of a clause, where the arguments fit its constants.
fn locals_of<'a>(clause: &Clause, arguments: &[Held<'a>]) -> Option<Locals<'a>> {
    let fits = |(local, value): &(usize, Value)| {
        arguments
            .get(*local)
            .is_some_and(|argument| **argument == *value)
    };
    if !clause.constants.iter().all(fits) {
        return None;
    }
    let mut locals = arguments.to_vec();
    locals.resize(clause.locals, UNDEFINED);
    Some(locals)
}

// Adds a field; the core says what is wrong with two values of one key.
fn enter(fields: &mut BTreeMap<Value, Value>, key: Held<'_>, value: Held<'_>) -> Result<(), Stop> {
    if *key == Value::Undefined || *value == Value::Undefined {
        return Ok(());
    }
    match fields.get(&*key) {
        Some(other) if *other != *value => Err(Stop::Unsure),
        Some(_) => Ok(()),
        None => {
            fields.insert(key.into_owned(), value.into_owned());
            Ok(())
        }
    }
}
