//! Input and data documents: JSON becomes values.

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
    check_length(text, what, option, max_bytes)?;
    read_whole(text, what)
}

fn read_whole(text: &str, what: &str) -> Result<Value, Error> {
    let inexact = Cell::new(false);
    match read_seed(text, ValueSeed::of_text(&inexact), &inexact, what)? {
        Some(value) => Ok(value),
        None => read_exactly(text, what),
    }
}

/// Refuses a text that is too long.
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

/// Reads of a JSON text what `seed` takes of it; none where that marked as `inexact` a number whose digits may have been lost.
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

/// What serde_json says of a number beyond all floats.
const BEYOND_FLOATS: &str = "number out of range";

/// The value of a JSON text, with each number as it is written.
pub(crate) fn read_exactly(text: &str, what: &str) -> Result<Value, Error> {
    json::read::<Infallible>(text, &mut |_| Ok(())).map_err(|unread| match unread {
        json::Unread::Wrong(reason) => {
            Error::input(format!("the {what} is no valid JSON: {reason}"))
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
            .unwrap_or_else(|| Error::input(format!("the {what} is no valid JSON: {reason}")))
    };
    unplaced.at(
        u32::try_from(error.line()).unwrap_or(u32::MAX),
        u32::try_from(error.column()).unwrap_or(u32::MAX),
    )
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

/// A JSON document in the form in which the engine works on it, for hosts that have values of their own: they are read by serde
/// and written by it, without JSON text between. Numbers of JSON text keep all their digits, integers of a host up to 128 bits, and [`MAX_JSON_DEPTH`] levels may nest.
/// A clone is the same document.
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
    /// `GRID_EVALUATION` for what JSON cannot say: two keys of an object that have one text, a number of `to_number("+5")`. `GRID_LIMIT` for
    /// what nests deeper than this thread has stack for.
    pub fn to_json(&self) -> Result<String, Error> {
        answer::write_text(&self.0)
    }

    /// Reads JSON text; `what` names it in errors, as in `answer`.
    ///
    /// # Errors
    /// `GRID_INPUT` for what is no JSON, or holds a number that would lose digits. `GRID_LIMIT` for what nests deeper than
    /// [`MAX_JSON_DEPTH`], or than this thread has stack for.
    pub fn from_json(text: &str, what: &str) -> Result<Self, Error> {
        read_whole(text, what).map(Self)
    }

    /// The error for a document that a serializer of the host's failed on, by what that one says: `GRID_LIMIT` for what nests deeper than
    /// this thread has stack for, else `GRID_EVALUATION`. `what` names the document, as in `answer`.
    pub fn unwritten(failed: &impl fmt::Display, what: &str) -> Error {
        answer::unsayable(&failed.to_string(), what)
    }

    pub(crate) fn into_value(mut self) -> Value {
        std::mem::replace(&mut self.0, Value::Null)
    }

    /// Whether it is a boolean, and which; else what kind of value it is, in words.
    pub(crate) fn truth(&self) -> Result<bool, &'static str> {
        match self.0 {
            Value::Bool(value) => Ok(value),
            Value::Array(_) | Value::Set(_) => Err("an array or a set"),
            ref value => Err(answer::kind_of(value)),
        }
    }
}

/// Without recursion: where it is dropped, a host's thread may have less stack left than an answer needs.
impl Drop for Document {
    fn drop(&mut self) {
        let mut left = Vec::new();
        let mut next = Some(std::mem::replace(&mut self.0, Value::Null));
        while let Some(value) = next {
            // What others hold too stays.
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

/// As answers are written: sets as sorted arrays, keys that are no strings as their JSON text.
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
    /// How many levels may nest.
    left: usize,
    /// Of a text: is set by a number whose text serde does not give.
    inexact: Option<&'s Cell<bool>>,
}

impl<'s> ValueSeed<'s> {
    /// Reads a value of a JSON text, and marks as `inexact` a number whose digits may be lost.
    pub(crate) const fn of_text(inexact: &'s Cell<bool>) -> Self {
        Self {
            left: MAX_JSON_DEPTH,
            inexact: Some(inexact),
        }
    }

    fn inside<E: de::Error>(self) -> Result<Self, E> {
        // At the outermost and each eighth level below: so many take a quarter of what must be left, and each question costs.
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
                    "a number is beyond 64 bits, where digits would be lost; pass it as a string",
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
