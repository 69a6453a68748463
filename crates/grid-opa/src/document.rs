//! Input and data documents: JSON to values.

use crate::answer::{self, Answer};
use crate::error::Error;
use crate::limit_kind::LimitKind;
use crate::rego::value::{Object, Value, json};
use crate::stack;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::cell::Cell;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

/// How deep arrays and objects of an input or data document may nest, in levels. It is also serde_json's limit for texts.
pub const MAX_JSON_DEPTH: usize = 127;

/// From this bound on an f64 may not represent an integer exactly, and no 64-bit integer can represent it.
const BEYOND_64_BITS: f64 = 9_223_372_036_854_775_808.0;

/// Reads a JSON text. `what` is "input" or "data"; `option` names the limit of its length.
pub(crate) fn read_text(
    text: &str,
    what: &str,
    option: &'static str,
    max_bytes: u32,
) -> Result<Value, Error> {
    check_length(text, what, option, max_bytes)?;
    read_document(text, what)
}

fn read_document(text: &str, what: &str) -> Result<Value, Error> {
    let inexact = Cell::new(false);
    match read_seed(text, ValueSeed::of_text(&inexact), &inexact, what)? {
        Some(value) => Ok(value),
        None => read_exactly(text, what),
    }
}

/// Returns an error for a text that is too long.
pub(crate) fn check_length(
    text: &str,
    what: &str,
    option: &'static str,
    max_bytes: u32,
) -> Result<(), Error> {
    if text.len() > max_bytes as usize {
        let found = format!("the {what} is {} bytes long", text.len());
        return Err(Error::limit_of(option, &found, max_bytes.into(), "bytes"));
    }
    Ok(())
}

/// Reads a JSON text with `seed`. Returns `None` if `seed` set `inexact`, because digits of a number may have been lost.
pub(crate) fn read_seed<'t, S: DeserializeSeed<'t>>(
    text: &'t str,
    seed: S,
    inexact: &Cell<bool>,
    what: &str,
) -> Result<Option<S::Value>, Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = seed
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match read {
        Ok(_) if inexact.get() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(error) if error.to_string().starts_with(BEYOND_FLOATS) => Ok(None),
        Err(error) => Err(unreadable(&error, what)),
    }
}

/// serde_json's message for a number beyond all floats.
const BEYOND_FLOATS: &str = "number out of range";

/// Reads a JSON text; each number keeps its original text.
pub(crate) fn read_exactly(text: &str, what: &str) -> Result<Value, Error> {
    json::read::<Infallible>(text, &mut |_| Ok(())).map_err(|unread| match unread {
        json::Unread::Wrong(reason) => {
            Error::input(format!("the {what} is not valid JSON: {reason}"))
        }
        json::Unread::Beyond(_) => too_deep(what),
        json::Unread::Refused(never) => match never {},
    })
}

fn unreadable(error: &serde_json::Error, what: &str) -> Error {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or(&text);
    let unplaced = if reason.starts_with("recursion limit") {
        too_deep(what)
    } else {
        stack::too_deep(reason, what)
            .unwrap_or_else(|| Error::input(format!("the {what} is not valid JSON: {reason}")))
    };
    unplaced.at(
        u32::try_from(error.line()).unwrap_or(u32::MAX),
        u32::try_from(error.column()).unwrap_or(u32::MAX),
    )
}

/// Converts a JSON value.
pub(crate) fn read_value(value: &serde_json::Value, what: &str) -> Result<Value, Error> {
    // Checks the depth before the conversion, which is recursive.
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
        .map(Document::into_value)
        .map_err(|error| {
            let text = error.to_string();
            stack::too_deep(&text, what)
                .unwrap_or_else(|| Error::input(format!("the {what} is not valid: {text}")))
        })
}

/// The error for a document that nests deeper than [`MAX_JSON_DEPTH`].
pub(crate) fn too_deep(what: &str) -> Error {
    let text = format!(
        "the {what} nests too deep: the limit is {MAX_JSON_DEPTH} levels of arrays and objects; flatten it"
    );
    Error::fixed_limit(LimitKind::Nesting, MAX_JSON_DEPTH as u64, text)
}

/// A JSON document in the engine's own form, for hosts with their own values: serde converts them directly, without JSON text in between.
/// Numbers of JSON text keep all their digits, and integers of a host have up to 128 bits. [`MAX_JSON_DEPTH`] levels may nest. A clone
/// shares the same document.
///
/// ```
/// use grid_opa::{Document, Engine, EngineOptions};
/// use serde::Deserialize;
/// use serde_json::json;
///
/// let engine = Engine::new(EngineOptions::default())?;
/// let input = Document::deserialize(json!({ "user": "ann" }))?;
/// let answer = engine.evaluate_document("input.user", Some(&input))?;
/// assert_eq!(serde_json::to_value(answer)?, json!("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(pub(crate) Value);

impl Document {
    /// The document as compact JSON text.
    ///
    /// # Errors
    /// `GRID_EVALUATION` for a document without a JSON form: two keys of an object with the same text, or a number such as
    /// `to_number("+5")`. `GRID_LIMIT` if the document nests too deep for the stack of this thread.
    pub fn to_json(&self) -> Result<String, Error> {
        answer::write_text(&self.0)
    }

    /// Reads JSON text; `what` names it in errors, as in `answer`.
    ///
    /// # Errors
    /// `GRID_INPUT` for invalid JSON, or for a number that would lose digits. `GRID_LIMIT` if the document nests deeper than
    /// [`MAX_JSON_DEPTH`] or too deep for the stack of this thread.
    pub fn from_json(text: &str, what: &str) -> Result<Self, Error> {
        read_document(text, what).map(Self)
    }

    /// The error for a document that a serializer of the host could not write. `failed` is the serializer's message; `what` names the
    /// document, as in `answer`. The error is `GRID_LIMIT` if the document nests too deep for the stack of this thread, else
    /// `GRID_EVALUATION`.
    pub fn unwritten(failed: &impl fmt::Display, what: &str) -> Error {
        answer::unwritable(&failed.to_string(), what)
    }

    pub(crate) fn into_value(mut self) -> Value {
        std::mem::replace(&mut self.0, Value::Null)
    }

    /// The boolean, or the kind of another value, in words.
    pub(crate) fn truth(&self) -> Result<bool, &'static str> {
        match self.0 {
            Value::Bool(value) => Ok(value),
            Value::Array(_) | Value::Set(_) => Err("an array or a set"),
            ref value => Err(answer::kind_of(value)),
        }
    }
}

/// Drops without recursion: the thread of a host may have less stack left than an answer needs.
impl Drop for Document {
    fn drop(&mut self) {
        let mut left = Vec::new();
        let mut next = Some(std::mem::replace(&mut self.0, Value::Null));
        while let Some(value) = next {
            // Values that are still shared stay.
            match value {
                Value::Array(items) => left.extend(Arc::into_inner(items).into_iter().flatten()),
                Value::Set(items) => left.extend(Arc::into_inner(items).into_iter().flatten()),
                Value::Object(fields) => {
                    let fields = Arc::into_inner(fields).into_iter().flatten();
                    left.extend(fields.flat_map(|(key, value)| [key, value]));
                }
                _ => {}
            }
            next = left.pop();
        }
    }
}

/// Serializes as answers are written: sets as sorted arrays, keys that are not strings as their JSON text.
impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Answer::of(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seed = ValueSeed {
            left: MAX_JSON_DEPTH,
            inexact: None,
        };
        seed.deserialize(deserializer).map(Self)
    }
}

/// Reads a value.
#[derive(Clone, Copy)]
pub(crate) struct ValueSeed<'s> {
    /// How many more levels may nest.
    left: usize,
    /// For texts: set when a number may have lost digits, because serde does not pass its text.
    inexact: Option<&'s Cell<bool>>,
}

impl<'s> ValueSeed<'s> {
    /// Reads a value of a JSON text. Sets `inexact` for a number that may have lost digits.
    pub(crate) const fn of_text(inexact: &'s Cell<bool>) -> Self {
        Self {
            left: MAX_JSON_DEPTH,
            inexact: Some(inexact),
        }
    }

    fn inside<E: de::Error>(self) -> Result<Self, E> {
        // Checks the outermost and every eighth level, because each check costs time. Eight levels take a quarter of the reserve.
        if self.left % 8 == MAX_JSON_DEPTH % 8 && stack::is_short() {
            return Err(E::custom(stack::TOO_DEEP));
        }
        let left = self.left.checked_sub(1).ok_or_else(|| {
            E::custom(format_args!("it nests deeper than {MAX_JSON_DEPTH} levels"))
        })?;
        Ok(Self { left, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
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

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        match self.inexact {
            Some(inexact) => inexact.set(true),
            None if value.abs() >= BEYOND_64_BITS => {
                return Err(E::custom(
                    "a number is beyond 64 bits, so digits would be lost; pass it as a string",
                ));
            }
            None => {}
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
        let inside = self.inside()?;
        let mut items = Vec::with_capacity(access.size_hint().unwrap_or(0));
        while let Some(item) = access.next_element_seed(inside)? {
            items.push(item);
        }
        Ok(Value::from(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut fields = Vec::with_capacity(access.size_hint().unwrap_or(0).min(64));
        while let Some(field) = access.next_entry_seed(inside, inside)? {
            fields.push(field);
        }
        Ok(fields.into_iter().collect::<Object>().into())
    }
}
