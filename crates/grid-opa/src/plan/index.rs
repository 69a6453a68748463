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

    // The part that most clauses test, if several do.
    fn best(&self, clauses: &[usize]) -> Option<Part> {
        let mut counts: BTreeMap<Part, usize> = BTreeMap::new();
        let tests = clauses.iter().filter_map(|&clause| self.tests.get(clause));
        for part in tests.flat_map(BTreeMap::keys) {
            if !self.used.contains(part) {
                *counts.entry(*part).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        most.filter(|(_, count)| *count > 1).map(|(part, _)| part)
    }

    fn build(&mut self, clauses: Vec<usize>) -> Index {
        if clauses.len() < WORTH_IT {
            return Index::These(clauses);
        }
        let Some(part) = self.best(&clauses) else {
            return Index::These(clauses);
        };
        // Each is looked at once: a rule may have tens of thousands.
        let mut without = Vec::new();
        let mut by_value: BTreeMap<&Value, Vec<usize>> = BTreeMap::new();
        for &clause in &clauses {
            match self.test(clause, part) {
                Some(value) => by_value.entry(value).or_default().push(clause),
                None => without.push(clause),
            }
        }
        let tested = clauses.len() - without.len();
        let entries = without.len().saturating_mul(by_value.len() + 1) + tested;
        let Some(left) = self.entries.checked_sub(entries) else {
            return Index::These(clauses);
        };
        self.entries = left;
        self.used.insert(part);
        let cases = by_value.into_iter().map(|(value, mut fitting)| {
            fitting.extend(&without);
            fitting.sort_unstable();
            (value.clone(), self.build(fitting))
        });
        let cases = cases.collect();
        let otherwise = Box::new(self.build(without));
        self.used.remove(&part);
        Index::Switch {
            part,
            cases,
            otherwise,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::ir::Branch;

    /// A clause that compares parts of the input with values.
    fn clause(tests: &[(Part, Value)]) -> Clause {
        let step = |(part, value): &(Part, Value)| {
            let sides = (Term::Input(*part), Term::Constant(value.clone()));
            Step::Holds(Term::Compare(BoolOp::Eq, Box::new(sides)))
        };
        Clause {
            locals: 0,
            constants: Vec::new(),
            parameters: 0,
            branches: vec![branch(tests.iter().map(step).collect())],
        }
    }

    fn branch(steps: Vec<Step>) -> Branch {
        Branch {
            steps,
            key: None,
            value: Term::Constant(Value::Bool(true)),
        }
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
            assert_eq!(index.candidates(&parts), expected, "{parts:?}");
        }
        // Two that are left are not looked up any further. An input of which nothing was asked has no part.
        assert_eq!(index.candidates(&[]), [1, 4]);
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
                let candidates = index.candidates(&parts);
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
        assert_eq!(index.candidates(&[int(777)]), [777]);
        assert_eq!(entries(&index), 1000);
    }

    #[test]
    fn few_clauses_and_clauses_with_an_else_are_tried() {
        let two = [clause(&[(0, int(1))]), clause(&[(0, int(2))])];
        assert_eq!(Index::of(&two).candidates(&[int(3)]), [0, 1]);
        let mut clauses = vec![
            clause(&[(0, int(1))]),
            clause(&[(0, int(1))]),
            clause(&[(0, int(2))]),
        ];
        for clause in &mut clauses {
            clause.branches.push(branch(Vec::new()));
        }
        assert_eq!(Index::of(&clauses).candidates(&[int(3)]), [0, 1, 2]);
    }
}
