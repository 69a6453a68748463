//! `units.parse` and `units.parse_bytes`.

use super::operands::string;
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::Value;
use crate::rego::value::float::{Float, PRECISION};
use crate::rego::value::number::of_big;
use num_bigint::{BigInt, BigUint, Sign};

pub(super) const ALL: &[Builtin] = &[
    builtin("units.parse", 1, parse),
    builtin("units.parse_bytes", 1, parse_bytes),
];

/// The maximum number of digits of an exponent.
const EXPONENT_DIGITS: usize = 6;
/// The maximum number of digits of an amount plus its exponent. It bounds the running time. OPA has no such limit.
const MAX_DIGITS: usize = 4000;

fn parse(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let text = string(operands, 1)?.replace('"', "");
    let failed = |what: &str| Failure::from(format!("units.parse: {what}"));
    let (amount, unit) = split(&text).map_err(failed)?;
    if amount.is_empty() {
        return Err(failed("no amount provided"));
    }
    // Only the case of the first letter matters, and only if it is an m.
    let mut letters = unit.chars();
    let first = letters.next();
    let rest = letters.as_str().to_lowercase();
    let unit = Unit::of_quantity(first, &rest).ok_or_else(|| {
        let first = first.map(String::from).unwrap_or_default();
        failed(&format!("unit {first}{rest} not recognized"))
    })?;
    let amount = Amount::of(amount)?.ok_or_else(|| failed("could not parse amount to a number"))?;
    Ok(Some(quantity(&amount, unit)?))
}

fn parse_bytes(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let text = string(operands, 1)?.to_lowercase().replace('"', "");
    let failed = |what: &str| Failure::from(format!("units.parse_bytes: {what}"));
    let (amount, unit) = split(&text).map_err(failed)?;
    if amount.is_empty() {
        return Err(failed("no byte amount provided"));
    }
    let unit = of_bytes(unit).ok_or_else(|| failed(&format!("byte unit {unit} not recognized")))?;
    let amount =
        Amount::of(amount)?.ok_or_else(|| failed("could not parse byte amount to a number"))?;
    // Go rounds larger powers of five before it uses them.
    if amount.exponent.unsigned_abs() > 55 && amount.digits != BigUint::ZERO {
        return Err(Failure::unsure(
            "the exponent is larger than 55, or the fraction has more than 55 digits",
        ));
    }
    let number = Float::of_decimal(amount.negative, &amount.digits, amount.exponent.into());
    let unit = Float::of_decimal(false, &unit.into(), 0);
    Ok(Some(of_big(number.mul(unit, PRECISION).truncated())))
}

// Splits a text into the amount and its unit.
fn split(text: &str) -> Result<(&str, &str), &'static str> {
    if text.contains(' ') {
        return Err("spaces not allowed in resource strings");
    }
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or_default();
    let mut end = 0;
    while end < bytes.len() {
        match at(end) {
            b'e' | b'E' => {
                // Either an exponent or the unit of 10^18.
                if !matches!(at(end + 1), b'0'..=b'9' | b'+' | b'-') {
                    break;
                }
                end += usize::from(matches!(at(end + 1), b'+' | b'-'));
                let digits = bytes
                    .iter()
                    .skip(end + 1)
                    .take_while(|byte| byte.is_ascii_digit());
                if digits.count() > EXPONENT_DIGITS {
                    return Err("exponent too large");
                }
            }
            b'0'..=b'9' | b'.' | b'+' | b'-' => {}
            _ => break,
        }
        end += 1;
    }
    Ok(text.split_at(end.min(bytes.len())))
}

/// An amount: `digits` times ten to the power of `exponent`.
struct Amount {
    negative: bool,
    digits: BigUint,
    exponent: i32,
}

impl Amount {
    // `None` if the text is not a number.
    fn of(text: &str) -> Result<Option<Self>, Failure> {
        match Self::parse(text) {
            Some(None) => Err(Failure::unsure(format!(
                "the amount has more than {MAX_DIGITS} digits"
            ))),
            other => Ok(other.flatten()),
        }
    }

    // The inner `None` means too many digits.
    fn parse(text: &str) -> Option<Option<Self>> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [integer, fraction].concat();
        let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        if !fits {
            return None;
        }
        if digits.len() + exponent.unsigned_abs() as usize > MAX_DIGITS {
            return Some(None);
        }
        Some(Some(Self {
            negative: text.starts_with('-'),
            digits: BigUint::parse_bytes(digits.as_bytes(), 10)?,
            exponent,
        }))
    }

    // The numerator and the denominator.
    fn fraction(&self) -> (BigUint, BigUint) {
        let power = BigUint::from(10_u8).pow(self.exponent.unsigned_abs());
        if self.exponent < 0 {
            (self.digits.clone(), power)
        } else {
            (&self.digits * power, BigUint::from(1_u8))
        }
    }
}

/// The factor of an amount.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Of(u64),
    Milli,
}

/// The double closest to 0.001, which OPA uses, times 2^60.
const MILLI: u64 = 1_152_921_504_606_847;

impl Unit {
    fn of_quantity(first: Option<char>, rest: &str) -> Option<Self> {
        Some(Self::Of(match (first, rest) {
            (Some('m'), "") => return Some(Self::Milli),
            (None, _) => 1,
            (Some(letter), "") => decimal(letter)?,
            (Some(letter), "i") => binary(letter)?,
            _ => return None,
        }))
    }
}

fn of_bytes(unit: &str) -> Option<u64> {
    let mut letters = unit.chars();
    match (letters.next(), letters.as_str()) {
        (None, _) => Some(1),
        (Some(letter), "" | "b") => decimal(letter),
        (Some(letter), "i" | "ib") => binary(letter),
        _ => None,
    }
}

fn decimal(letter: char) -> Option<u64> {
    Some(1000_u64.pow(power(letter)?))
}

fn binary(letter: char) -> Option<u64> {
    Some(1024_u64.pow(power(letter)?))
}

fn power(letter: char) -> Option<u32> {
    let place = "kmgtpe".find(letter.to_ascii_lowercase())?;
    u32::try_from(place + 1).ok()
}

// Integers are exact. Other numbers are rounded to ten places.
fn quantity(amount: &Amount, unit: Unit) -> Result<Value, Failure> {
    let (mut dividend, mut divisor) = amount.fraction();
    match unit {
        Unit::Of(unit) => dividend *= unit,
        Unit::Milli => {
            dividend *= MILLI;
            divisor <<= 60;
        }
    }
    let places = BigUint::from(10_000_000_000_u64);
    let doubled = dividend * &places * 2_u8 + &divisor;
    let rounded = doubled / (divisor * 2_u8);
    let (integer, places) = (&rounded / &places, &rounded % &places);
    if places == BigUint::ZERO {
        let sign = if amount.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        return Ok(of_big(BigInt::from_biguint(sign, integer)));
    }
    let sign = if amount.negative { "-" } else { "" };
    let number: Result<f64, _> = format!("{sign}{integer}.{places:0>10}").parse();
    match number {
        Ok(number) if number.is_finite() => Ok(number.into()),
        _ => Err(super::operands::beyond()),
    }
}
