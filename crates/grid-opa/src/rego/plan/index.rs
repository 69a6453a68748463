//! Which clauses of a rule can hold for an input or for arguments, by what they compare them with.

use crate::rego::plan::ir::{Clause, Operator, Part, Slot, StepKind, Term};
use crate::rego::value::Value;
use crate::sorting::gathered;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Fewer clauses than this are as soon tried as looked up.
const WORTH_IT: usize = 3;
/// Most numbers of clauses in an index, a clause of the rule: those without a comparison are in each case of a switch.
const ENTRIES_A_CLAUSE: usize = 32;
/// Most values that one comparison with a collection puts a clause under.
const MOST_VALUES: usize = 16;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Input(Part),
    /// An argument of a function.
    Argument(Slot),
}

/// The clauses to try, in their order.
#[derive(Debug)]
pub(crate) enum Index {
    These(Vec<usize>),
    /// By the value of a subject.
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
            entries: clauses.len().saturating_mul(ENTRIES_A_CLAUSE),
        };
        builder.build((0..clauses.len()).collect())
    }

    /// The clauses that may hold where the subjects have these values.
    pub(crate) fn candidates<'i, 'v>(
        &'i self,
        value_of: &mut dyn FnMut(Subject) -> Cow<'v, Value>,
    ) -> &'i [usize] {
        let mut index = self;
        loop {
            match index {
                Self::These(clauses) => return clauses,
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

/// The values that subjects must have for a clause to hold.
fn tests_of(clause: &Clause) -> BTreeMap<Subject, Vec<&Value>> {
    let mut tests = BTreeMap::new();
    let [branch] = clause.branches.as_slice() else {
        return tests;
    };
    // Variables that stand for subjects.
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

// The items of a constant collection, if they are few.
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
    /// The subjects of the switches around.
    used: BTreeSet<Subject>,
    /// How many numbers of clauses may be added yet.
    entries: usize,
}

impl<'c> Builder<'c> {
    fn test(&self, clause: usize, subject: Subject) -> Option<&[&'c Value]> {
        self.tests.get(clause)?.get(&subject).map(Vec::as_slice)
    }

    // What most clauses test, if several do.
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
        if clauses.len() < WORTH_IT {
            return Index::These(clauses);
        }
        let Some(subject) = self.best(&clauses) else {
            return Index::These(clauses);
        };
        // Each is looked at once: a rule may have tens of thousands.
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
            return Index::These(clauses);
        };
        self.entries = left;
        self.used.insert(subject);
        let cases = by_value.into_iter().map(|(value, mut fitting)| {
            fitting.extend(&without);
            fitting.sort_unstable();
            (value.clone(), self.build(fitting))
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
mod tests {
    use super::*;
    use crate::rego::builtins;
    use crate::rego::plan::ir::{Branch, Step};

    /// A clause that compares parts of the input with values.
    fn clause(tests: &[(Part, Value)]) -> Clause {
        let step = |(part, value): &(Part, Value)| {
            step(StepKind::Equal(
                Term::Input(*part),
                Term::Constant(value.clone()),
            ))
        };
        of(0, tests.iter().map(step).collect())
    }

    fn of(arity: usize, steps: Vec<Step>) -> Clause {
        Clause {
            slots: 4,
            arity,
            branches: vec![branch(steps)],
        }
    }

    fn step(kind: StepKind) -> Step {
        Step {
            kind,
            mark: 0,
            first: true,
        }
    }

    fn branch(steps: Vec<Step>) -> Branch {
        let value = Term::Constant(Value::Bool(true));
        Branch {
            steps,
            keys: Vec::new(),
            item: false,
            value,
            mark: 0,
            whole: 0,
        }
    }

    /// The clauses for an input with these parts.
    fn found<'i>(index: &'i Index, parts: &[Value]) -> &'i [usize] {
        index.candidates(&mut |subject| match subject {
            Subject::Input(part) => {
                Cow::Owned(parts.get(part).cloned().unwrap_or(Value::Undefined))
            }
            Subject::Argument(slot) => Cow::Owned(int(slot as u64)),
        })
    }

    fn int(value: u64) -> Value {
        Value::from(value)
    }

    fn levels(index: &Index) -> usize {
        match index {
            Index::These(_) => 0,
            Index::Switch {
                cases, otherwise, ..
            } => {
                1 + cases
                    .values()
                    .map(levels)
                    .max()
                    .max(Some(levels(otherwise)))
                    .unwrap_or(0)
            }
        }
    }

    fn entries(index: &Index) -> usize {
        match index {
            Index::These(clauses) => clauses.len(),
            Index::Switch {
                cases, otherwise, ..
            } => cases.values().map(entries).sum::<usize>() + entries(otherwise),
        }
    }

    #[test]
    fn the_candidates_are_those_that_can_hold_in_their_order() {
        let clauses = [
            clause(&[(0, int(1)), (1, int(1))]),
            clause(&[]),
            clause(&[(0, int(1)), (1, int(2))]),
            clause(&[(0, int(2))]),
            clause(&[(1, int(2))]),
            clause(&[(0, int(1)), (1, int(2))]),
            clause(&[(0, int(1))]),
        ];
        let index = Index::of(&clauses);
        assert!(levels(&index) > 1);
        for (parts, expected) in [
            ([int(1), int(1)], vec![0, 1, 6]),
            ([int(1), int(2)], vec![1, 2, 4, 5, 6]),
            ([Value::from(1.0), int(2)], vec![1, 2, 4, 5, 6]),
            ([int(2), int(2)], vec![1, 3, 4]),
            ([int(3), int(3)], vec![1, 4]),
            ([Value::Undefined, int(2)], vec![1, 4]),
            ([Value::from("1"), Value::Undefined], vec![1, 4]),
        ] {
            assert_eq!(found(&index, &parts), expected, "{parts:?}");
        }
        // Two that are left are not looked up any further. An input of which nothing was asked has no part.
        assert_eq!(found(&index, &[]), [1, 4]);
    }

    // No clause is left out whose comparisons all hold, whatever else there is: the index of random clauses beside looking at each.
    #[test]
    fn no_clause_that_can_hold_is_left_out() {
        let mut state = 1_u64;
        let mut below = |count: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % count
        };
        for _ in 0..200 {
            let tests: Vec<Vec<(Part, Value)>> = (0..below(30))
                .map(|_| {
                    let parts = (0..4).filter(|_| below(2) == 0).collect::<Vec<_>>();
                    parts
                        .into_iter()
                        .map(|part| (part, int(below(3))))
                        .collect()
                })
                .collect();
            let clauses: Vec<_> = tests.iter().map(|tests| clause(tests)).collect();
            let index = Index::of(&clauses);
            for _ in 0..50 {
                let parts: Vec<Value> = (0..4)
                    .map(|_| match below(4) {
                        3 => Value::Undefined,
                        value => int(value),
                    })
                    .collect();
                let candidates = found(&index, &parts);
                assert!(candidates.is_sorted());
                for (number, tests) in tests.iter().enumerate() {
                    let holds = tests
                        .iter()
                        .all(|(part, value)| parts.get(*part) == Some(value));
                    assert!(
                        !holds || candidates.contains(&number),
                        "{tests:?} {parts:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn variables_arguments_and_collections_are_looked_through() {
        let equal = |term, value| step(StepKind::Equal(term, Term::Constant(value)));
        let member = builtins::find("internal.member_2").unwrap();
        let among = Value::from(vec![int(1), int(3)]);
        let sides = Box::new((Term::Slot(2), Term::Constant(among)));
        let clauses = [
            of(
                1,
                vec![
                    step(StepKind::Let(2, Term::Input(0))),
                    equal(Term::Slot(2), int(1)),
                ],
            ),
            of(
                1,
                vec![
                    step(StepKind::Let(2, Term::Input(0))),
                    step(StepKind::Holds(Term::Operator(Operator::In, sides, member))),
                ],
            ),
            of(
                1,
                vec![equal(Term::Slot(0), int(0)), equal(Term::Input(0), int(2))],
            ),
            // No argument, and no input.
            of(1, vec![equal(Term::Slot(3), int(7))]),
        ];
        let index = Index::of(&clauses);
        assert_eq!(found(&index, &[int(1)]), [0, 1, 3]);
        assert_eq!(found(&index, &[int(3)]), [1, 3]);
        assert_eq!(found(&index, &[int(2)]), [2, 3]);
        // Arguments have the number of their place.
        let by_argument: Vec<_> = (0..4)
            .map(|value| of(1, vec![equal(Term::Slot(0), int(value))]))
            .collect();
        assert_eq!(found(&Index::of(&by_argument), &[]), [0]);
    }

    #[test]
    fn the_index_stays_small() {
        // Each part is compared by few clauses, and all others stand in each case of its switch.
        let clauses: Vec<_> = (0..400_u64)
            .map(|number| clause(&[((number / 4) as Part, int(number))]))
            .collect();
        let index = Index::of(&clauses);
        assert!(entries(&index) <= clauses.len() * (ENTRIES_A_CLAUSE + 1));
        // Of one part all clauses have a case of their own.
        let clauses: Vec<_> = (0..1000)
            .map(|number| clause(&[(0, int(number))]))
            .collect();
        let index = Index::of(&clauses);
        assert_eq!(found(&index, &[int(777)]), [777]);
        assert_eq!(entries(&index), 1000);
    }

    #[test]
    fn few_clauses_and_clauses_with_an_else_are_tried() {
        let two = [clause(&[(0, int(1))]), clause(&[(0, int(2))])];
        assert_eq!(found(&Index::of(&two), &[int(3)]), [0, 1]);
        let mut clauses = vec![
            clause(&[(0, int(1))]),
            clause(&[(0, int(1))]),
            clause(&[(0, int(2))]),
        ];
        for clause in &mut clauses {
            clause.branches.push(branch(Vec::new()));
        }
        assert_eq!(found(&Index::of(&clauses), &[int(3)]), [0, 1, 2]);
    }
}
