//! The data document: checks, merges and patches.

use crate::document::{self, MAX_JSON_DEPTH};
use crate::error::Error;
use crate::limits::guard::Allowance;
use crate::limits::load_clock::LoadClock;
use crate::limits::memory;
use crate::rego::builtins::{Context, Failure, Halt, Remembered, json_patch};
use crate::rego::value::text::begin_of;
use crate::rego::value::{Object, Value};

/// Checks that the data document is an object.
pub(crate) fn object(value: Value) -> Result<Value, Error> {
    match value {
        Value::Object(_) => Ok(value),
        _ => Err(Error::input(
            "the data is not an object; pass an object, such as {\"users\": [...]}",
        )),
    }
}

/// Merges `base` and `added` into one document.
///
/// # Errors
/// `GRID_INPUT` with the path if both have a value at one path and the values differ.
pub(crate) fn merged(base: &Value, added: &Value) -> Result<Value, Error> {
    joined(base, added).map_err(|path| {
        Error::input(format!(
            "the data already has another value at {path}; nothing was merged: use set_data to replace the document"
        ))
    })
}

/// Like [`merged`]; the error is only the path, as a JSON Pointer.
pub(crate) fn joined(base: &Value, added: &Value) -> Result<Value, String> {
    merge(base, added, &mut Vec::new())
}

/// Applies all operations of a JSON Patch to `base`, with the builtin of that name.
///
/// # Errors
/// `GRID_INPUT`; and `GRID_LIMIT` if the result nests too deep or the patch takes too much time or memory.
pub(crate) fn patched(
    base: &Value,
    patch: &Value,
    clock: &LoadClock,
    allowance: Allowance,
) -> Result<Value, Error> {
    let Value::Array(operations) = patch else {
        return Err(patch_error("it is not an array"));
    };
    let end = clock.end();
    let patched = json_patch(
        base,
        operations,
        &mut Context {
            remembered: &mut Remembered::default(),
            outside: None,
            budget: &mut memory::room_for,
            deadline: end,
            notes: None,
            charged: 0,
        },
    );
    clock.check()?;
    let reason = match patched {
        Ok(Some(document)) if !is_deeper(&document, MAX_JSON_DEPTH) => return object(document),
        Err(Failure::Halt(Halt::Memory)) => return Err(allowance.exhausted()),
        Ok(Some(_)) | Err(Failure::Halt(_)) => {
            return Err(document::too_deep("data after the patch"));
        }
        Ok(None) => "it removes the complete document".to_owned(),
        Err(Failure::Builtin(reason) | Failure::Type(reason)) => reason,
    };
    Err(patch_error(&format!(
        "{reason}; the patch does not see the data of bundles"
    )))
}

fn is_deeper(value: &Value, levels: usize) -> bool {
    let Some(inner) = levels.checked_sub(1) else {
        return matches!(value, Value::Array(_) | Value::Object(_) | Value::Set(_));
    };
    match value {
        Value::Array(items) => items.iter().any(|item| is_deeper(item, inner)),
        Value::Object(fields) => fields.iter().any(|(_, value)| is_deeper(value, inner)),
        _ => false,
    }
}

fn patch_error(reason: &str) -> Error {
    Error::input(format!(
        "the JSON Patch (RFC 6902) cannot be applied, and nothing was changed: {reason}"
    ))
}

/// The value at a JSON Pointer.
pub(crate) fn at<'v>(data: &'v Value, pointer: &str) -> Result<Option<&'v Value>, Error> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(Error::argument(format!(
            "{pointer:?} is not a JSON Pointer (RFC 6901), such as /users/ann; the empty string means all of the data"
        )));
    }
    let mut found = data;
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        let inner = match found {
            Value::Object(fields) => fields.field(&key),
            Value::Array(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        match inner {
            Some(inner) => found = inner,
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

fn merge<'v>(base: &Value, added: &'v Value, path: &mut Vec<&'v Value>) -> Result<Value, String> {
    match (base, added) {
        (Value::Object(base), Value::Object(added)) => {
            let mut fields = Object::clone(base);
            for (key, value) in added.iter() {
                path.push(key);
                let value = match base.get(key) {
                    Some(old) => merge(old, value, path)?,
                    None => value.clone(),
                };
                path.pop();
                fields.insert(key.clone(), value);
            }
            Ok(Value::from(fields))
        }
        _ if base == added => Ok(base.clone()),
        _ => {
            let path = path.iter().fold(String::new(), |text, key| match key {
                Value::String(key) => {
                    format!("{text}/{}", key.replace('~', "~0").replace('/', "~1"))
                }
                other => format!("{text}/{}", begin_of(other, usize::MAX)),
            });
            Err(path)
        }
    }
}
