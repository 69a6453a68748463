//! What a value is to `sprintf`: a number, or text.

use super::super::Failure;
use super::formats::{float, quoted};
use num_bigint::{BigInt, Sign};
use regorus::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// The longest integer that becomes text, in bits: the time for its digits grows with the square of their number.
const MOST_BITS: u64 = 1 << 18;

pub(super) enum Argument<'a> {
    Integer(Arc<BigInt>),
    Float(f64),
    Text(Cow<'a, str>),
    /// A text that cannot be made.
    Wrong(Failure),
}

impl<'a> Argument<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        match value {
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Number(number) => match (number.as_big(), number.as_f64()) {
                (Some(integer), _) => match writable(&integer) {
                    Ok(()) => Self::Integer(integer),
                    Err(failure) => Self::Wrong(failure),
                },
                (None, Some(float)) => Self::Float(float),
                (None, None) => Self::Text(number.format_decimal().into()),
            },
            other => {
                let mut text = String::new();
                match write(&mut text, other) {
                    Ok(()) => Self::Text(text.into()),
                    Err(failure) => Self::Wrong(failure),
                }
            }
        }
    }

    pub(super) fn is_negative(&self) -> bool {
        match self {
            Self::Integer(integer) => integer.sign() == Sign::Minus,
            Self::Float(float) => *float < 0.0,
            _ => false,
        }
    }

    /// The name that Go has for its type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Integer(integer) if i64::try_from(&**integer).is_err() => "*big.Int",
            Self::Integer(_) => "int64",
            Self::Float(_) => "float64",
            _ => "string",
        }
    }

    /// As `%v` writes it.
    pub(super) fn plain(&self) -> Result<String, Failure> {
        match self {
            Self::Integer(integer) => Ok(integer.to_string()),
            Self::Float(value) => Ok(float(*value, 'g', None)),
            Self::Text(text) => Ok(text.to_string()),
            Self::Wrong(failure) => Err(failure.clone()),
        }
    }
}

/// Whether an integer is short enough to be written.
pub(super) fn writable(integer: &BigInt) -> Result<(), Failure> {
    if integer.bits() > MOST_BITS {
        return Err(Failure::Always(format!(
            "an integer of more than {MOST_BITS} bits is not written"
        )));
    }
    Ok(())
}

// A value as OPA writes it in Rego.
fn write(output: &mut String, value: &Value) -> Result<(), Failure> {
    match value {
        Value::Null => output.push_str("null"),
        Value::Bool(value) => output.push_str(if *value { "true" } else { "false" }),
        Value::String(text) => quoted(output, text, false),
        Value::Number(number) => {
            if let Some(integer) = number.as_big() {
                writable(&integer)?;
            }
            output.push_str(&number.format_decimal());
        }
        Value::Array(items) => list(output, ('[', ']'), items.iter())?,
        Value::Set(items) if items.is_empty() => output.push_str("set()"),
        Value::Set(items) => list(output, ('{', '}'), items.iter())?,
        Value::Object(fields) => {
            output.push('{');
            for (index, (key, value)) in fields.iter_sorted().enumerate() {
                if index > 0 {
                    output.push_str(", ");
                }
                write(output, key)?;
                output.push_str(": ");
                write(output, value)?;
            }
            output.push('}');
        }
        Value::Undefined => return Err("an item is undefined".into()),
    }
    Ok(())
}

fn list<'v>(
    output: &mut String,
    (open, close): (char, char),
    items: impl Iterator<Item = &'v Value>,
) -> Result<(), Failure> {
    output.push(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            output.push_str(", ");
        }
        write(output, item)?;
    }
    output.push(close);
    Ok(())
}
