//! Changes of values along paths, with OPA's errors.

use super::{Context, Failure, Text};
use crate::rego::value::number::i64_of;
use crate::rego::value::text::write;
use crate::rego::value::{Array, Object, Set, Value, type_name};
use std::sync::Arc;

/// The maximum nesting depth of the patched document.
const MAX_LEVELS: usize = 256;

pub(super) fn deleted(what: &str) -> Failure {
    format!("deleted node encountered during {what} operation").into()
}

fn shown(value: &Value, context: &mut Context<'_>) -> Result<String, Failure> {
    let mut text = Text::new(context);
    write(&mut text, value)?;
    Ok(text.into_string())
}

fn not_a_collection(value: &Value, context: &mut Context<'_>) -> Failure {
    let kind = match value {
        Value::Null => "ast.Null",
        Value::Bool(_) => "ast.Boolean",
        Value::Number(_) => "ast.Number",
        _ => "ast.String",
    };
    match shown(value, context) {
        Ok(text) => format!("expected composite type, found value: {text} (type: {kind})").into(),
        Err(failure) => failure,
    }
}

fn missing_at(key: &Value, value: &Value, context: &mut Context<'_>) -> Failure {
    let text = |context: &mut Context<'_>| {
        // For a set OPA prints a path, in which a string has no quotes.
        let key = match key {
            Value::String(text) if matches!(value, Value::Set(_)) => text.to_string(),
            other => shown(other, context)?,
        };
        let kind = type_name(value);
        let value = shown(value, context)?;
        Ok(format!("path {key} does not exist in {kind} term {value}"))
    };
    text(context).map_or_else(|failure: Failure| failure, Failure::Builtin)
}

// The value at a key.
pub(super) fn child<'v>(
    value: &'v Value,
    key: &Value,
    context: &mut Context<'_>,
) -> Result<&'v Value, Failure> {
    let found = match value {
        Value::Object(fields) => fields.get(key),
        Value::Array(items) => index(items.len(), key)?.and_then(|place| items.get(place)),
        Value::Set(items) => items.get(key),
        other => {
            let path = shown(key, context)?;
            let failure = not_a_collection(other, context);
            return Err(match failure {
                Failure::Builtin(text) => text
                    .replacen("type,", &format!("type for path {path},"), 1)
                    .into(),
                other => other,
            });
        }
    };
    found.ok_or_else(|| missing_at(key, value, context))
}

// Applies `change` to the value at the end of a path.
pub(super) fn edit(
    value: &mut Value,
    path: &[Value],
    context: &mut Context<'_>,
    change: &mut dyn FnMut(&mut Value, &mut Context<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    context.in_time()?;
    let Some((key, rest)) = path.split_first() else {
        return change(value, context);
    };
    child(value, key, context)?;
    own(value, context)?;
    let below = match value {
        Value::Object(fields) => Arc::make_mut(fields).get_mut(key),
        Value::Array(items) => {
            let place = index(items.len(), key)?.unwrap_or(usize::MAX);
            Arc::make_mut(items).get_mut(place)
        }
        Value::Set(items) => {
            let mut below = key.clone();
            edit(&mut below, rest, context, change)?;
            let items = Arc::make_mut(items);
            items.remove(key);
            items.insert(below);
            return Ok(());
        }
        _ => None,
    };
    match below {
        Some(below) => edit(below, rest, context, change),
        None => Err(deleted("unfold")),
    }
}

// Charges the memory of a change: a shared collection is copied.
fn own(value: &Value, context: &mut Context<'_>) -> Result<(), Failure> {
    let (shared, length) = match value {
        Value::Object(fields) => (
            Arc::strong_count(fields) > 1,
            fields.len().saturating_mul(3),
        ),
        Value::Array(items) => (Arc::strong_count(items) > 1, items.len()),
        Value::Set(items) => (Arc::strong_count(items) > 1, items.len()),
        _ => return Ok(()),
    };
    Ok(context.charge_values(if shared { length } else { 3 })?)
}

pub(super) fn insert(
    parent: &mut Value,
    key: &Value,
    value: Value,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    own(parent, context)?;
    match parent {
        Value::Object(fields) => drop(Arc::make_mut(fields).insert(key.clone(), value)),
        Value::Array(items) => {
            let bounds = || Failure::from("index for array insertion out of bounds");
            let place = index(items.len(), key)?.ok_or_else(bounds)?;
            let mut all = taken(items);
            if place > all.len() {
                *parent = all.into();
                return Err(bounds());
            }
            all.insert(place, value);
            *parent = all.into();
        }
        Value::Set(items) if value == *key => drop(Arc::make_mut(items).insert(value)),
        Value::Set(_) => {
            let (key, value) = (shown(key, context)?, shown(&value, context)?);
            return Err(
                format!("set key {key} does not equal value to be inserted {value}").into(),
            );
        }
        other => return Err(not_a_collection(other, context)),
    }
    Ok(())
}

pub(super) fn remove(
    parent: &mut Value,
    key: &Value,
    context: &mut Context<'_>,
) -> Result<Value, Failure> {
    own(parent, context)?;
    let removed = match parent {
        Value::Object(fields) => Arc::make_mut(fields).remove(key),
        Value::Array(items) => {
            let mut all = taken(items);
            let place = index(all.len(), key);
            let removed = match place {
                Ok(Some(place)) if place < all.len() => Ok(all.remove(place)),
                Ok(_) => Err("index for array delete out of bounds".into()),
                Err(failure) => Err(failure),
            };
            *parent = all.into();
            return removed;
        }
        Value::Set(items) => Arc::make_mut(items).remove(key).then(|| key.clone()),
        other => return Err(not_a_collection(other, context)),
    };
    match removed {
        Some(removed) => Ok(removed),
        None => {
            let key = shown(key, context)?;
            Err(format!("cannot delete child key {key} that does not exist").into())
        }
    }
}

fn taken(items: &mut Arc<Array>) -> Vec<Value> {
    Arc::unwrap_or_clone(std::mem::take(items))
}

// The array index that a key denotes; `None` if it is negative. `-` is the end of the array.
fn index(length: usize, key: &Value) -> Result<Option<usize>, Failure> {
    let place = match key {
        Value::Number(_) => i64_of(key).ok_or("invalid number type for indexing")?,
        Value::String(text) if &**text == "-" => return Ok(Some(length)),
        Value::String(text) => {
            let (integer, zeros) = text.split_once('.').unwrap_or((text, ""));
            let place = integer
                .parse()
                .ok()
                .filter(|_| zeros.bytes().all(|digit| digit == b'0'));
            let place = place.ok_or("invalid string for indexing")?;
            if &**text != "0" && text.starts_with('0') {
                return Err("leading zeros are not allowed in JSON paths".into());
            }
            place
        }
        _ => return Err("invalid type for indexing".into()),
    };
    Ok(usize::try_from(place).ok())
}

// A deep copy that shares nothing, so that the charged memory covers each repetition of a value.
pub(super) fn copied(
    value: &Value,
    level: usize,
    context: &mut Context<'_>,
) -> Result<Value, Failure> {
    if level > MAX_LEVELS {
        return Err(Failure::unsure(format!(
            "the patched document nests more than {MAX_LEVELS} levels deep"
        )));
    }
    context.in_time()?;
    Ok(match value {
        Value::Array(items) => {
            context.charge_values(items.len())?;
            let items = items.iter().map(|item| copied(item, level + 1, context));
            items.collect::<Result<Vec<_>, _>>()?.into()
        }
        Value::Set(items) => {
            context.charge_values(items.len())?;
            let items = items.iter().map(|item| copied(item, level + 1, context));
            items.collect::<Result<Set, _>>()?.into()
        }
        Value::Object(fields) => {
            context.charge_values(fields.len().saturating_mul(3))?;
            let fields = fields.iter().map(|(key, value)| {
                Ok::<_, Failure>((key.clone(), copied(value, level + 1, context)?))
            });
            fields.collect::<Result<Object, _>>()?.into()
        }
        other => other.clone(),
    })
}
