//! Numbers: integers of any length, and floats. A float is read as the decimal that it was written as, as far as one can tell.

use super::Value;
use super::float::{Float, PRECISION};
use num_bigint::{BigInt, BigUint, Sign};
use std::borrow::Cow;
use std::sync::Arc;

/// The longest integer that is calculated or written, in bits: the time for its digits grows with the square of their number.
pub(crate) const MOST_BITS: u64 = 1 << 18;

/// The most digits of a number that is read.
const MOST_DIGITS: usize = 60_000;

/// OPA's limit on the binary exponent of a number that is written with a decimal one.
const MOST_EXPONENT: u64 = 100_000;

/// Why a text is no number here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberFault {
    /// Its exponent is too large for OPA too.
    TooBig,
    /// OPA holds it, and this build cannot: a float that no f64 is near to, or an integer that is too long.
    Beyond,
}

/// The number of a decimal text: digits, perhaps with a sign, a point, and an exponent.
pub(crate) fn parse(text: &str) -> Result<Value, NumberFault> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let negative = text.starts_with('-');
    if let Some(value) = small_integer(unsigned) {
        return Ok(if negative {
            Value::from(-value)
        } else {
            Value::from(value)
        });
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Some(exponent) = exponent else {
        return if mantissa.contains('.') {
            float(text, [whole, fraction])
        } else {
            integer(negative, whole, 0)
        };
    };
    // Zeros at the end of the fraction say nothing.
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Ok(Value::from(0));
    }
    let down = exponent.starts_with('-');
    let size: i64 = exponent
        .trim_start_matches(['-', '+'])
        .parse()
        .unwrap_or(i64::MAX >> 8);
    let power = if down { -size } else { size };
    let power = power.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
    // Where the point of the number is: so many digits are before it.
    let point = power.saturating_add(i64::try_from(significant.len()).unwrap_or(i64::MAX));
    // A digit is at least 3.32 bits.
    if point.unsigned_abs() > MOST_EXPONENT / 3 {
        return Err(NumberFault::TooBig);
    }
    if power < 0 {
        let trailing = significant.len() - significant.trim_end_matches('0').len();
        let trailing = i64::try_from(trailing).unwrap_or(i64::MAX);
        if trailing < -power {
            return float(text, [significant, ""]);
        }
    }
    let zeros = usize::try_from(power).unwrap_or(0);
    let kept = if power < 0 {
        let cut = usize::try_from(-power).unwrap_or(usize::MAX);
        significant
            .get(..significant.len().saturating_sub(cut))
            .unwrap_or_default()
    } else {
        significant
    };
    let value = integer(negative, kept, zeros)?;
    let Value::Number(number) = &value else {
        return Ok(value);
    };
    if number
        .as_big()
        .is_some_and(|big| big.bits() > MOST_EXPONENT)
    {
        return Err(NumberFault::TooBig);
    }
    // OPA keeps the exponent, and no integer is written with one: where there is a float of this value, it is that float.
    match text.parse::<f64>() {
        Ok(float) if Value::from(float) == value => Ok(Value::from(float)),
        _ => Ok(value),
    }
}

fn small_integer(digits: &str) -> Option<i64> {
    if digits.len() > 18 || digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_i64, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + i64::from(byte - b'0'))
    })
}

fn integer(negative: bool, digits: &str, zeros: usize) -> Result<Value, NumberFault> {
    if digits.len().saturating_add(zeros) > MOST_DIGITS {
        return Err(NumberFault::Beyond);
    }
    let magnitude = BigUint::parse_bytes(digits.as_bytes(), 10).ok_or(NumberFault::Beyond)?;
    let scale = BigUint::from(10_u8).pow(u32::try_from(zeros).unwrap_or(u32::MAX));
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    Ok(of_big(BigInt::from_biguint(sign, magnitude * scale)))
}

fn float(text: &str, digits: [&str; 2]) -> Result<Value, NumberFault> {
    let value: f64 = text.parse().map_err(|_| NumberFault::Beyond)?;
    let is_zero = digits
        .iter()
        .all(|part| part.bytes().all(|byte| byte == b'0'));
    if !value.is_finite() || (value == 0.0 && !is_zero) {
        return Err(NumberFault::Beyond);
    }
    Ok(Value::from(value))
}

/// An integer as a value.
pub(crate) fn of_big(integer: BigInt) -> Value {
    Value::Number(integer.into())
}

/// A number as an operand of a calculation.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Small(i64),
    Big(Arc<BigInt>),
    Float(f64),
}

/// What kind of number a value is; none where it is no number.
pub(crate) fn operand(value: &Value) -> Option<Operand> {
    let Value::Number(number) = value else {
        return None;
    };
    if let Some(small) = number.as_i64() {
        // A float of 2^63 is no i64, whatever it is said to be.
        if small != i64::MAX || number.as_u64() == u64::try_from(i64::MAX).ok() {
            return Some(Operand::Small(small));
        }
    }
    if let Some(big) = number.as_big() {
        return Some(Operand::Big(big));
    }
    let float = number.as_f64()?;
    if float.fract() == 0.0 {
        // Its shortest digits, with zeros behind.
        let big = BigInt::parse_bytes(format!("{float}").as_bytes(), 10)?;
        return Some(Operand::Big(Arc::new(big)));
    }
    Some(Operand::Float(float))
}

/// The integer that a number is.
pub(crate) fn integer_of(value: &Value) -> Option<BigInt> {
    match operand(value)? {
        Operand::Small(small) => Some(small.into()),
        Operand::Big(big) => Some((*big).clone()),
        Operand::Float(_) => None,
    }
}

/// The integer of 64 bits that a number is.
pub(crate) fn i64_of(value: &Value) -> Option<i64> {
    match operand(value)? {
        Operand::Small(small) => Some(small),
        Operand::Big(_) | Operand::Float(_) => None,
    }
}

impl Operand {
    /// The integer that it is.
    pub(crate) fn to_big(&self) -> Option<Cow<'_, BigInt>> {
        match self {
            Self::Small(small) => Some(Cow::Owned((*small).into())),
            Self::Big(big) => Some(Cow::Borrowed(big)),
            Self::Float(_) => None,
        }
    }

    /// As OPA calculates with it.
    pub(crate) fn to_float(&self) -> Float {
        match self {
            Self::Small(small) => Float::of_integer(*small),
            Self::Big(big) => Float::of_big(big),
            Self::Float(float) => decimal(*float),
        }
    }
}

// A float of few digits is the decimal of them, such as 0.1; one of more digits comes of a calculation, mostly, and is itself.
fn decimal(value: f64) -> Float {
    let written = format!("{value:e}");
    let (mantissa, power) = written.split_once('e').unwrap_or((&written, "0"));
    let mut digits = 0_u64;
    let mut count = 0_i64;
    let mut behind = 0;
    let mut point = false;
    for byte in mantissa.bytes() {
        match byte {
            b'.' => point = true,
            b'0'..=b'9' if count < 17 => {
                digits = digits * 10 + u64::from(byte - b'0');
                count += 1;
                behind += i64::from(point);
            }
            _ => {}
        }
    }
    if count > 15 {
        return Float::of_f64(value);
    }
    let power: i64 = power.parse().unwrap_or(0);
    Float::of_short_decimal(value < 0.0, digits, power - behind)
}

/// The result of a calculation in so many bits; none where this build cannot hold it.
pub(crate) fn of_float(float: Float, precision: u32) -> Option<Value> {
    let bits = float.integer_bits();
    if bits > i64::try_from(MOST_BITS).unwrap_or(i64::MAX) {
        return None;
    }
    if float.is_integer() {
        if float.is_zero() {
            return Some(if float.is_negative() {
                Value::from(-0.0)
            } else {
                Value::from(0)
            });
        }
        if bits <= i64::from(precision) {
            return Some(of_big(float.truncated()));
        }
        let digits = float.digits(precision);
        let width = usize::try_from(digits.point).unwrap_or(0);
        let text = format!("{:0<width$}", digits.digits);
        let magnitude = BigUint::parse_bytes(text.as_bytes(), 10)?;
        let sign = if float.is_negative() {
            Sign::Minus
        } else {
            Sign::Plus
        };
        return Some(of_big(BigInt::from_biguint(sign, magnitude)));
    }
    let quick = (precision == PRECISION)
        .then(|| float.quick_f64())
        .flatten();
    let value = quick.or_else(|| float.digits(precision).text().parse().ok())?;
    (value != 0.0 && value.is_finite()).then(|| Value::from(value))
}

/// Whether a number that is an integer was written as a float, `1.0` say.
pub(crate) fn is_written_as_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.format_decimal_with_width(1).contains('.'),
        _ => false,
    }
}

/// A number as OPA writes it, as far as one can tell; none of an integer that is too long.
pub(crate) fn text(value: &Value) -> Option<String> {
    let Value::Number(number) = value else {
        return None;
    };
    let small = number.as_i64();
    if is_written_as_float(value) {
        return Some(float_text(number.as_f64()?));
    }
    if let Some(small) = small {
        return Some(small.to_string());
    }
    let big = number.as_big()?;
    (big.bits() <= MOST_BITS).then(|| big.to_string())
}

fn float_text(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 && value.is_sign_negative() {
        "-0".to_owned()
    } else if (1e-6..1e21).contains(&size) || size == 0.0 {
        let point = if value.fract() == 0.0 { ".0" } else { "" };
        format!("{value}{point}")
    } else {
        let written = format!("{value:e}");
        match written.split_once('e') {
            Some((mantissa, power)) if !power.starts_with('-') => format!("{mantissa}e+{power}"),
            _ => written,
        }
    }
}

/// A float as Go's `%g` writes it, of its shortest digits with an exponent: `1.5e3`.
pub(crate) fn general_text(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i64 = exponent.parse().unwrap_or_default();
    if !(-4..6).contains(&exponent) {
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{direction}{:02}", exponent.abs());
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", zeros(-1 - exponent));
    }
    let whole = usize::try_from(exponent + 1).unwrap_or_default();
    match digits.split_at_checked(whole) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, part)) => format!("{sign}{whole}.{part}"),
        None => format!("{sign}{digits:0<whole$}"),
    }
}
