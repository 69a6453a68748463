//! Formats the parts of `print` and of template strings.

use super::{Failure, Text};
use crate::rego::value::text::write;
use crate::rego::value::{Value, type_name};

/// Appends a part: a scalar, or a set with one value, which is empty if the value is undefined.
pub(crate) fn part(output: &mut Text<'_, '_>, part: &Value) -> Result<(), Failure> {
    match part {
        Value::Set(items) => match (items.len(), items.iter().next()) {
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

/// Appends a value as `print` shows it: a string has no quotes.
pub(crate) fn plain(output: &mut Text<'_, '_>, value: &Value) -> Result<(), Failure> {
    match value {
        Value::String(text) => output.push(text),
        other => write(output, other),
    }
}
