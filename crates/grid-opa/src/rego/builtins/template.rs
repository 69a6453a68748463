//! What `print` and template strings make of their parts.

use super::{Failure, Text};
use crate::rego::value::text::write;
use crate::rego::value::{Value, type_name};

/// Adds a part: a scalar, or a set of its one value, which is empty where that is undefined.
pub(crate) fn part(output: &mut Text<'_, '_>, part: &Value) -> Result<(), Failure> {
    match part {
        Value::Set(items) => match (items.len(), items.first()) {
            (_, None) => output.push("<undefined>"),
            (1, Some(item)) => plain(output, item),
            _ => Err(Failure::unsure(
                "template-strings must not produce multiple outputs",
            )),
        },
        Value::Array(_) | Value::Object(_) => {
            let kind = type_name(part);
            Err(Failure::unsure(format!("illegal argument type: {kind}")))
        }
        other => plain(output, other),
    }
}

/// Adds a value as `print` shows it: a string without its quotes.
pub(crate) fn plain(output: &mut Text<'_, '_>, value: &Value) -> Result<(), Failure> {
    match value {
        Value::String(text) => output.push(text),
        other => write(output, other),
    }
}
