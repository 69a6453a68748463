//! Which clauses of a rule can hold for an input, by what they compare parts of it with.

use crate::plan::ir::{Clause, Part, Step, Term};
use regorus::Value;
use regorus::unstable::BoolOp;
use std::collections::{BTreeMap, BTreeSet};

/// Fewer clauses than this are as soon tried as looked up.
const WORTH_IT: usize = 3;
/// Most numbers of clauses in an index, a clause of the rule: those without a comparison are in each case of a switch.
const ENTRIES_A_CLAUSE: usize = 32;

/// The clauses to try, in their order.
#[derive(Debug)]
pub(super) enum Index {
    These(Vec<usize>),
    /// By the value of a part of the input.
    Switch {
        part: Part,
        cases: BTreeMap<Value, Self>,
        otherwise: Box<Self>,
    },
}

impl Index {
    /// The index of a rule with these clauses.
    pub(super) fn of(clauses: &[Clause]) -> Self {
        let tests: Vec<_> = clauses.iter().map(tests_of).collect();
        let mut builder = Builder {
            tests,
            used: BTreeSet::new(),
            entries: clauses.len().saturating_mul(ENTRIES_A_CLAUSE),
        };
        builder.build((0..clauses.len()).collect())
    }

    /// The clauses that may hold where the input has these parts.
    pub(super) fn candidates(&self, parts: &[Value]) -> &[usize] {
        let mut index = self;
        loop {
            match index {
                Self::These(clauses) => return clauses,
                Self::Switch {
                    part,
                    cases,
                    otherwise,
                } => {
                    let case = parts.get(*part).and_then(|value| cases.get(value));
                    index = case.unwrap_or(otherwise);
                }
            }
        }
    }
}

/// What parts of the input must equal for a clause to hold.
fn tests_of(clause: &Clause) -> BTreeMap<Part, &Value> {
    let [branch] = clause.branches.as_slice() else {
        return BTreeMap::new();
    };
    let tests = branch.steps.iter().filter_map(|step| match step {
        Step::Holds(Term::Compare(BoolOp::Eq, sides)) => match &**sides {
            (Term::Input(part), Term::Constant(value))
            | (Term::Constant(value), Term::Input(part)) => Some((*part, value)),
            _ => None,
        },
        _ => None,
    });
    tests.collect()
}

struct Builder<'c> {
    tests: Vec<BTreeMap<Part, &'c Value>>,
    /// The parts of the switches around.
    used: BTreeSet<Part>,
    /// How many numbers of clauses may be added yet.
    entries: usize,
}

impl<'c> Builder<'c> {
    fn test(&self, clause: usize, part: Part) -> Option<&'c Value> {
        self.tests.get(clause)?.get(&part).copied()
    }

    // The part that most clauses test.
    fn best(&self, clauses: &[usize]) -> Option<(Part, usize)> {
        let mut counts: BTreeMap<Part, usize> = BTreeMap::new();
        let tests = clauses.iter().filter_map(|&clause| self.tests.get(clause));
        for part in tests.flat_map(BTreeMap::keys) {
            if !self.used.contains(part) {
                *counts.entry(*part).or_default() += 1;
            }
        }
        counts.into_iter().max_by_key(|(_, count)| *count)
    }

    fn build(&mut self, clauses: Vec<usize>) -> Index {
        if clauses.len() < WORTH_IT {
            return Index::These(clauses);
        }
        let Some((part, count)) = self.best(&clauses).filter(|(_, count)| *count > 1) else {
            return Index::These(clauses);
        };
        let tests = clauses.iter().filter_map(|&clause| self.test(clause, part));
        let values: BTreeSet<&Value> = tests.collect();
        let without = clauses.len() - count;
        let entries = without.saturating_mul(values.len() + 1) + count;
        let Some(left) = self.entries.checked_sub(entries) else {
            return Index::These(clauses);
        };
        self.entries = left;
        self.used.insert(part);
        let mut fitting = |value: Option<&Value>| {
            let fits = |clause: &usize| match self.test(*clause, part) {
                Some(wanted) => value == Some(wanted),
                None => true,
            };
            let clauses = clauses.iter().copied().filter(fits).collect();
            self.build(clauses)
        };
        let cases = values
            .iter()
            .map(|value| ((*value).clone(), fitting(Some(value))))
            .collect();
        let otherwise = Box::new(fitting(None));
        self.used.remove(&part);
        Index::Switch {
            part,
            cases,
            otherwise,
        }
    }
}
