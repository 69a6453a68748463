//! Input and data documents: JSON becomes values of regorus.

use crate::error::{Error, ErrorKind};
use regorus::Value;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// How deep arrays and objects of an input or data document may nest, in levels; what serde_json reads of a text.
pub const MAX_JSON_DEPTH: usize = 127;

/// The bound from which on not every integer has an f64 of its own to be read as, while no 64-bit integer can hold it.
const BEYOND_64_BITS: f64 = 9_223_372_036_854_775_808.0;

/// Reads a JSON text. `what` is "input" or "data", `option` names the limit on its length.
pub(crate) fn read_text(
    text: &str,
    what: &str,
    option: &'static str,
    max_bytes: u32,
) -> Result<Value, Error> {
    if text.len() > max_bytes as usize {
        let found = format!("the {what} is {} bytes long", text.len());
        return Err(Error::limit_of(option, &found, max_bytes.into(), "bytes"));
    }
    serde_json::from_str::<Document>(text)
        .map(|document| document.0)
        .map_err(|error| {
            let place = |error: Error, line: usize, column: usize| {
                error.at(
                    u32::try_from(line).unwrap_or(u32::MAX),
                    u32::try_from(column).unwrap_or(u32::MAX),
                )
            };
            let (line, column) = (error.line(), error.column());
            let text = error.to_string();
            let reason = text.split(" at line ").next().unwrap_or(&text);
            if reason.starts_with("recursion limit") {
                return place(too_deep(what), line, column);
            }
            place(
                Error::input(format!("the {what} is no valid JSON: {reason}")),
                line,
                column,
            )
        })
}

/// Converts a JSON value.
pub(crate) fn read_value(value: &serde_json::Value, what: &str) -> Result<Value, Error> {
    // Before the conversion, which recurses.
    let mut level: Vec<&serde_json::Value> = vec![value];
    let mut depth = 0;
    while !level.is_empty() {
        level = level
            .into_iter()
            .flat_map(|value| -> Box<dyn Iterator<Item = &serde_json::Value>> {
                match value {
                    serde_json::Value::Array(items) => Box::new(items.iter()),
                    serde_json::Value::Object(fields) => Box::new(fields.values()),
                    _ => Box::new(std::iter::empty()),
                }
            })
            .filter(|value| value.is_array() || value.is_object())
            .collect();
        depth += 1;
        if depth > MAX_JSON_DEPTH {
            return Err(too_deep(what));
        }
    }
    Document::deserialize(value)
        .map(|document| document.0)
        .map_err(|error| Error::input(format!("the {what} is not valid: {error}")))
}

pub(crate) fn too_deep(what: &str) -> Error {
    let text = format!(
        "the {what} nests too deep: the limit is {MAX_JSON_DEPTH} levels of arrays and objects; flatten it"
    );
    Error::new(ErrorKind::Limit, text)
}

/// A value of regorus read as a JSON document. Unlike regorus' own reader it refuses integers beyond 64 bits, which that one
/// rounds to a float: two different ids would be equal.
struct Document(Value);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor).map(Self)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        if value.abs() >= BEYOND_64_BITS {
            return Err(E::custom(
                "a number is beyond 64 bits, where digits would be lost; pass it as a string",
            ));
        }
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::with_capacity(access.size_hint().unwrap_or(0));
        while let Some(Document(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::from(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((Document(key), Document(value))) = access.next_entry()? {
            fields.insert(key, value);
        }
        Ok(Value::from(fields))
    }
}
