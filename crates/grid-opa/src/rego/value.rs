//! Values of Rego with OPA's order, numbers and texts.

mod decimal;
pub(crate) mod float;
pub(crate) mod json;
mod map;
pub(crate) mod number;
mod shared;
pub(crate) mod text;

#[cfg(test)]
mod tests;

pub(crate) use map::{Object, Set};
pub(crate) use number::Number;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Maximum nesting depth of arrays and objects in a text.
pub(crate) const MAX_DEPTH: usize = 127;

/// The items of an array.
pub(crate) type Array = Vec<Value>;

/// A value of Rego, or undefined. A clone shares the contents.
#[derive(Debug, Clone, Default)]
pub(crate) enum Value {
    /// No value: what OPA calls undefined.
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(Number),
    String(Arc<str>),
    Array(Arc<Array>),
    Object(Arc<Object>),
    Set(Arc<Set>),
}

/// The name of a value's type.
pub(crate) const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Set(_) => "set",
        Value::Undefined => "undefined",
    }
}

impl Value {
    pub(crate) fn new_object() -> Self {
        Self::Object(Arc::default())
    }

    pub(crate) fn new_set() -> Self {
        Self::Set(Arc::default())
    }

    /// Whether it contains other values.
    pub(crate) const fn is_collection(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_) | Self::Set(_))
    }

    /// The rank of strings in the order of types.
    const STRING: u8 = 4;

    /// Like [`Ord::cmp`], with a text.
    pub(crate) fn cmp_text(&self, text: &str) -> Ordering {
        match self {
            Self::String(own) => (**own).cmp(text),
            other => other.rank().cmp(&Self::STRING),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Undefined => 0,
            Self::Null => 1,
            Self::Bool(_) => 2,
            Self::Number(_) => 3,
            Self::String(_) => Self::STRING,
            Self::Array(_) => 5,
            Self::Object(_) => 6,
            Self::Set(_) => 7,
        }
    }
}

/// OPA's order: null, booleans, numbers, strings, arrays, objects, sets.
impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::String(left), Self::String(right)) => left.cmp(right),
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Array(left), Self::Array(right)) => unless_same(left, right),
            (Self::Object(left), Self::Object(right)) => unless_same(left, right),
            (Self::Set(left), Self::Set(right)) => unless_same(left, right),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

fn unless_same<T: Ord>(left: &Arc<T>, right: &Arc<T>) -> Ordering {
    shared::compared(left, right, Ordering::Equal, T::cmp)
}

fn are_same<T: Eq>(left: &Arc<T>, right: &Arc<T>) -> bool {
    shared::compared(left, right, true, T::eq)
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::String(left), Self::String(right)) => left == right,
            (Self::Array(left), Self::Array(right)) => {
                left.len() == right.len() && are_same(left, right)
            }
            (Self::Object(left), Self::Object(right)) => {
                left.len() == right.len() && are_same(left, right)
            }
            (Self::Set(left), Self::Set(right)) => {
                left.len() == right.len() && are_same(left, right)
            }
            _ => self.cmp(other).is_eq(),
        }
    }
}

impl Eq for Value {}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {
        $(impl From<$integer> for Value {
            fn from(value: $integer) -> Self {
                Self::Number(Number::from(value))
            }
        })*
    };
}

from_integers!(i32, u32, i64, u64, usize, i128, u128, f64);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<Vec<Self>> for Value {
    fn from(items: Vec<Self>) -> Self {
        Self::Array(items.into())
    }
}

impl From<Object> for Value {
    fn from(fields: Object) -> Self {
        Self::Object(fields.into())
    }
}

impl From<Set> for Value {
    fn from(items: Set) -> Self {
        Self::Set(items.into())
    }
}

impl From<BTreeMap<Self, Self>> for Value {
    fn from(fields: BTreeMap<Self, Self>) -> Self {
        fields.into_iter().collect::<Object>().into()
    }
}

impl From<BTreeSet<Self>> for Value {
    fn from(items: BTreeSet<Self>) -> Self {
        items.into_iter().collect::<Set>().into()
    }
}
