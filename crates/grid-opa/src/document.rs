//! Input and data documents: JSON to values.

pub(crate) mod answer;
pub(crate) mod data;
pub(crate) mod input_parts;
mod read;

pub(crate) use read::{
    ValueSeed, check_length, check_limits, read_exactly, read_seed, read_text, read_value, too_deep,
};

use crate::error::Error;
use crate::limits::guard::Allowance;
use crate::rego::value::Value;
use answer::Answer;
use read::read_document;
use serde::de::{Deserialize, DeserializeSeed, Deserializer};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// How deep arrays and objects of an input or data document may nest, in levels. It is also serde_json's limit for texts.
pub const MAX_JSON_DEPTH: usize = 127;

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

    /// A value of the engine for a host that builds it in its own memory.
    ///
    /// # Errors
    /// `GRID_LIMIT` if the value takes more than `allowance` there: it may contain a part many times, and the host builds it each time.
    pub(crate) fn for_host(value: &Value, allowance: Allowance) -> Result<Self, Error> {
        if answer::is_written_within(value, allowance.bytes as usize) {
            Ok(Self(value.clone()))
        } else {
            Err(allowance.exhausted())
        }
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
        ValueSeed::of_value().deserialize(deserializer).map(Self)
    }
}
