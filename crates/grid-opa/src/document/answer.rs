//! Writes answers: values to JSON.

use crate::error::{Error, ErrorKind};
use crate::limits::evaluation_clock::{BEYOND, is_beyond};
use crate::limits::stack;
use crate::rego::value::{Object, Value, json};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// A text that is shorter takes less memory than the value that contains it, in bytes.
const SHORT: usize = 32;

// Whether an evaluation has passed a limit before a value is written. A value may contain a part many times, and then its text is much
// longer than the value. Not inline: a level of an answer takes less stack so.
#[inline(never)]
fn is_too_much(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() >= SHORT && is_beyond(),
        value => value.is_collection() && is_beyond(),
    }
}

/// Writes an answer as a JSON value. An integer beyond 64 bits is an error and is never rounded.
pub(crate) fn write_value(value: &Value) -> Result<serde_json::Value, Error> {
    serde_json::to_value(Answer::of(value)).map_err(|error| {
        let fix =
            "; for integers beyond 64 bits use evaluate_json, or make them strings in the policy";
        unwritable(&format!("{error}{fix}"), "answer")
    })
}

/// Writes an answer as compact JSON text. Numbers keep their original text.
pub(crate) fn write_text(value: &Value) -> Result<String, Error> {
    let answer = Answer { value, exact: true };
    serde_json::to_string(&answer).map_err(|error| unwritable(&error.to_string(), "answer"))
}

/// Whether a value takes at most that many bytes if a part is counted as often as it occurs.
pub(crate) fn is_written_within(value: &Value, bytes: usize) -> bool {
    let mut room = bytes;
    let mut values = Vec::new();
    let mut next = Some(value);
    while let Some(value) = next {
        let text = match value {
            Value::String(text) => text.len(),
            _ => 0,
        };
        let Some(rest) = room.checked_sub(size_of::<Value>() + text) else {
            return false;
        };
        room = rest;
        match value {
            Value::Array(items) => values.extend(items.iter()),
            Value::Set(items) => values.extend(items.iter()),
            Value::Object(fields) => {
                values.extend(fields.iter().flat_map(|(key, value)| [key, value]));
            }
            _ => {}
        }
        next = values.pop();
    }
    true
}

/// The error for an answer that is not a boolean.
pub(crate) fn not_boolean(query: &str, found: &str) -> Error {
    let fix = if found == "undefined" {
        "set the value for undefined, or give the rule a default"
    } else {
        "query a rule that is true or false"
    };
    Error::new(
        ErrorKind::Evaluation,
        format!("{query} is {found}, but only true or false is a valid answer here; {fix}"),
    )
}

/// Names the kind of value that a JSON text contains.
pub(crate) fn kind_of_text(text: &str) -> &'static str {
    match text.as_bytes().first() {
        Some(b'n') => "null",
        Some(b't' | b'f') => "a boolean",
        Some(b'"') => "a string",
        Some(b'[') => "an array or a set",
        Some(b'{') => "an object",
        _ => "a number",
    }
}

pub(crate) const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Undefined => "undefined",
    }
}

/// The error for a document that a serializer could not write; `failed` is the serializer's message.
pub(crate) fn unwritable(failed: &str, what: &str) -> Error {
    stack::too_deep(failed, what).unwrap_or_else(|| {
        let text = format!("the {what} cannot be written as JSON: {failed}");
        Error::new(ErrorKind::Evaluation, text)
    })
}

/// A value for a serializer of the host, written as OPA writes it: sets as sorted arrays, keys that are not strings as their JSON text.
/// Undefined fields are left out.
pub(crate) struct Answer<'a> {
    value: &'a Value,
    /// Whether numbers keep their original text. Only serde_json supports this, and only for text output.
    exact: bool,
}

impl<'a> Answer<'a> {
    pub(crate) const fn of(value: &'a Value) -> Self {
        Self {
            value,
            exact: false,
        }
    }
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { value, exact } = *self;
        let answer = |value| Self { value, exact };
        // Hosts write on their own stacks, and rules can nest deeper than inputs.
        if value.is_collection() && stack::is_short() {
            return Err(S::Error::custom(stack::TOO_DEEP));
        }
        if is_too_much(value) {
            return Err(S::Error::custom(BEYOND));
        }
        match value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::String(text) => serializer.serialize_str(text),
            Value::Number(number) if exact && !number.is_plain() => {
                let text = number.text();
                // `to_number` accepts `+5` and `005`.
                let raw = RawValue::from_string(text.to_string())
                    .map_err(|_| S::Error::custom(format_args!("{text} is not a JSON number")));
                raw?.serialize(serializer)
            }
            Value::Number(number) => {
                if number.is_written_as_float() {
                    let float = number.to_f64();
                    return if float.is_finite() {
                        serializer.serialize_f64(float)
                    } else {
                        Err(S::Error::custom("a number is beyond all floats"))
                    };
                }
                if let Some(integer) = number.to_i64() {
                    return serializer.serialize_i64(integer);
                }
                let text = number.text();
                match (text.parse(), text.parse()) {
                    (Ok(integer), _) => serializer.serialize_u64(integer),
                    (_, Ok(integer)) => serializer.serialize_i128(integer),
                    _ => Err(S::Error::custom("an integer is beyond 128 bits")),
                }
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(answer)),
            Value::Set(items) => serializer.collect_seq(items.iter().map(answer)),
            Value::Object(fields) => {
                let mut texts = BTreeSet::new();
                let mut map = serializer.serialize_map(None)?;
                for (key, value) in fields.iter() {
                    if matches!(value, Value::Undefined) {
                        continue;
                    }
                    if let Value::String(text) = key {
                        map.serialize_entry(&**text, &answer(value))?;
                        continue;
                    }
                    let text = key_text(fields, key, &mut texts).map_err(S::Error::custom)?;
                    map.serialize_entry(&text, &answer(value))?;
                }
                map.end()
            }
            Value::Undefined => Err(S::Error::custom("an item is undefined")),
        }
    }
}

// The text of a key that is not a string. `texts` collects the texts of all such keys of the object.
fn key_text(fields: &Object, key: &Value, texts: &mut BTreeSet<String>) -> Result<String, String> {
    let text = json::text_of(key).ok_or("a key contains a number that is not a JSON number")?;
    if fields.contains_key(&Value::from(text.as_str())) || !texts.insert(text.clone()) {
        return Err(format!("two keys of an object have the text {text}"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn undefined_never_leaks() {
        let object = |fields: &[(&str, Value)]| {
            Value::from(
                fields
                    .iter()
                    .map(|(key, value)| (Value::from(*key), value.clone()))
                    .collect::<BTreeMap<_, _>>(),
            )
        };
        let inner = object(&[("gone", Value::Undefined), ("there", Value::Null)]);
        let value = object(&[("a", inner), ("b", Value::Undefined)]);
        assert_eq!(
            write_text(&value),
            Ok("{\"a\":{\"there\":null}}".to_owned())
        );
        assert_eq!(
            write_value(&value),
            Ok(serde_json::json!({ "a": { "there": null } }))
        );
        for value in [Value::Undefined, Value::from(vec![Value::Undefined])] {
            assert!(write_text(&value).is_err() && write_value(&value).is_err());
        }
    }

    #[test]
    fn numbers_are_as_they_were_written_or_an_error() {
        let number = |text: &str| crate::rego::value::number::parse(text).unwrap();
        for text in [
            "18446744073709551616",
            "-170141183460469231731687303715884105728",
            "340282366920938463463374607431768211456",
            "9007199254740993",
            "1.10",
            "1e3",
            "-0",
            "-1",
        ] {
            assert_eq!(write_text(&number(text)), Ok(text.to_owned()));
        }
        assert!(write_text(&number("+5")).is_err());
        assert!(write_value(&number("18446744073709551616")).is_err());
        assert_eq!(write_value(&number("1e3")), Ok(serde_json::json!(1000.0)));
    }

    #[test]
    fn texts_are_escaped_as_json_has_it() {
        let text = "a\"b\\c\n\u{1}\u{7f}é😀</script>";
        assert_eq!(
            write_text(&Value::from(text)),
            Ok(serde_json::json!(text).to_string())
        );
    }
}
