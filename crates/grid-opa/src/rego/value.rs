//! Values, and what they mean in OPA: their order, their numbers, and their texts.
//!
//! They are those of regorus. A number is an integer of any length or a float of 64 bits, where OPA's is a decimal text.

pub(crate) mod float;
pub(crate) mod json;
pub(crate) mod number;
pub(crate) mod order;
pub(crate) mod text;

#[cfg(test)]
mod tests;

pub(crate) use order::{compare, sort, sorted, sorted_fields};
pub(crate) use regorus::Value;
pub(crate) use regorus::value::{Array, Object, Set};

/// How deep arrays and objects may nest in what is read from a text.
pub(crate) const MAX_DEPTH: usize = 127;

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
