//! Durations as in Go, with the days, weeks and years that OPA adds.

use super::Failure;
use super::quote::quote;
use crate::rego::value::text::quoted;

/// The nanoseconds of the minimum duration, which has one more than the maximum.
const MAX: u64 = 1 << 63;

/// Parses a duration to nanoseconds.
pub(super) fn nanoseconds(text: &str) -> Result<i64, Failure> {
    let invalid = || Failure::from(format!("time: invalid duration {}", quoted(text)));
    if text.is_empty() {
        return Err(invalid());
    }
    if !text.contains(['d', 'w', 'y']) {
        return parsed(text, text);
    }
    let rewritten = in_hours(text).ok_or_else(invalid)?;
    parsed(&rewritten, text)
}

/// Parses a duration as Go does, without days, weeks and years.
#[cfg(feature = "network")]
pub(in crate::rego::builtins) fn go_nanoseconds(text: &str) -> Result<i64, Failure> {
    match text {
        "" => Err(format!("time: invalid duration {}", quoted(text)).into()),
        text => parsed(text, text),
    }
}

// Rewrites days, weeks and years as hours.
fn in_hours(text: &str) -> Option<String> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' | b'+' => text.split_at(1),
        _ => ("", text),
    };
    let mut output = sign.to_owned();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|one: char| !(one.is_ascii_digit() || one == '.'))?;
        let (digits, behind) = rest.split_at(end);
        let units = ["ms", "us", "µs", "ns"].into_iter();
        let unit = units.clone().find(|unit| behind.starts_with(unit));
        let letter = || {
            behind
                .get(..1)
                .filter(|one| one.bytes().all(|byte| byte.is_ascii_lowercase()))
        };
        let unit = unit.or_else(letter)?;
        if digits.is_empty() {
            return None;
        }
        rest = behind.get(unit.len()..)?;
        let hours = match unit {
            "d" => 24.0,
            "w" => 168.0,
            "y" => 8760.0,
            other => {
                output.push_str(digits);
                output.push_str(other);
                continue;
            }
        };
        let amount: f64 = digits
            .parse()
            .ok()
            .filter(|amount: &f64| amount.is_finite())?;
        output.push_str(&format!("{}h", amount * hours));
    }
    Some(output)
}

// Parses a duration as Go does. Its errors show the original text.
fn parsed(text: &str, original: &str) -> Result<i64, Failure> {
    let shown = if text == original {
        quote(original)
    } else {
        quoted(original)
    };
    let failed = |what: &str| Failure::from(format!("time: {what} {shown}"));
    let invalid = || failed("invalid duration");
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        if !rest.starts_with(|one: char| one == '.' || one.is_ascii_digit()) {
            return Err(invalid());
        }
        let (integer, behind) = rest.split_at(digits(rest));
        let fraction = behind.strip_prefix('.');
        let behind = fraction.unwrap_or(behind);
        let (fraction, behind) = match fraction {
            Some(_) => behind.split_at(digits(behind)),
            None => ("", behind),
        };
        let amount: u64 = match integer {
            "" => 0,
            digits => digits
                .parse()
                .ok()
                .filter(|amount| *amount <= MAX)
                .ok_or_else(invalid)?,
        };
        if integer.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = behind.find(|one: char| one == '.' || one.is_ascii_digit());
        let (name, behind) = behind.split_at(end.unwrap_or(behind.len()));
        if name.is_empty() {
            return Err(failed("missing unit in duration"));
        }
        let unit = unit(name)
            .ok_or_else(|| failed(&format!("unknown unit {} in duration", quote(name))))?;
        let amount = amount.checked_mul(unit).ok_or_else(invalid)?;
        let part = amount
            .checked_add(part(fraction, unit))
            .ok_or_else(invalid)?;
        sum = sum
            .checked_add(part)
            .filter(|sum| part <= MAX && *sum <= MAX)
            .ok_or_else(invalid)?;
        rest = behind;
    }
    if negative {
        0_i64.checked_sub_unsigned(sum).ok_or_else(invalid)
    } else {
        i64::try_from(sum).map_err(|_| invalid())
    }
}

fn unit(name: &str) -> Option<u64> {
    Some(match name {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

// The nanoseconds of a fraction, without the digits that Go drops.
fn part(fraction: &str, unit: u64) -> u64 {
    let (mut digits, mut scale) = (0_u64, 1.0_f64);
    for digit in fraction.bytes() {
        if digits > (MAX - 1) / 10 {
            break;
        }
        let next = digits * 10 + u64::from(digit.wrapping_sub(b'0'));
        if next > MAX {
            break;
        }
        digits = next;
        scale *= 10.0;
    }
    (digits as f64 * (unit as f64 / scale)) as u64
}
