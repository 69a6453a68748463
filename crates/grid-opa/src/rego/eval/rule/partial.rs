//! The values of partial rules: sets and objects.

use super::slots_of;
use crate::rego::eval::body::Flow;
use crate::rego::eval::build::Built;
use crate::rego::eval::term;
use crate::rego::eval::{Code, CowValue, Run, Stop};
use crate::rego::plan::ir::{Clause, Rule, RuleNo};
use crate::rego::value::Value;
use std::borrow::Cow;

impl<'a> Run<'a, '_> {
    /// The value of a partial rule at its first keys.
    pub(in crate::rego::eval) fn keyed(
        &mut self,
        number: RuleNo,
        keys: Vec<Value>,
    ) -> Result<CowValue<'a>, Stop> {
        let Some(rule) = self.env.plans.rules.get(number) else {
            return Err(self.failed(Code::Internal, "a rule without a plan"));
        };
        let home = self.home_of(rule);
        let value = if self.is_replaced(&rule.path) {
            Some(self.base(&rule.path)?)
        } else {
            self.cached(home, number)
        };
        if let Some(value) = value {
            return Ok(keys.iter().fold(value, term::at));
        }
        if let Some(value) = self.cached_keyed(home, number, &keys) {
            return Ok(value);
        }
        let Some(clauses) = keys
            .len()
            .checked_sub(1)
            .and_then(|number| rule.keyed.get(number))
        else {
            let value = self.rule(number)?;
            return Ok(keys.iter().fold(value, term::at));
        };
        let all: Vec<usize> = (0..clauses.len()).collect();
        let arguments: Vec<CowValue<'a>> = keys.iter().cloned().map(Cow::Owned).collect();
        let chosen = Clauses {
            clauses,
            numbers: &all,
        };
        let value = self.deeper(home, |run| {
            run.partial(rule, chosen, &arguments, Built::Nothing)
        })?;
        self.cache_keyed(home, number, keys, &value);
        Ok(Cow::Owned(value))
    }

    /// Combines the solutions of all clauses.
    pub(super) fn partial(
        &mut self,
        rule: &'a Rule,
        chosen: Clauses<'a, '_>,
        arguments: &[CowValue<'a>],
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
                            return Ok(Flow::Continue);
                        }
                        keys.push(key.into_owned());
                    }
                    let value = run.term(&branch.value, slots)?;
                    if *value == Value::Undefined {
                        return Ok(Flow::Continue);
                    }
                    if let Some(watch) = &mut run.watch {
                        watch.head(branch.mark);
                    }
                    built
                        .put(&keys, value.into_owned(), branch.item)
                        .map_err(|_| run.duplicate_key(branch.mark))?;
                    Ok(Flow::Continue)
                })?;
            }
        }
        Ok(built.into_value())
    }

    // The error for two values at one key.
    fn duplicate_key(&mut self, mark: u32) -> Stop {
        self.mark = mark;
        self.failed(Code::Conflict, "object keys must be unique")
    }
}

/// Clauses, and the numbers of the clauses to try; without numbers the index of the rule selects them.
#[derive(Clone, Copy)]
pub(super) struct Clauses<'a, 'n> {
    clauses: &'a [Clause],
    numbers: &'n [usize],
}

impl<'a> Clauses<'a, 'static> {
    /// The clauses that evaluate a complete rule.
    pub(super) fn of(rule: &'a Rule) -> Self {
        Self {
            clauses: &rule.clauses,
            numbers: &[],
        }
    }
}
