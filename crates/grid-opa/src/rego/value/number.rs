//! Numbers. Like OPA, they keep their decimal text: two numbers are equal if their values are equal, and each is written with its own text.

mod operand;
mod texts;

pub(crate) use operand::Operand;
pub(crate) use texts::{general_text, integer_of};

use super::Value;
use super::decimal::Decimal;
use super::float::{Float, PRECISION};
use super::json;
use super::text;
use num_bigint::BigInt;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use texts::{float_text, is_short_fraction, short_text};

/// Maximum length of a calculated integer, in bits: the time for converting to digits grows with the square of the length.
pub(crate) const MOST_BITS: u64 = 1 << 18;

/// OPA's limit of the binary exponent of a number with a decimal exponent.
const MOST_EXPONENT: i64 = 100_000;

/// A number.
#[derive(Clone)]
pub(crate) struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// An integer in its usual text: no plus sign, no minus before zero, no leading zeros, no point and no exponent.
    Int(i64),
    /// A fraction with at most 15 digits, without exponent and trailing zeros: Rust writes the same text.
    Float(f64),
    Text(Arc<Text>),
}

struct Text {
    text: Box<str>,
    /// The nearest f64; infinity if it is beyond all floats.
    near: f64,
}

/// OPA's error for a number with too large an exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooBig;

impl Number {
    /// Parses a decimal text: digits with optional sign, point and exponent.
    pub(crate) fn parse(text: &str) -> Result<Self, TooBig> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain
            && (digits == text || digits != "0")
            && !(digits.len() > 1 && digits.starts_with('0'))
            && let Ok(integer) = text.parse()
        {
            return Ok(Self(Repr::Int(integer)));
        }
        if text.contains(['e', 'E']) && Decimal::of(text).is_beyond(MOST_EXPONENT) {
            return Err(TooBig);
        }
        let near: f64 = text.parse().unwrap_or(f64::NAN);
        if is_short_fraction(digits) {
            return Ok(Self(Repr::Float(near)));
        }
        Ok(Self::of_text(text, near))
    }

    fn of_text(text: &str, near: f64) -> Self {
        Self(Repr::Text(Arc::new(Text {
            text: text.into(),
            near,
        })))
    }

    /// An integer of any length.
    pub(crate) fn of_big(integer: &BigInt) -> Self {
        if let Ok(small) = i64::try_from(integer) {
            return small.into();
        }
        let text = integer.to_string();
        let near = text.parse().unwrap_or(f64::NAN);
        Self::of_text(&text, near)
    }

    /// The text of the number.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Int(integer) => Cow::Owned(integer.to_string()),
            Repr::Float(float) => Cow::Owned(float.to_string()),
            Repr::Text(text) => Cow::Borrowed(&text.text),
        }
    }

    /// The text, if it is valid JSON: `to_number` accepts `+5` and `005`, JSON does not.
    pub(crate) fn json_text(&self) -> Option<Cow<'_, str>> {
        let text = self.text();
        let is_json = match &self.0 {
            Repr::Int(_) | Repr::Float(_) => true,
            Repr::Text(_) => json::is_valid(&text),
        };
        is_json.then_some(text)
    }

    /// The allocated bytes.
    pub(crate) fn bytes(&self) -> usize {
        match &self.0 {
            Repr::Int(_) | Repr::Float(_) => 0,
            Repr::Text(text) => size_of::<Text>() + text.text.len(),
        }
    }

    /// The nearest f64.
    pub(crate) fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(integer) => *integer as f64,
            Repr::Float(float) => *float,
            Repr::Text(text) => text.near,
        }
    }

    /// The 64-bit integer of its text, which may have zeros after a point but no exponent.
    pub(crate) fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(integer) => Some(*integer),
            Repr::Float(_) => None,
            Repr::Text(text) => integer_of(&text.text),
        }
    }

    /// The integer value, for all texts; `None` if it is not an integer or too long for calculations.
    pub(crate) fn to_big(&self) -> Option<BigInt> {
        self.operand().to_big().map(Cow::into_owned)
    }

    /// Whether it is a 64-bit integer in its usual text. Such numbers have equal texts if they are equal.
    pub(crate) const fn is_plain(&self) -> bool {
        matches!(self.0, Repr::Int(_))
    }

    /// Whether its text has a point or an exponent.
    pub(crate) fn is_written_as_float(&self) -> bool {
        match &self.0 {
            Repr::Int(_) => false,
            Repr::Float(_) => true,
            Repr::Text(text) => text.text.contains(['.', 'e', 'E']),
        }
    }

    /// The result of a calculation with `precision` bits; `None` if the integer is too long or the fraction too small.
    pub(crate) fn of_float(float: Float, precision: u32) -> Option<Self> {
        let bits = float.integer_bits();
        if bits > i64::try_from(MOST_BITS).unwrap_or(i64::MAX) || bits < -MOST_EXPONENT {
            return None;
        }
        if float.is_integer() {
            if float.is_zero() {
                let zero = if float.is_negative() { "-0" } else { "0" };
                return Self::parse(zero).ok();
            }
            if bits <= i64::from(precision) {
                return Some(Self::of_big(&float.truncated()));
            }
            let digits = float.digits(precision);
            let width = usize::try_from(digits.point).unwrap_or(0);
            let sign = if float.is_negative() { "-" } else { "" };
            let digits = digits.digits;
            let zeros = text::zeros(&digits, width);
            return Self::parse(&format!("{sign}{digits}{zeros}")).ok();
        }
        let short = (precision == PRECISION)
            .then(|| short_text(&float))
            .flatten();
        let text = short.unwrap_or_else(|| general_text(&float.digits(precision).scientific()));
        Self::parse(&text).ok()
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Int(left), Repr::Int(right)) = (&self.0, &other.0) {
            return left.cmp(right);
        }
        // The nearest f64 of a greater number is never smaller.
        match self.to_f64().partial_cmp(&other.to_f64()) {
            Some(Ordering::Equal) | None => {}
            Some(order) => return order,
        }
        if let (Repr::Float(_), Repr::Float(_)) = (&self.0, &other.0) {
            return Ordering::Equal;
        }
        let (left, right) = (self.text(), other.text());
        Decimal::of(&left).cmp(&Decimal::of(&right))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text())
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(Repr::Int(integer))
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {
        $(impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                match i64::try_from(integer) {
                    Ok(small) => small.into(),
                    Err(_) => Self::of_text(&integer.to_string(), integer as f64),
                }
            }
        })*
    };
}

from_integers!(i32, u32, u64, usize, i128, u128);

/// A finite float of a host, as JavaScript writes it, with `.0` if it is an integer.
impl From<f64> for Number {
    fn from(value: f64) -> Self {
        let text = float_text(value);
        if is_short_fraction(text.strip_prefix('-').unwrap_or(&text)) {
            return Self(Repr::Float(value));
        }
        Self::of_text(&text, value)
    }
}

/// Parses the number of a decimal text to a value.
pub(crate) fn parse(text: &str) -> Result<Value, TooBig> {
    Number::parse(text).map(Value::Number)
}

/// An integer as a value.
pub(crate) fn of_big(integer: BigInt) -> Value {
    Value::Number(Number::of_big(&integer))
}

/// The 64-bit integer of a number's text.
pub(crate) fn i64_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.to_i64(),
        _ => None,
    }
}
