//! Arguments of Go's `fmt`: scalars. OPA passes integers, floats and texts to `sprintf`.

use super::super::{Context, Failure, Text};
use crate::rego::value::Value;
use crate::rego::value::text::{TOO_LONG, write};
use num_bigint::BigInt;
use std::borrow::Cow;

pub(in crate::rego::builtins::texts) enum Argument<'v> {
    Nil,
    Bool(bool),
    /// With the name of its type in Go.
    Small(i64, &'static str),
    Big(BigInt),
    Float(f64),
    /// With the name of its type in Go.
    Text(Cow<'v, str>, &'static str),
}

impl<'v> Argument<'v> {
    pub(super) fn of(value: &'v Value, context: &mut Context<'_>) -> Result<Self, Failure> {
        match value {
            Value::String(text) => Ok(Self::Text(Cow::Borrowed(text), "string")),
            // A number with a point or an exponent that exceeds the largest float is a text.
            Value::Number(number) if number.is_written_as_float() => {
                let float = number.to_f64();
                Ok(if float.is_finite() {
                    Self::Float(float)
                } else {
                    Self::Text(number.text(), "string")
                })
            }
            Value::Number(number) => match number.to_i64() {
                Some(small) => Ok(Self::Small(small, "int64")),
                None => match number.to_big() {
                    Some(big) => Ok(Self::Big(big)),
                    None => Err(Failure::unsure(TOO_LONG)),
                },
            },
            other => {
                let mut text = Text::new(context);
                write(&mut text, other)?;
                Ok(Self::Text(Cow::Owned(text.into_string()), "string"))
            }
        }
    }

    /// The name of its type in Go.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Small(_, name) | Self::Text(_, name) => name,
            Self::Big(_) => "*big.Int",
            Self::Float(_) => "float64",
        }
    }
}
