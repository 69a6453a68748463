//! `object.*`.

mod subset;

use super::aggregates::index;
use super::operands::{any, array, object, wrong_item, wrong_type};
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::{Object, Set, Value};
use std::sync::Arc;

pub(super) const ALL: &[Builtin] = &[
    builtin("object.filter", 2, |operands, context| {
        let fields = object(operands, 1)?;
        let keys = Keys::of(any(operands, 2)?)?;
        kept(fields, |key| keys.has(key), context)
    }),
    builtin("object.get", 3, |operands, _| {
        let fields = object(operands, 1)?;
        let default = any(operands, 3)?;
        let found = match any(operands, 2)? {
            Value::Array(path) => path.iter().try_fold(any(operands, 1)?, step),
            key => fields.get(key),
        };
        Ok(Some(found.unwrap_or(default).clone()))
    }),
    builtin("object.keys", 1, |operands, context| {
        let fields = object(operands, 1)?;
        context.charge_values(fields.len())?;
        Ok(Some(fields.keys().cloned().collect::<Set>().into()))
    }),
    builtin("object.remove", 2, |operands, context| {
        let fields = object(operands, 1)?;
        let keys = Keys::of(any(operands, 2)?)?;
        kept(fields, |key| !keys.has(key), context)
    }),
    builtin("object.subset", 2, subset::subset),
    builtin("object.union", 2, |operands, context| {
        object(operands, 1)?;
        object(operands, 2)?;
        let mut union = any(operands, 1)?.clone();
        merge(&mut union, any(operands, 2)?, context)?;
        Ok(Some(union))
    }),
    builtin("object.union_n", 1, |operands, context| {
        let objects = array(operands, 1)?;
        let operand = any(operands, 1)?;
        for object in objects.iter() {
            if !matches!(object, Value::Object(_)) {
                return Err(wrong_item(1, operand, object, &["object"]));
            }
        }
        let mut union = Value::new_object();
        for object in objects.iter() {
            merge(&mut union, object, context)?;
        }
        Ok(Some(union))
    }),
];

/// Keys from the items of an array or a set, or from the keys of an object.
enum Keys<'v> {
    Set(&'v Set),
    Object(&'v Object),
    Array(Vec<&'v Value>),
}

impl<'v> Keys<'v> {
    fn of(value: &'v Value) -> Result<Self, Failure> {
        match value {
            Value::Set(keys) => Ok(Self::Set(keys)),
            Value::Object(fields) => Ok(Self::Object(fields)),
            Value::Array(keys) => {
                let mut keys: Vec<&Value> = keys.iter().collect();
                keys.sort();
                Ok(Self::Array(keys))
            }
            other => Err(wrong_type(2, other, &["object", "set", "array"])),
        }
    }

    fn has(&self, key: &Value) -> bool {
        match self {
            Self::Set(keys) => keys.contains(key),
            Self::Object(fields) => fields.contains_key(key),
            Self::Array(keys) => keys.binary_search(&key).is_ok(),
        }
    }
}

fn kept(fields: &Object, keeps: impl Fn(&Value) -> bool, context: &mut Context<'_>) -> Answer {
    context.charge_values(fields.len().saturating_mul(2))?;
    let fields = fields.iter().filter(|(key, _)| keeps(key));
    let fields = fields.map(|(key, value)| (key.clone(), value.clone()));
    Ok(Some(fields.collect::<Object>().into()))
}

// The value at a key.
fn step<'v>(value: &'v Value, key: &Value) -> Option<&'v Value> {
    match value {
        Value::Object(fields) => fields.get(key),
        Value::Array(items) => items.get(index(key)?),
        Value::Set(items) => items.get(key),
        _ => None,
    }
}

// Adds the fields of `right` to `left`. If both have a key, objects are merged, and any other value of `right` wins.
fn merge(left: &mut Value, right: &Value, context: &mut Context<'_>) -> Result<(), Failure> {
    let (Value::Object(fields), Value::Object(others)) = (&mut *left, right) else {
        *left = right.clone();
        return Ok(());
    };
    if fields.is_empty() {
        *left = right.clone();
        return Ok(());
    }
    if others.is_empty() || Arc::ptr_eq(fields, others) {
        return Ok(());
    }
    context.in_time()?;
    // A shared object is copied.
    let copied = if Arc::strong_count(fields) > 1 {
        fields.len()
    } else {
        0
    };
    context.charge_values(copied.saturating_add(others.len()).saturating_mul(3))?;
    let fields = Arc::make_mut(fields);
    for (key, value) in others.iter() {
        match fields.get_mut(key) {
            Some(old) => merge(old, value, context)?,
            None => drop(fields.insert(key.clone(), value.clone())),
        }
    }
    Ok(())
}
