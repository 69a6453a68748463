//! Values as templates of Go have them.

use super::{fails, unsure};
use crate::rego::builtins::Failure;
use crate::rego::value::{Object, Value};
use std::borrow::Cow;
use std::sync::Arc;

#[derive(Clone)]
pub(super) enum Datum<'v> {
    /// No value: of a missing key, or of null at the end of a pipeline.
    Nothing,
    /// Null in a list or an object. Unlike nothing it cannot have a field.
    Null,
    Bool(bool),
    Int(i64),
    /// A byte of a text.
    Byte(u8),
    Float(f64),
    Text(Arc<str>),
    /// A number of the variables, which is a text of the type json.Number in Go, or a part of one.
    Number(Cow<'v, str>),
    List(List<'v>),
    Map(&'v Object),
}

/// A part of an array.
#[derive(Clone, Copy)]
pub(super) struct List<'v> {
    array: &'v [Value],
    from: usize,
    to: usize,
    /// The end of what a longer part can have; without it that is up to Go's allocator, which may have more behind the array.
    end: Option<usize>,
}

impl<'v> Datum<'v> {
    pub(super) fn of(value: &'v Value) -> Self {
        match value {
            // There are no sets and nothing undefined in checked variables.
            Value::Undefined | Value::Set(_) => Self::Nothing,
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.text()),
            Value::String(text) => Self::Text(Arc::clone(text)),
            Value::Array(items) => Self::List(List {
                array: items,
                from: 0,
                to: items.len(),
                end: items.is_empty().then_some(0),
            }),
            Value::Object(fields) => Self::Map(fields),
        }
    }

    /// The name of its type in Go.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Nothing | Self::Null => "nil",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Byte(_) => "uint8",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::Number(_) => "json.Number",
            Self::List(_) => "[]interface {}",
            Self::Map(_) => "map[string]interface {}",
        }
    }

    pub(super) const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The text of a string or of a number.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The same, with nothing for null.
    pub(super) fn or_nothing(self) -> Self {
        match self {
            Self::Null => Self::Nothing,
            other => other,
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nothing | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Byte(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Number(text) => !text.is_empty(),
            Self::List(list) => list.len() > 0,
            Self::Map(fields) => !fields.is_empty(),
        }
    }

    /// The value of a field.
    pub(super) fn field(&self, name: &str) -> Result<Self, Failure> {
        match self {
            Self::Nothing => Ok(Self::Nothing),
            Self::Null => Err(fails(format!(
                "nil pointer evaluating interface {{}}.{name}"
            ))),
            Self::Map(fields) => Ok(fields.field(name).map_or(Self::Nothing, Self::of)),
            other => {
                let kind = other.type_name();
                Err(fails(format!("can't evaluate field {name} in type {kind}")))
            }
        }
    }
}

impl<'v> List<'v> {
    pub(super) const fn len(&self) -> usize {
        self.to - self.from
    }

    pub(super) fn items(&self) -> &'v [Value] {
        self.array.get(self.from..self.to).unwrap_or_default()
    }

    /// Reads an index that a part can begin or end at.
    pub(super) fn bound(&self, index: &Datum<'_>) -> Result<usize, Failure> {
        bound(index, self.end.map_or(usize::MAX, |end| end - self.from))
    }

    /// A part from `from` to `to`, and with `end` no more of it in a part of this part.
    pub(super) fn part(&self, from: usize, to: usize, end: Option<usize>) -> Result<Self, Failure> {
        if to.max(end.unwrap_or(0)) > self.array.len() - self.from {
            return Err(unsure("a slice that exceeds its list"));
        }
        Ok(Self {
            array: self.array,
            from: self.from + from,
            to: self.from + to,
            end: end.map_or(self.end, |end| Some(self.from + end)),
        })
    }
}

/// Reads an index of at most `most`.
pub(super) fn bound(index: &Datum<'_>, most: usize) -> Result<usize, Failure> {
    let value = match index {
        Datum::Int(value) => *value,
        Datum::Byte(value) => i64::from(*value),
        other => {
            let kind = other.type_name();
            return Err(fails(format!("cannot index slice/array with type {kind}")));
        }
    };
    let found = usize::try_from(value).ok().filter(|found| *found <= most);
    found.ok_or_else(|| fails(format!("index out of range: {value}")))
}
