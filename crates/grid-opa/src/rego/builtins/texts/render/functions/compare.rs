//! Comparisons of templates. Unlike those of Rego they fail for values of two types.

use super::super::datum::Datum;
use super::super::fails;
use crate::rego::builtins::Failure;
use std::cmp::Ordering;

fn incompatible(left: &Datum<'_>, right: &Datum<'_>) -> Failure {
    let (left, right) = (left.type_name(), right.type_name());
    fails(format!(
        "incompatible types for comparison: {left} and {right}"
    ))
}

// The order of two values of one basic kind, and whether they are of such a kind. A byte is an integer here.
fn order(left: &Datum<'_>, right: &Datum<'_>) -> Option<Option<Ordering>> {
    let integer = |of: &Datum<'_>| match of {
        Datum::Int(value) => Some(*value),
        Datum::Byte(value) => Some(i64::from(*value)),
        _ => None,
    };
    if let (Some(left), Some(right)) = (integer(left), integer(right)) {
        return Some(Some(left.cmp(&right)));
    }
    if let (Some(left), Some(right)) = (left.text(), right.text()) {
        return Some(Some(left.cmp(right)));
    }
    match (left, right) {
        (Datum::Float(left), Datum::Float(right)) => Some(left.partial_cmp(right)),
        (Datum::Bool(left), Datum::Bool(right)) => Some(Some(left.cmp(right))),
        _ => None,
    }
}

/// Whether a value equals any of the others.
pub(super) fn is_any(value: &Datum<'_>, others: &[Datum<'_>]) -> Result<bool, Failure> {
    if others.is_empty() {
        return Err(fails("missing argument for comparison"));
    }
    for other in others {
        let equal = match order(value, other) {
            Some(order) => order == Some(Ordering::Equal),
            None if value.is_nothing() || other.is_nothing() => {
                value.is_nothing() && other.is_nothing()
            }
            None => return Err(incompatible(value, other)),
        };
        if equal {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn is_less(left: &Datum<'_>, right: &Datum<'_>) -> Result<bool, Failure> {
    match order(left, right) {
        Some(order) if !matches!(left, Datum::Bool(_)) => Ok(order == Some(Ordering::Less)),
        _ => Err(incompatible(left, right)),
    }
}

pub(super) fn is_less_or_equal(left: &Datum<'_>, right: &Datum<'_>) -> Result<bool, Failure> {
    Ok(is_less(left, right)? || order(left, right) == Some(Some(Ordering::Equal)))
}
