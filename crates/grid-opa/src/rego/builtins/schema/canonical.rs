//! JSON texts that are the same for the same values, as gojsonschema compares them: numbers are floats of 64 bits.

use super::super::{Failure, Text};
use crate::rego::value::json::quoted;
use crate::rego::value::{Value, number};

/// Writes a JSON document.
pub(super) fn write(output: &mut Text<'_, '_>, value: &Value) -> Result<(), Failure> {
    match value {
        Value::Null | Value::Undefined => output.push("null"),
        Value::Bool(true) => output.push("true"),
        Value::Bool(false) => output.push("false"),
        Value::String(text) => output.push(&quoted(text)),
        Value::Number(_) => output.push(&float(value)?),
        Value::Array(items) => list(output, items.iter()),
        Value::Set(items) => list(output, items.iter()),
        Value::Object(fields) => {
            output.push("{")?;
            for (index, (key, value)) in fields.iter().enumerate() {
                if index > 0 {
                    output.push(",")?;
                }
                write(output, key)?;
                output.push(":")?;
                write(output, value)?;
            }
            output.push("}")
        }
    }
}

fn list<'v>(
    output: &mut Text<'_, '_>,
    items: impl Iterator<Item = &'v Value>,
) -> Result<(), Failure> {
    output.push("[")?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            output.push(",")?;
        }
        write(output, item)?;
    }
    output.push("]")
}

// As Go's json.Marshal writes a float64.
fn float(value: &Value) -> Result<String, Failure> {
    let text = number::text(value).unwrap_or_default();
    let float = text.parse::<f64>().ok().filter(|float| float.is_finite());
    let float = float.ok_or_else(|| Failure::unsure("a number is too big to be compared"))?;
    let size = float.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return Ok(float.to_string());
    }
    let text = format!("{float:e}");
    Ok(match text.split_once('e') {
        Some((mantissa, power)) if !power.starts_with('-') => format!("{mantissa}e+{power}"),
        _ => text,
    })
}
