//! Numbers and times as they are written in YAML.

use super::resolve::Scalar;

/// An integer, in Go's notation: `0x`, `0o`, `0b`, and octal after a zero.
pub(super) fn integer(text: &str) -> Option<Scalar> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => ("", text.get(1..)?),
        b'-' => ("-", text.get(1..)?),
        _ => ("", text),
    };
    let has_sign = digits.len() < text.len();
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    parsed(sign, digits, radix).or_else(|| {
        let number = u64::from_str_radix(digits, radix).ok()?;
        (!has_sign).then_some(Scalar::Unsigned(number))
    })
}

fn parsed(sign: &str, digits: &str, radix: u32) -> Option<Scalar> {
    i64::from_str_radix(&format!("{sign}{digits}"), radix)
        .ok()
        .map(Scalar::Int)
}

/// What yaml.v3 reads behind `0b` and `0o`: a second sign may be there.
pub(super) fn odd_integer(text: &str) -> Option<Scalar> {
    for (prefix, radix) in [("0b", 2), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return parsed("", digits, radix);
        }
        if let Some(digits) = text
            .strip_prefix('-')
            .and_then(|text| text.strip_prefix(prefix))
        {
            return parsed("-", digits, radix);
        }
    }
    None
}

/// A float, unless it is too large.
pub(super) fn float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let is_number = match unsigned.split_once('.') {
        Some(("", part)) => digits(part),
        Some((whole, part)) => digits(whole) && (part.is_empty() || digits(part)),
        None => digits(unsigned),
    };
    let is_exponent = |text: &str| digits(text.strip_prefix(['+', '-']).unwrap_or(text));
    if !is_number || !exponent.is_none_or(is_exponent) {
        return None;
    }
    text.parse().ok().filter(|float: &f64| float.is_finite())
}

/// Whether it is a time: `2006-1-2`, and with `T15:4:5.9Z` or ` 15:4:5.9` behind it.
pub(super) fn is_timestamp(text: &str) -> bool {
    timestamp(text).is_some()
}

fn timestamp(text: &str) -> Option<()> {
    let (year, rest) = text.split_at_checked(4)?;
    let is_number = year.bytes().all(|byte| byte.is_ascii_digit());
    let year: u32 = year.parse().ok().filter(|_| is_number)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 1, 12)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let (_, rest) = number(rest.strip_prefix('-')?, 1, days)?;
    if rest.is_empty() {
        return Some(());
    }
    let has_zone = rest.starts_with(['T', 't']);
    let (_, rest) = number(rest.strip_prefix(['T', 't', ' '])?, 0, 23)?;
    let (_, rest) = number(rest.strip_prefix(':')?, 0, 59)?;
    let (_, rest) = number(rest.strip_prefix(':')?, 0, 59)?;
    let fraction = rest.strip_prefix(['.', ',']).and_then(|fraction| {
        let rest = fraction.trim_start_matches(|one: char| one.is_ascii_digit());
        (rest.len() < fraction.len()).then_some(rest)
    });
    let rest = fraction.unwrap_or(rest);
    let is_end = if has_zone {
        rest == "Z" || offset(rest).is_some()
    } else {
        rest.is_empty()
    };
    is_end.then_some(())
}

// A number of one or two digits.
fn number(text: &str, least: u32, most: u32) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let number = number.parse().ok()?;
    (least..=most).contains(&number).then_some((number, rest))
}

// `-07:00`.
fn offset(text: &str) -> Option<()> {
    let (hours, minutes) = text.strip_prefix(['+', '-'])?.split_once(':')?;
    let fits = |text: &str, most| {
        text.len() == 2 && number(text, 0, most).is_some_and(|(_, rest)| rest.is_empty())
    };
    (fits(hours, 24) && fits(minutes, 60)).then_some(())
}
