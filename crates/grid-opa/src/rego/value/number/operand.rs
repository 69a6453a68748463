//! Numbers as operands of calculations.

use super::{MOST_BITS, Number, Repr};
use crate::rego::value::decimal::Decimal;
use crate::rego::value::float::Float;
use num_bigint::BigInt;
use std::borrow::Cow;

/// A number as an operand of a calculation.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Small(i64),
    Big(BigInt),
    Fraction(Float),
    /// A zero with a sign, which only floats can have.
    MinusZero,
    /// An integer that is too long, or a fraction that is too small.
    Beyond,
}

impl Operand {
    /// The integer value.
    pub(crate) fn to_big(&self) -> Option<Cow<'_, BigInt>> {
        match self {
            Self::Small(small) => Some(Cow::Owned((*small).into())),
            Self::Big(big) => Some(Cow::Borrowed(big)),
            Self::MinusZero => Some(Cow::Owned(BigInt::ZERO)),
            Self::Fraction(_) | Self::Beyond => None,
        }
    }

    /// The float that OPA calculates with if not all operands are integers.
    pub(crate) fn to_float(&self) -> Option<Float> {
        match self {
            Self::Small(small) => Some(Float::of_integer(*small)),
            Self::Big(big) => Some(Float::of_big(big)),
            Self::Fraction(float) => Some(*float),
            Self::MinusZero => Some(Float::ZERO.negated()),
            Self::Beyond => None,
        }
    }
}

impl Number {
    /// Converts the number to an operand of a calculation.
    pub(crate) fn operand(&self) -> Operand {
        match &self.0 {
            Repr::Int(integer) => Operand::Small(*integer),
            Repr::Float(float) => Operand::Fraction(fraction(*float)),
            Repr::Text(text) => {
                let decimal = Decimal::of(&text.text);
                if decimal.digits() == 0 && text.text.starts_with('-') {
                    return Operand::MinusZero;
                }
                if !decimal.is_integer() {
                    return decimal
                        .to_float()
                        .map_or(Operand::Beyond, Operand::Fraction);
                }
                match decimal.to_big(MOST_BITS) {
                    None => Operand::Beyond,
                    Some(big) => i64::try_from(&big).map_or(Operand::Big(big), Operand::Small),
                }
            }
        }
    }
}

// Converts a short fraction to OPA's precision.
fn fraction(value: f64) -> Float {
    let written = format!("{value}");
    let unsigned = written.strip_prefix('-').unwrap_or(&written);
    let (integer, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = integer.bytes().chain(part.bytes());
    let digits = digits.fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let power = i64::try_from(part.len()).unwrap_or(0);
    Float::of_short_decimal(value < 0.0, digits, -power)
}
