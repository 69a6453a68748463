//! Prints values as Go's package fmt does.

use super::{Text, unsure};
use crate::rego::builtins::Failure;
use crate::rego::value::{MAX_DEPTH, Value};

/// Fails for values that Go prints in another order, or does not read.
pub(super) fn check(value: &Value) -> Result<(), Failure> {
    check_at(value, 0)
}

fn check_at(value: &Value, depth: usize) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Err(unsure("a value that nests too deep"));
    }
    match value {
        Value::Set(_) => Err(unsure("a set")),
        Value::Array(items) => items.iter().try_for_each(|item| check_at(item, depth + 1)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| match key {
            Value::String(_) => check_at(value, depth + 1),
            _ => Err(unsure("a key that is not a string")),
        }),
        Value::Number(number) if number.json_text().is_none() => Err(unsure("this number")),
        _ => Ok(()),
    }
}

/// Writes a value.
pub(super) fn write(output: &mut Text<'_, '_>, value: &Value) -> Result<(), Failure> {
    match value {
        Value::Undefined | Value::Null => output.push("<nil>"),
        Value::Bool(true) => output.push("true"),
        Value::Bool(false) => output.push("false"),
        Value::Number(number) => output.push(&number.text()),
        Value::String(text) => output.push(text),
        Value::Set(_) => Err(unsure("a set")),
        Value::Array(items) => {
            output.push("[")?;
            for (index, item) in items.iter().enumerate() {
                output.push(if index > 0 { " " } else { "" })?;
                write(output, item)?;
            }
            output.push("]")
        }
        Value::Object(fields) => {
            output.push("map[")?;
            for (index, (key, value)) in fields.iter().enumerate() {
                output.push(if index > 0 { " " } else { "" })?;
                write(output, key)?;
                output.push(":")?;
                write(output, value)?;
            }
            output.push("]")
        }
    }
}
