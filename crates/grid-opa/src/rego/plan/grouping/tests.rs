//! Which comparisons become keys. Variables below 10 are outer variables.

use super::*;
use crate::rego::builtins;
use crate::rego::plan::ir::{Function, Keys};
use crate::rego::value::Value;

const NONE: [usize; 0] = [];

fn slot(slot: Slot) -> Term {
    Term::Slot(slot)
}

fn of_slot(of: Slot, key: &str) -> Term {
    Term::Lookup {
        of: Box::new(slot(of)),
        path: vec![Term::Constant(Value::from(key))],
        keys: Keys::Values,
    }
}

fn each(of: Term, value: Slot) -> StepKind {
    StepKind::Each {
        of,
        key: Pattern::Any,
        value,
    }
}

fn found(steps: Vec<StepKind>, head: &Term) -> Option<Grouping> {
    let steps: Vec<Step> = steps
        .into_iter()
        .map(|kind| Step {
            kind,
            mark: 0,
            first: true,
        })
        .collect();
    of(&steps, || [head].into_iter(), 10)
}

fn keys(steps: Vec<StepKind>) -> Vec<usize> {
    let grouping = found(steps, &slot(11));
    let keys = grouping.map(|grouping| grouping.keys).unwrap_or_default();
    keys.iter().map(|key| key.step).collect()
}

#[test]
fn comparisons_after_a_branching_step_are_keys() {
    let steps = vec![
        each(slot(2), 10),
        StepKind::Let(11, of_slot(10, "v")),
        StepKind::Let(12, of_slot(10, "w")),
        StepKind::Equal(of_slot(10, "k"), slot(1)),
        StepKind::Equal(of_slot(3, "k"), slot(12)),
        StepKind::Holds(of_slot(10, "ok")),
    ];
    let grouping = found(steps, &slot(11)).unwrap();
    let key = |step, left| Key { step, left };
    assert_eq!(grouping.keys, [key(3, false), key(4, true)]);
    assert_eq!((grouping.others, grouping.stored), (vec![2], vec![10, 11]));
}

#[test]
fn an_outer_value_is_found_among_items() {
    let find = |of| StepKind::Find {
        of,
        key: Pattern::Any,
        value: slot(1),
    };
    assert_eq!(
        keys(vec![each(slot(2), 10), find(of_slot(10, "tags"))]),
        [1]
    );
    assert_eq!(
        keys(vec![each(slot(2), 10), find(of_slot(1, "tags"))]),
        NONE
    );
}

#[test]
fn steps_that_depend_on_the_key_or_take_no_time_are_not_grouped() {
    let key = || StepKind::Equal(of_slot(10, "k"), slot(1));
    assert_eq!(keys(vec![each(slot(2), 10), key()]), [1]);
    assert_eq!(keys(vec![each(of_slot(1, "items"), 10), key()]), NONE);
    assert_eq!(keys(vec![StepKind::Let(10, slot(2)), key()]), NONE);
    assert_eq!(
        keys(vec![each(slot(2), 10), StepKind::Equal(slot(3), slot(1))]),
        NONE
    );
    let other = StepKind::Holds(of_slot(1, "ok"));
    assert_eq!(keys(vec![each(slot(2), 10), other, key()]), NONE);
}

#[test]
fn impure_steps_are_not_skipped() {
    let key = |outside| StepKind::Equal(of_slot(10, "k"), slot(outside));
    let call = |name: &str| {
        let builtin = builtins::find(name).unwrap();
        StepKind::Let(12, Term::Call(Function::Builtin(builtin), Vec::new()))
    };
    let varying = || {
        let with = StepKind::With(Vec::new(), Vec::new());
        let host = Term::Call(Function::Host(0), Vec::new());
        let print = StepKind::Print(Vec::new());
        [call("opa.runtime"), with, StepKind::Let(12, host), print]
    };
    for step in varying() {
        assert_eq!(keys(vec![each(slot(2), 10), step, key(1)]), NONE);
    }
    for step in varying() {
        assert_eq!(keys(vec![each(slot(2), 10), key(1), step]), [1]);
    }
    // The key before a call that may fail is used, but not the key after it.
    let steps = vec![each(slot(2), 10), key(1), call("count"), key(3)];
    assert_eq!(keys(steps), [1]);
    let steps = vec![each(slot(2), 10), call("count"), key(1), key(3)];
    assert_eq!(keys(steps), [2, 3]);
}

#[test]
fn deeply_nested_comprehensions_are_not_examined() {
    let deep = |depth: usize| {
        (0..depth).fold(slot(1), |value, _| {
            Term::Comprehension(Box::new(crate::rego::plan::ir::Comprehension {
                kind: crate::rego::plan::ir::Collection::Array,
                key: None,
                value,
                steps: Vec::new(),
                grouping: None,
            }))
        })
    };
    let steps = || {
        let key = StepKind::Equal(of_slot(10, "k"), slot(2));
        vec![each(slot(3), 10), key]
    };
    assert!(found(steps(), &deep(6)).is_some());
    assert!(found(steps(), &deep(7)).is_none());
}
