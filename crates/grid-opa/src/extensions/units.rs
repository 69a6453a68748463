//! The builtins `units.*`, which the core gives more units than there are, rounds where OPA cuts off, and answers for any exponent.

use super::{Extension, Failure, guarded, text};
use num_bigint::BigUint;
use regorus::Value;

pub(super) const ALL: [Extension; 2] = [
    guarded("units.parse", 1, |arguments| {
        let text = text(arguments, 1)?.replace('"', "");
        let (amount, unit) = split(&text)?;
        let unit = Unit::of_quantity(unit).ok_or_else(|| format!("unit {unit} not recognized"))?;
        quantity(&Amount::of(amount)?, unit)
    }),
    guarded("units.parse_bytes", 1, |arguments| {
        let text = text(arguments, 1)?.to_lowercase().replace('"', "");
        let (amount, unit) = split(&text)?;
        let unit = of_bytes(unit).ok_or_else(|| format!("byte unit {unit} not recognized"))?;
        bytes(&Amount::of(amount)?, unit)
    }),
];

/// The most digits of an exponent.
const EXPONENT_DIGITS: usize = 6;
/// The most digits of an amount, exponent and all, which bounds the work. There is no such limit in OPA; answers have 128 bits here.
const MOST_DIGITS: usize = 400;

// The amount and its unit.
fn split(text: &str) -> Result<(&str, &str), String> {
    if text.contains(' ') {
        return Err("spaces not allowed in resource strings".to_owned());
    }
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or_default();
    let mut end = 0;
    while end < bytes.len() {
        match at(end) {
            b'e' | b'E' => {
                // An exponent or the unit of 10^18.
                if !matches!(at(end + 1), b'0'..=b'9' | b'+' | b'-') {
                    break;
                }
                end += usize::from(matches!(at(end + 1), b'+' | b'-'));
                let digits = bytes
                    .iter()
                    .skip(end + 1)
                    .take_while(|byte| byte.is_ascii_digit());
                if digits.count() > EXPONENT_DIGITS {
                    return Err("exponent too large".to_owned());
                }
            }
            b'0'..=b'9' | b'.' | b'+' | b'-' => {}
            _ => break,
        }
        end += 1;
    }
    match text.split_at(end) {
        ("", _) => Err("no amount provided".to_owned()),
        parts => Ok(parts),
    }
}

/// An amount: `digits` times ten to the power of `exponent`.
struct Amount {
    negative: bool,
    digits: BigUint,
    exponent: i32,
}

impl Amount {
    fn of(text: &str) -> Result<Self, Failure> {
        let amount = Self::parse(text).ok_or("could not parse amount to a number")?;
        amount.ok_or_else(|| too_large("the amount has more than 400 digits"))
    }

    // No inner one has too many digits.
    fn parse(text: &str) -> Option<Option<Self>> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        if !fits {
            return None;
        }
        if digits.len() + exponent.unsigned_abs() as usize > MOST_DIGITS {
            return Some(None);
        }
        Some(Some(Self {
            negative: text.starts_with('-'),
            digits: BigUint::parse_bytes(digits.as_bytes(), 10)?,
            exponent,
        }))
    }

    // As a fraction.
    fn fraction(&self) -> (BigUint, BigUint) {
        let power = BigUint::from(10_u8).pow(self.exponent.unsigned_abs());
        if self.exponent < 0 {
            (self.digits.clone(), power)
        } else {
            (&self.digits * power, BigUint::from(1_u8))
        }
    }
}

/// What an amount is multiplied with.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Of(u64),
    Milli,
}

/// The double closest to 0.001, which OPA takes for it, times 2^60.
const MILLI: u64 = 1_152_921_504_606_847;

impl Unit {
    fn of_quantity(unit: &str) -> Option<Self> {
        // Only the first letter's case tells anything, and that of m alone.
        let mut letters = unit.chars();
        let first = letters.next();
        let rest = letters.as_str().to_lowercase();
        let decimal = match (first, rest.as_str()) {
            (Some('m'), "") => return Some(Self::Milli),
            (None, _) => 1,
            (Some(letter), "") => decimal(letter)?,
            (Some(letter), "i") => binary(letter)?,
            _ => return None,
        };
        Some(Self::Of(decimal))
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

// A whole number exactly, another to ten places.
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
    let (whole, places) = (&rounded / &places, &rounded % &places);
    if places == BigUint::ZERO {
        return integer(&whole, amount.negative);
    }
    let sign = if amount.negative { "-" } else { "" };
    let number: Result<f64, _> = format!("{sign}{whole}.{places:0>10}").parse();
    Ok(number.map_err(|error| error.to_string())?.into())
}

// As OPA: the amount and the product each to 64 bits, and what is behind the point is cut off.
fn bytes(amount: &Amount, unit: u64) -> Result<Value, Failure> {
    // Go rounds greater powers of five before it uses them.
    if amount.exponent.unsigned_abs() > 55 && amount.digits != BigUint::ZERO {
        return Err(too_large(
            "the exponent or the fraction has more than 55 digits",
        ));
    }
    let (dividend, divisor) = amount.fraction();
    let (digits, scale) = rounded(dividend, &divisor);
    let (product, further) = rounded(digits * unit, &BigUint::from(1_u8));
    let shift = scale + further;
    let whole = match u64::try_from(shift) {
        Ok(left) => product << left,
        Err(_) => product >> shift.unsigned_abs(),
    };
    integer(&whole, amount.negative)
}

// A fraction rounded to 64 bits, to even where it is halfway: a whole number times a power of two.
fn rounded(dividend: BigUint, divisor: &BigUint) -> (BigUint, i64) {
    if dividend == BigUint::ZERO {
        return (dividend, 0);
    }
    let bits = |number: &BigUint| i64::try_from(number.bits()).unwrap_or(i64::MAX);
    // So many that the quotient has 66 or 67 bits, or more.
    let shift = (67 + bits(divisor) - bits(&dividend)).max(0);
    let dividend = dividend << shift.unsigned_abs();
    let quotient = &dividend / divisor;
    let exact = &quotient * divisor == dividend;
    let extra = bits(&quotient) - 64;
    let kept = &quotient >> extra.unsigned_abs();
    let half = BigUint::from(1_u8) << (extra - 1).unsigned_abs();
    let rest = quotient - (&kept << extra.unsigned_abs());
    let odd = kept.bit(0);
    let up = rest > half || (rest == half && (!exact || odd));
    (kept + u8::from(up), extra - shift)
}

fn integer(magnitude: &BigUint, negative: bool) -> Result<Value, Failure> {
    let sign = if negative && *magnitude != BigUint::ZERO {
        "-"
    } else {
        ""
    };
    if magnitude.bits() > 127 {
        return Err(too_large("the number is beyond 128 bits"));
    }
    let number = Value::from_numeric_string(&format!("{sign}{magnitude}"));
    Ok(number.map_err(|error| error.to_string())?)
}

// OPA has an answer, and this build does not.
fn too_large(text: &str) -> Failure {
    Failure::Always(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn quantities_are_those_of_opa() {
        for (text, expected) in [
            ("1G", "1000000000"),
            ("500m", "0.5"),
            ("1000m", "1"),
            ("0.0005K", "0.5"),
            ("12345678901234m", "12345678901.234000257"),
            ("1.5Ki", "1536"),
            ("2.5e3k", "2500000"),
            ("-1e-1", "-0.1"),
            ("5e", "5000000000000000000"),
            ("1E2E", "100000000000000000000"),
            ("3eI", "3458764513820540928"),
            ("+.5", "0.5"),
            ("5.", "5"),
            ("0.00000000005", "0.0000000001"),
            ("0.00000000004", "0"),
            ("\\\"10\\\"Mi", "10485760"),
        ] {
            let query = format!("x := units.parse(\"{text}\") == {expected}");
            assert_eq!(
                ask(&format!("units.parse(\"{text}\") == {expected}")),
                Ok(Some(json!(true))),
                "{query}"
            );
        }
        for text in [
            "",
            "G",
            "foo",
            "0.0.0",
            ".5.2",
            "100 k",
            "10e10000000Ei",
            "1Q",
            "1da",
            "1kb",
            "1µ",
            "ö",
            ".",
            "-",
            "+-1",
            "1e",
            "1e+",
            "1e5.5",
            "1--1",
            "1e999999",
            "1e399Ei",
            "٣",
        ] {
            let answer = ask(&format!("units.parse(\"{text}\")"));
            // The last letter is a unit.
            assert_eq!(answer.is_err(), text != "1e", "{text}");
        }
        let long = format!("units.parse(\"{}\")", "1".repeat(5000));
        assert!(ask(&long).is_err());
        assert!(ask("units.parse(1)").is_err());
    }

    #[test]
    fn bytes_are_those_of_opa() {
        for (text, expected) in [
            ("0", "0"),
            ("0e99", "0"),
            ("1e3KB", "1000000"),
            ("4.5e1GiB", "48318382080"),
            ("1.9", "1"),
            ("-1.9", "-1"),
            ("0.1kb", "100"),
            ("0.7kb", "700"),
            ("1.1KiB", "1126"),
            ("100EIB", "115292150460684697600"),
            ("3E", "3000000000000000000"),
            // To 64 bits.
            ("123456789012345678901", "123456789012345678904"),
        ] {
            let call = format!("units.parse_bytes(\"{text}\") == {expected}");
            assert_eq!(ask(&call), Ok(Some(json!(true))), "{call}");
        }
        for text in [
            "",
            "GB",
            "foo",
            "0.0.0",
            "100 kb",
            " 327MiB ",
            "10e10000000EiB",
            "1QB",
            "1bb",
            "1e60",
            "1e-60",
            "1ki b",
            "1Kibb",
        ] {
            assert!(
                ask(&format!("units.parse_bytes(\"{text}\")")).is_err(),
                "{text}"
            );
        }
    }
}
