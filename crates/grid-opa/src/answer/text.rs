//! Answers as JSON text.

use crate::rego::value::{Object, Value};
use crate::stack;
use std::collections::BTreeSet;

/// A value as compact JSON: sets are sorted arrays, keys that are no strings their JSON text, undefined fields are left out.
pub(super) fn of(value: &Value) -> Result<String, String> {
    let mut output = String::new();
    write(&mut output, value)?;
    Ok(output)
}

fn write(output: &mut String, value: &Value) -> Result<(), String> {
    // Hosts write on stacks of theirs, and rules nest deeper than inputs may.
    if value.is_collection() && stack::is_short() {
        return Err(stack::TOO_DEEP.to_owned());
    }
    match value {
        Value::Null => output.push_str("null"),
        Value::Bool(true) => output.push_str("true"),
        Value::Bool(false) => output.push_str("false"),
        Value::String(text) => quote(output, text),
        Value::Number(number) => match number.json_text() {
            Some(text) => output.push_str(&text),
            None => {
                let text = number.text();
                return Err(format!("{text} is a number that JSON does not write so"));
            }
        },
        Value::Array(items) => list(output, items.iter())?,
        Value::Set(items) => list(output, items.iter())?,
        Value::Object(fields) => object(output, fields)?,
        Value::Undefined => return Err("an item is undefined".to_owned()),
    }
    Ok(())
}

fn list<'v>(output: &mut String, items: impl Iterator<Item = &'v Value>) -> Result<(), String> {
    output.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            output.push(',');
        }
        write(output, item)?;
    }
    output.push(']');
    Ok(())
}

fn object(output: &mut String, fields: &Object) -> Result<(), String> {
    let mut texts = BTreeSet::new();
    let mut is_first = true;
    output.push('{');
    for (key, value) in fields.iter() {
        if matches!(value, Value::Undefined) {
            continue;
        }
        if !is_first {
            output.push(',');
        }
        is_first = false;
        match key {
            Value::String(text) => quote(output, text),
            key => {
                let text = super::key_text(fields, key, &mut texts)?;
                quote(output, &text);
            }
        }
        output.push(':');
        write(output, value)?;
    }
    output.push('}');
    Ok(())
}

fn quote(output: &mut String, text: &str) {
    output.push('"');
    let mut rest = text;
    let is_escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    while let Some(place) = rest.bytes().position(is_escaped) {
        let (plain, after) = rest.split_at(place);
        output.push_str(plain);
        match after.bytes().next().unwrap_or_default() {
            b'"' => output.push_str("\\\""),
            b'\\' => output.push_str("\\\\"),
            b'\n' => output.push_str("\\n"),
            b'\r' => output.push_str("\\r"),
            b'\t' => output.push_str("\\t"),
            8 => output.push_str("\\b"),
            12 => output.push_str("\\f"),
            byte => output.push_str(&format!("\\u{byte:04x}")),
        }
        rest = after.get(1..).unwrap_or_default();
    }
    output.push_str(rest);
    output.push('"');
}
