//! What a value is to `sprintf`: an integer, a float, or a text.

use super::super::{Context, Failure, Text};
use crate::rego::value::Value;
use crate::rego::value::number::{self, Operand, is_written_as_float};
use crate::rego::value::text::{TOO_LONG, write};
use num_bigint::{BigInt, Sign};
use std::borrow::Cow;
use std::sync::Arc;

const UNKNOWN_TEXT: &str =
    "a number larger than all floats has the text that it was written with, which is not kept";

/// Whether an integer is one that OPA may have as a text such as `2e308`: no float is as large.
fn may_be_written_with_exponent(integer: &BigInt) -> bool {
    integer.bits() > 1023 && (integer % 10_u8).sign() == Sign::NoSign
}

pub(super) enum Argument<'v> {
    Small(i64),
    Big(Arc<BigInt>),
    Float(f64),
    Text(Cow<'v, str>),
}

impl<'v> Argument<'v> {
    pub(super) fn of(value: &'v Value, context: &mut Context<'_>) -> Result<Self, Failure> {
        match value {
            Value::String(text) => Ok(Self::Text(Cow::Borrowed(text))),
            Value::Number(number) => {
                if is_written_as_float(value)
                    && let Some(float) = number.as_f64()
                {
                    return Ok(Self::Float(float));
                }
                match number::operand(value) {
                    Some(Operand::Small(small)) => Ok(Self::Small(small)),
                    Some(Operand::Big(big)) if may_be_written_with_exponent(&big) => {
                        Err(Failure::unsure(UNKNOWN_TEXT))
                    }
                    Some(Operand::Big(big)) if big.bits() <= number::MOST_BITS => {
                        Ok(Self::Big(big))
                    }
                    Some(Operand::Float(float)) => Ok(Self::Float(float)),
                    Some(Operand::Big(_)) | None => Err(Failure::unsure(TOO_LONG)),
                }
            }
            other => {
                let mut text = Text::new(context);
                write(&mut text, other)?;
                Ok(Self::Text(Cow::Owned(text.into_string())))
            }
        }
    }

    /// The name that Go has for its type.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Small(_) => "int64",
            Self::Big(_) => "*big.Int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
        }
    }
}
