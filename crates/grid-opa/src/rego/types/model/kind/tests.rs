#![allow(clippy::expect_used, clippy::panic)] // Tests may panic.

use super::*;
use crate::rego::types::model::measure::{MAX_DEPTH, MAX_SIZE};

#[test]
fn doubling_types_become_any() {
    let mut of = Type::Number;
    for _ in 0..64 {
        of = Type::array(vec![Some(of.clone()), Some(of)], None);
    }
    assert!(of.size() <= MAX_SIZE);
}

#[test]
fn deep_types_become_any() {
    let mut of = Type::Number;
    let mut widened = 0;
    for _ in 0..10_000 {
        of = Type::set(Some(of));
        widened += usize::from(matches!(of, Type::Any));
    }
    assert!(widened > 10 && of.measure().depth <= MAX_DEPTH);
}

#[test]
fn many_alternatives_become_any() {
    let of = |many: usize| {
        let items = |count: usize| Type::array(vec![Some(Type::Null); count], None);
        Type::alternatives((0..many).map(items).collect())
    };
    assert!(matches!(of(MAX_ALTERNATIVES), Type::OneOf(_)));
    assert!(matches!(of(MAX_ALTERNATIVES + 1), Type::Any));
}

#[test]
fn unknown_parts_are_known_as_such() {
    assert!(is_unknown(None) && Type::set(None).is_unknown());
    assert!(Type::array(vec![None], None).is_unknown());
    assert!(!Type::array(Vec::new(), None).is_unknown());
    assert!(Type::object_of(Some(Type::String), None).is_unknown());
    assert!(!Type::object(Vec::new(), None).is_unknown());
    assert!(Type::function(Vec::new(), None).is_unknown());
    assert!(!Type::alternatives(vec![Type::set(None), Type::Any]).is_unknown());
}

#[test]
fn the_last_argument_is_the_result_or_variadic() {
    let of = Type::function(vec![Param::unnamed(Some(Type::Null))], Some(Type::String));
    let Type::Function(function) = &of else {
        panic!("{of:?}")
    };
    assert!(matches!(function.argument(0), Some(Type::Null)));
    assert!(matches!(function.argument(1), Some(Type::String)));
    assert!(function.argument(2).is_none());
    let print = Function {
        params: Vec::new(),
        variadic: Some(Param::unnamed(Some(Type::Any))),
        result: None,
    };
    assert!(matches!(print.argument(7), Some(Type::Any)));
}
