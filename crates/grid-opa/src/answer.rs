//! Answers: values of regorus become JSON.

use crate::error::{Error, ErrorKind};
use crate::rego::value::{Value, json, sorted};
use crate::stack;
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use std::collections::BTreeSet;

/// An answer as JSON value. Integers beyond 64 bits are an error, never rounded.
pub(crate) fn write_value(value: &Value) -> Result<serde_json::Value, Error> {
    serde_json::to_value(Answer(value)).map_err(|error| {
        let mend = "; an integer beyond 64 bits has its digits in evaluate_json, or make it a string in the policy";
        unsayable(&format!("{error}{mend}"), "answer")
    })
}

/// An answer as compact JSON text. Integers keep their digits up to 128 bits; beyond is an error.
pub(crate) fn write_text(value: &Value) -> Result<String, Error> {
    serde_json::to_string(&Answer(value)).map_err(|error| unsayable(&error.to_string(), "answer"))
}

/// The error for an answer that is neither yes nor no.
pub(crate) fn no_truth(query: &str, found: &str) -> Error {
    let mend = if found == "undefined" {
        "say what undefined counts as, or give the rule a default"
    } else {
        "ask for a rule that is true or false"
    };
    Error::new(
        ErrorKind::Evaluation,
        format!("{query} is {found}, and the question was whether it is true or false; {mend}"),
    )
}

/// What kind of value a JSON text is.
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

/// The error of a document that a serializer failed on, by what that one says.
pub(crate) fn unsayable(failed: &str, what: &str) -> Error {
    stack::too_deep(failed, what).unwrap_or_else(|| {
        let text = format!("the {what} cannot be said in JSON: {failed}");
        Error::new(ErrorKind::Evaluation, text)
    })
}

/// A value of regorus written as OPA does: sets as sorted arrays, keys that are no strings as their JSON text, undefined
/// fields left out.
pub(crate) struct Answer<'a>(pub(crate) &'a Value);

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nests = matches!(self.0, Value::Array(_) | Value::Set(_) | Value::Object(_));
        // Hosts write on stacks of theirs, and rules nest deeper than inputs may.
        if nests && stack::is_short() {
            return Err(S::Error::custom(stack::TOO_DEEP));
        }
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::String(text) => serializer.serialize_str(text),
            Value::Number(number) => {
                if let Some(integer) = number.as_i64() {
                    serializer.serialize_i64(integer)
                } else if let Some(integer) = number.as_u64() {
                    serializer.serialize_u64(integer)
                } else if number.as_big().is_some() {
                    let integer = number
                        .as_i128()
                        .ok_or_else(|| S::Error::custom("an integer is beyond 128 bits"))?;
                    serializer.serialize_i128(integer)
                } else {
                    let float = number.as_f64().filter(|float| float.is_finite());
                    serializer.serialize_f64(
                        float.ok_or_else(|| S::Error::custom("a number is not finite"))?,
                    )
                }
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Answer)),
            Value::Set(items) => serializer.collect_seq(sorted(items).into_iter().map(Answer)),
            Value::Object(fields) => {
                let mut texts = BTreeSet::new();
                let mut map = serializer.serialize_map(None)?;
                for (key, value) in fields.iter_sorted() {
                    if matches!(value, Value::Undefined) {
                        continue;
                    }
                    if let Value::String(text) = key {
                        map.serialize_entry(&**text, &Answer(value))?;
                        continue;
                    }
                    let text = json::text_of(key)
                        .ok_or_else(|| S::Error::custom("a key has a number of too many digits"))?;
                    if fields.get(&Value::from(text.as_str())).is_some()
                        || !texts.insert(text.clone())
                    {
                        return Err(S::Error::custom(format_args!(
                            "two keys of an object have the text {text}"
                        )));
                    }
                    map.serialize_entry(&text, &Answer(value))?;
                }
                map.end()
            }
            Value::Undefined => Err(S::Error::custom("an item is undefined")),
        }
    }
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
    fn integers_are_exact_or_an_error() {
        let number =
            |text: &str| Value::from_numeric_string(text).map_err(|error| error.to_string());
        for text in [
            "18446744073709551616",
            "-170141183460469231731687303715884105728",
            "9007199254740993",
            "-1",
        ] {
            assert_eq!(
                number(text).map(|value| write_text(&value)),
                Ok(Ok(text.to_owned()))
            );
        }
        assert!(
            number("340282366920938463463374607431768211456")
                .is_ok_and(|value| write_text(&value).is_err())
        );
        assert!(number("18446744073709551616").is_ok_and(|value| write_value(&value).is_err()));
        assert_eq!(write_text(&Value::from(1e300)), Ok("1e+300".to_owned()));
        assert_eq!(
            write_text(&Value::from(0.1 + 0.2)),
            Ok("0.30000000000000004".to_owned())
        );
    }
}
