//! Canonical JSON texts: equal values have equal texts. As in gojsonschema, numbers are 64-bit floats.

use super::super::{Failure, Text};
use crate::rego::value::json::quoted;
use crate::rego::value::{Number, Value};

/// Writes a JSON document.
pub(super) fn write(output: &mut Text<'_, '_>, value: &Value) -> Result<(), Failure> {
    match value {
        Value::Null | Value::Undefined => output.push("null"),
        Value::Bool(true) => output.push("true"),
        Value::Bool(false) => output.push("false"),
        Value::String(text) => output.push(&quoted(text)),
        Value::Number(number) => output.push(&float(number)?),
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
fn float(number: &Number) -> Result<String, Failure> {
    let float = number.to_f64();
    if !float.is_finite() {
        return Err(Failure::unsure("a number is too large to compare"));
    }
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
