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
        rule_mark: 0,
    }
}

/// The clauses for an input with these parts.
fn found<'i>(index: &'i Index, parts: &[Value]) -> &'i [usize] {
    index.candidates(&mut |subject| match subject {
        Subject::Input(part) => Cow::Owned(parts.get(part).cloned().unwrap_or(Value::Undefined)),
        Subject::Argument(slot) => Cow::Owned(int(slot as u64)),
    })
}

fn int(value: u64) -> Value {
    Value::from(value)
}

fn levels(index: &Index) -> usize {
    match index {
        Index::Clauses(_) => 0,
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
        Index::Clauses(clauses) => clauses.len(),
        Index::Switch {
            cases, otherwise, ..
        } => cases.values().map(entries).sum::<usize>() + entries(otherwise),
    }
}

#[test]
fn candidates_are_the_clauses_that_can_be_true_in_order() {
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
    // Two remaining clauses are not indexed further. Without parts, subjects are undefined.
    assert_eq!(found(&index, &[]), [1, 4]);
}

// The index of random clauses contains every clause whose comparisons are all true; compared with a check of each clause.
#[test]
fn no_clause_that_can_be_true_is_missing() {
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
fn variables_arguments_and_collections_are_indexed() {
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
        // Neither an argument nor an input.
        of(1, vec![equal(Term::Slot(3), int(7))]),
    ];
    let index = Index::of(&clauses);
    assert_eq!(found(&index, &[int(1)]), [0, 1, 3]);
    assert_eq!(found(&index, &[int(3)]), [1, 3]);
    assert_eq!(found(&index, &[int(2)]), [2, 3]);
    // The value of each argument is its index.
    let by_argument: Vec<_> = (0..4)
        .map(|value| of(1, vec![equal(Term::Slot(0), int(value))]))
        .collect();
    assert_eq!(found(&Index::of(&by_argument), &[]), [0]);
}

#[test]
fn the_index_stays_small() {
    // Few clauses compare each part, and all other clauses are in each case of its switch.
    let clauses: Vec<_> = (0..400_u64)
        .map(|number| clause(&[((number / 4) as Part, int(number))]))
        .collect();
    let index = Index::of(&clauses);
    assert!(entries(&index) <= clauses.len() * (ENTRIES_PER_CLAUSE + 1));
    // If all clauses compare one part, each has its own case.
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
