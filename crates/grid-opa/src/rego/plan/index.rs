//! An index of the clauses of a rule by the values that they compare with the input or the arguments.

use crate::rego::plan::ir::{Clause, Operator, Part, Slot, StepKind, Term};
use crate::rego::value::Value;
use crate::sorting::gathered;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// With fewer clauses a lookup does not pay off.
const MIN_CLAUSES: usize = 3;
/// Maximum number of clause numbers in an index, per clause of the rule: clauses without a comparison are in every case of a switch.
const ENTRIES_PER_CLAUSE: usize = 32;
/// Maximum number of values under which one comparison with a collection puts a clause.
const MOST_VALUES: usize = 16;

/// The compared value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Input(Part),
    /// An argument of a function.
    Argument(Slot),
}

/// The clauses to try, in order.
#[derive(Debug)]
pub(crate) enum Index {
    Clauses(Vec<usize>),
    /// Selects by the value of a subject.
    Switch {
        subject: Subject,
        cases: BTreeMap<Value, Self>,
        otherwise: Box<Self>,
    },
}

impl Index {
    /// The index of a rule with these clauses.
    pub(crate) fn of(clauses: &[Clause]) -> Self {
        let tests: Vec<_> = clauses.iter().map(tests_of).collect();
        let mut builder = Builder {
            tests,
            used: BTreeSet::new(),
            entries: clauses.len().saturating_mul(ENTRIES_PER_CLAUSE),
        };
        builder.build((0..clauses.len()).collect())
    }

    /// The clauses that may be true if the subjects have these values.
    pub(crate) fn candidates<'i, 'v>(
        &'i self,
        value_of: &mut dyn FnMut(Subject) -> Cow<'v, Value>,
    ) -> &'i [usize] {
        let mut index = self;
        loop {
            match index {
                Self::Clauses(clauses) => return clauses,
                Self::Switch {
                    subject,
                    cases,
                    otherwise,
                } => {
                    let case = cases.get(&*value_of(*subject));
                    index = case.unwrap_or(otherwise);
                }
            }
        }
    }
}

/// The values that subjects must have for a clause to be true.
fn tests_of(clause: &Clause) -> BTreeMap<Subject, Vec<&Value>> {
    let mut tests = BTreeMap::new();
    let [branch] = clause.branches.as_slice() else {
        return tests;
    };
    // Variables that are bound to subjects.
    let mut slots: HashMap<Slot, Subject> = (0..clause.arity)
        .map(|slot| (slot, Subject::Argument(slot)))
        .collect();
    for step in &branch.steps {
        let subject_of = |term: &Term| match term {
            Term::Input(part) => Some(Subject::Input(*part)),
            Term::Slot(slot) => slots.get(slot).copied(),
            _ => None,
        };
        let test = match &step.kind {
            StepKind::Let(slot, term) => {
                if let Some(subject) = subject_of(term) {
                    slots.insert(*slot, subject);
                }
                continue;
            }
            StepKind::Equal(term, Term::Constant(value))
            | StepKind::Equal(Term::Constant(value), term) => {
                subject_of(term).map(|subject| (subject, vec![value]))
            }
            StepKind::Holds(Term::Operator(Operator::In, sides, _)) => match &**sides {
                (term, Term::Constant(values)) => subject_of(term).zip(items(values)),
                _ => None,
            },
            _ => None,
        };
        if let Some((subject, values)) = test {
            tests.entry(subject).or_insert(values);
        }
    }
    tests
}

// The items of a constant collection, if there are few.
fn items(values: &Value) -> Option<Vec<&Value>> {
    let mut items: Vec<&Value> = match values {
        Value::Array(items) => items.iter().collect(),
        Value::Set(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => return None,
    };
    items.sort();
    items.dedup();
    (items.len() <= MOST_VALUES).then_some(items)
}

struct Builder<'c> {
    tests: Vec<BTreeMap<Subject, Vec<&'c Value>>>,
    /// The subjects of the enclosing switches.
    used: BTreeSet<Subject>,
    /// How many clause numbers may still be added.
    entries: usize,
}

impl<'c> Builder<'c> {
    fn test(&self, clause: usize, subject: Subject) -> Option<&[&'c Value]> {
        self.tests.get(clause)?.get(&subject).map(Vec::as_slice)
    }

    // The subject that most clauses test, if at least two do.
    fn best(&self, clauses: &[usize]) -> Option<Subject> {
        let mut counts: BTreeMap<Subject, usize> = BTreeMap::new();
        let tests = clauses.iter().filter_map(|&clause| self.tests.get(clause));
        for subject in tests.flat_map(BTreeMap::keys) {
            if !self.used.contains(subject) {
                *counts.entry(*subject).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        most.filter(|(_, count)| *count > 1)
            .map(|(subject, _)| subject)
    }

    fn build(&mut self, clauses: Vec<usize>) -> Index {
        if clauses.len() < MIN_CLAUSES {
            return Index::Clauses(clauses);
        }
        let Some(subject) = self.best(&clauses) else {
            return Index::Clauses(clauses);
        };
        // Each clause is visited once: a rule may have tens of thousands.
        let mut without = Vec::new();
        let mut by_value: BTreeMap<&Value, Vec<usize>> = BTreeMap::new();
        for &clause in &clauses {
            match self.test(clause, subject) {
                Some(values) => {
                    for value in values {
                        by_value.entry(value).or_default().push(clause);
                    }
                }
                None => without.push(clause),
            }
        }
        let tested: usize = by_value.values().map(Vec::len).sum();
        let entries = without.len().saturating_mul(by_value.len() + 1) + tested;
        let Some(left) = self.entries.checked_sub(entries) else {
            return Index::Clauses(clauses);
        };
        self.entries = left;
        self.used.insert(subject);
        let cases = by_value.into_iter().map(|(value, mut matching)| {
            matching.extend(&without);
            matching.sort_unstable();
            (value.clone(), self.build(matching))
        });
        let cases = gathered(cases);
        let otherwise = Box::new(self.build(without));
        self.used.remove(&subject);
        Index::Switch {
            subject,
            cases,
            otherwise,
        }
    }
}

#[cfg(test)]
mod tests;
