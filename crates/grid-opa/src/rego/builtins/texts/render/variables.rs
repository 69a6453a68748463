//! Checks the variables of a template. OPA writes them as a text and reads that text as JSON.

use super::unsure;
use crate::rego::builtins::Failure;
use crate::rego::value::text::is_printed;
use crate::rego::value::{MAX_DEPTH, Value};

/// Fails for values with another text than that of JSON.
pub(super) fn check(value: &Value, depth: usize) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Err(unsure("a value that nests too deep"));
    }
    let is_json = match value {
        Value::Array(items) => {
            return items.iter().try_for_each(|item| check(item, depth + 1));
        }
        Value::Object(fields) => {
            return fields.iter().try_for_each(|(key, value)| {
                check(key, depth + 1)?;
                match key {
                    Value::String(_) => check(value, depth + 1),
                    _ => Err(not_json("a key that is not a string")),
                }
            });
        }
        Value::Number(number) => number.json_text().is_some(),
        Value::String(text) => text.chars().all(is_escaped_as_in_json),
        Value::Null | Value::Bool(_) => true,
        Value::Set(_) | Value::Undefined => false,
    };
    if is_json {
        Ok(())
    } else {
        Err(not_json("a value that its text in Rego is no JSON for"))
    }
}

fn not_json(what: &str) -> Failure {
    Failure::Builtin(format!("the variables of the template have {what}"))
}

// JSON has no `\a`, `\v`, `\x01` and `\U000e0001`.
fn is_escaped_as_in_json(one: char) -> bool {
    match one {
        '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => true,
        _ if one.is_ascii() => !one.is_ascii_control(),
        _ => u32::from(one) < 0x1_0000 || is_printed(one),
    }
}
