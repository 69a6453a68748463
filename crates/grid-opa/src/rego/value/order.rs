//! OPA's order of values: null, booleans, numbers, strings, arrays, objects, sets. regorus has sets before objects.

use super::{Object, Set, Value};
use std::cmp::Ordering;
use std::sync::Arc;

const fn rank(value: &Value) -> u8 {
    match value {
        Value::Undefined => 0,
        Value::Null => 1,
        Value::Bool(_) => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
        Value::Set(_) => 7,
    }
}

/// Whether a value is no collection: regorus orders such as OPA does.
const fn is_scalar(value: &Value) -> bool {
    rank(value) < 5
}

/// Compares two values as OPA does.
pub(crate) fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Array(left), Value::Array(right)) => {
            if Arc::ptr_eq(left, right) {
                return Ordering::Equal;
            }
            by_items(left.iter(), right.iter())
        }
        (Value::Set(left), Value::Set(right)) => {
            if Arc::ptr_eq(left, right) {
                return Ordering::Equal;
            }
            by_items(sorted(left).into_iter(), sorted(right).into_iter())
        }
        (Value::Object(left), Value::Object(right)) => {
            if Arc::ptr_eq(left, right) {
                return Ordering::Equal;
            }
            let (left, right) = (sorted_fields(left), sorted_fields(right));
            let pairs = left.iter().zip(&right);
            let found = pairs.map(|((key, value), (other_key, other))| {
                compare(key, other_key).then_with(|| compare(value, other))
            });
            let mut differing = found.filter(|order| order.is_ne());
            differing
                .next()
                .unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        _ => rank(left).cmp(&rank(right)),
    }
}

fn by_items<'v>(
    mut left: impl Iterator<Item = &'v Value>,
    mut right: impl Iterator<Item = &'v Value>,
) -> Ordering {
    loop {
        let order = match (left.next(), right.next()) {
            (Some(left), Some(right)) => compare(left, right),
            (Some(_), None) => return Ordering::Greater,
            (None, Some(_)) => return Ordering::Less,
            (None, None) => return Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Sorts values as OPA does.
pub(crate) fn sort(values: &mut [Value]) {
    // Items of one type, mostly: they are sorted already, or quick to sort.
    values.sort_by(compare);
}

/// The items of a set in OPA's order.
pub(crate) fn sorted(set: &Set) -> Vec<&Value> {
    let mut items: Vec<&Value> = set.iter_sorted().collect();
    if !items.iter().all(|item| is_scalar(item)) {
        items.sort_by(|left, right| compare(left, right));
    }
    items
}

/// The fields of an object in OPA's order of their keys.
pub(crate) fn sorted_fields(object: &Object) -> Vec<(&Value, &Value)> {
    let mut fields: Vec<(&Value, &Value)> = object.iter_sorted().collect();
    if !fields.iter().all(|(key, _)| is_scalar(key)) {
        fields.sort_by(|(left, _), (right, _)| compare(left, right));
    }
    fields
}
