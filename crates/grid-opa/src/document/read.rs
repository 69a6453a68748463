//! Reads JSON texts and values.

use super::{Document, MAX_JSON_DEPTH};
use crate::error::Error;
use crate::limits::evaluation_clock::{BEYOND, is_beyond};
use crate::limits::kind::LimitKind;
use crate::limits::stack;
use crate::rego::value::{Object, Value, json};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

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

pub(super) fn read_document(text: &str, what: &str) -> Result<Value, Error> {
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
    let mut charge = |_| if is_beyond() { Err(BEYOND) } else { Ok(()) };
    json::read(text, &mut charge).map_err(|unread| match unread {
        json::Unread::Wrong(reason) => {
            Error::input(format!("the {what} is not valid JSON: {reason}"))
        }
        json::Unread::Beyond(_) => too_deep(what),
        json::Unread::Refused(why) => Error::input(format!("the {what} is not read: {why}")),
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

/// Reads a value.
#[derive(Clone, Copy)]
pub(crate) struct ValueSeed<'s> {
    /// How many more levels may nest.
    left: usize,
    /// For texts: set when a number may have lost digits, because serde does not pass its text.
    inexact: Option<&'s Cell<bool>>,
}

impl<'s> ValueSeed<'s> {
    /// Reads a value of a host.
    pub(super) const fn of_value() -> Self {
        Self {
            left: MAX_JSON_DEPTH,
            inexact: None,
        }
    }

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
        if is_beyond() {
            return Err(E::custom(BEYOND));
        }
        let left = self.left.checked_sub(1).ok_or_else(|| {
            E::custom(format_args!("it nests deeper than {MAX_JSON_DEPTH} levels"))
        })?;
        Ok(Self { left, ..self })
    }
}

/// Looks at the limits after each so many items of an array or object.
pub(crate) fn check_limits<E: de::Error>(items: usize) -> Result<(), E> {
    if items.is_multiple_of(16) && is_beyond() {
        return Err(E::custom(BEYOND));
    }
    Ok(())
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
            check_limits(items.len())?;
        }
        Ok(Value::from(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut fields = Vec::with_capacity(access.size_hint().unwrap_or(0).min(64));
        while let Some(field) = access.next_entry_seed(inside, inside)? {
            fields.push(field);
            check_limits(fields.len())?;
        }
        Ok(fields.into_iter().collect::<Object>().into())
    }
}
