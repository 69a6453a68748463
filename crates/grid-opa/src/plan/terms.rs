//! What operators come to, by the functions of the core.

use crate::plan::ir::Origin;
use crate::plan::run::{Held, Stop, UNDEFINED};
use regorus::Value;
use regorus::unstable::{ArithOp, BinOp, BoolOp, comparison, numbers, sets as core_sets};
use std::borrow::Cow;

static TRUE: Value = Value::Bool(true);
static FALSE: Value = Value::Bool(false);

fn truth(value: bool) -> Held<'static> {
    Cow::Borrowed(if value { &TRUE } else { &FALSE })
}

/// What a collection has at a key.
pub(super) fn lookup<'a>(of: Held<'a>, key: &Value, in_data: bool) -> Result<Held<'a>, Stop> {
    // The core finds the field "1" of data by the number 1 too.
    if in_data && matches!((&*of, key), (Value::Object(_), Value::Number(_))) {
        return Err(Stop::Unsure);
    }
    Ok(match of {
        Cow::Borrowed(of) => Cow::Borrowed(&of[key]),
        Cow::Owned(of) => Cow::Owned(of[key].clone()),
    })
}

pub(super) fn compare(op: &BoolOp, left: &Value, right: &Value) -> Held<'static> {
    if matches!(left, Value::Undefined) || matches!(right, Value::Undefined) {
        return UNDEFINED;
    }
    match comparison::compare(op, left, right) {
        Ok(Value::Bool(answer)) => truth(answer),
        _ => UNDEFINED,
    }
}

/// Whether a collection has a value, at a key if there is one.
pub(super) fn contains(collection: &Value, key: Option<&Value>, value: &Value) -> Held<'static> {
    let undefined = |value: &Value| matches!(value, Value::Undefined);
    if undefined(collection) || undefined(value) || key.is_some_and(undefined) {
        return UNDEFINED;
    }
    truth(match (collection, key) {
        (Value::Array(_) | Value::Object(_), Some(key)) => collection[key] == *value,
        (Value::Array(items), None) => items.contains(value),
        (Value::Object(fields), None) => fields.values().any(|item| item == value),
        (Value::Set(items), None) => items.contains(value),
        _ => false,
    })
}

pub(super) fn arithmetic<'a>(
    op: &ArithOp,
    left: Held<'a>,
    right: Held<'a>,
    origin: &Origin,
) -> Result<Held<'a>, Stop> {
    if *left == Value::Undefined || *right == Value::Undefined {
        return Ok(UNDEFINED);
    }
    let [left_expr, right_expr] = origin.operands.as_slice() else {
        return Err(Stop::Unsure);
    };
    let (left, right) = (left.into_owned(), right.into_owned());
    if matches!(
        (op, &left, &right),
        (ArithOp::Sub, Value::Set(_), Value::Set(_))
    ) {
        return core_sets::difference(left_expr, right_expr, left, right)
            .map(Cow::Owned)
            .map_err(|_| Stop::Unsure);
    }
    numbers::arithmetic_operation(&origin.span, op, left_expr, right_expr, left, right, true)
        .map(Cow::Owned)
        .map_err(|_| Stop::Unsure)
}

pub(super) fn sets<'a>(
    op: &BinOp,
    left: Held<'a>,
    right: Held<'a>,
    origin: &Origin,
) -> Result<Held<'a>, Stop> {
    if *left == Value::Undefined || *right == Value::Undefined {
        return Ok(UNDEFINED);
    }
    let [left_expr, right_expr] = origin.operands.as_slice() else {
        return Err(Stop::Unsure);
    };
    let (left, right) = (left.into_owned(), right.into_owned());
    match op {
        BinOp::Union => core_sets::union(left_expr, right_expr, left, right),
        BinOp::Intersection => core_sets::intersection(left_expr, right_expr, left, right),
    }
    .map(Cow::Owned)
    .map_err(|_| Stop::Unsure)
}
