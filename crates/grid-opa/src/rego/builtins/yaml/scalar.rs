//! The notation of numbers and times in YAML.

/// The value of a scalar. Texts and times are read from the scalar itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    Float(f64),
    Text,
    Timestamp,
}

/// Reads an integer in Go's notation: `0x`, `0o`, `0b`, and a leading zero for octal numbers.
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

/// Reads an integer after `0b` or `0o`. As in yaml.v3, it can have a second sign.
pub(super) fn prefixed_integer(text: &str) -> Option<Scalar> {
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

/// Reads a float; `None` if it is too large.
pub(super) fn float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let is_number = match unsigned.split_once('.') {
        Some(("", part)) => digits(part),
        Some((integer, part)) => digits(integer) && (part.is_empty() || digits(part)),
        None => digits(unsigned),
    };
    let is_exponent = |text: &str| digits(text.strip_prefix(['+', '-']).unwrap_or(text));
    if !is_number || !exponent.is_none_or(is_exponent) {
        return None;
    }
    text.parse().ok().filter(|float: &f64| float.is_finite())
}

/// Whether a text is a time: `2006-1-2`, or followed by `T15:4:5.9Z` or ` 15:4:5.9`.
pub(super) fn is_timestamp(text: &str) -> bool {
    timestamp(text).is_some()
}

/// The JSON notation of a time, if there is one.
pub(super) fn time_text(text: &str) -> Option<String> {
    timestamp(text)?
}

// Reads a time. The inner `None` means that it has no JSON notation.
fn timestamp(text: &str) -> Option<Option<String>> {
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
    let (day, rest) = number(rest.strip_prefix('-')?, 1, days)?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    if rest.is_empty() {
        return Some(Some(date + "T00:00:00Z"));
    }
    let has_zone = rest.starts_with(['T', 't']);
    let (hour, rest) = number(rest.strip_prefix(['T', 't', ' '])?, 0, 23)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 0, 59)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 0, 59)?;
    let fraction = rest.strip_prefix(['.', ',']).and_then(|fraction| {
        let rest = fraction.trim_start_matches(|one: char| one.is_ascii_digit());
        let digits = fraction.get(..fraction.len() - rest.len())?;
        (!digits.is_empty()).then_some((digits, rest))
    });
    let (digits, rest) = fraction.unwrap_or(("", rest));
    let zone = match rest {
        "Z" if has_zone => Some("Z".to_owned()),
        "" if !has_zone => Some("Z".to_owned()),
        _ if has_zone => offset(rest)?,
        _ => return None,
    };
    // Cuts to nanoseconds.
    let digits = digits.get(..9).unwrap_or(digits).trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    Some(zone.map(|zone| format!("{date}T{hour:02}:{minute:02}:{second:02}{point}{digits}{zone}")))
}

// Reads a number of one or two digits.
fn number(text: &str, least: u32, most: u32) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let number = number.parse().ok()?;
    (least..=most).contains(&number).then_some((number, rest))
}

// Reads `-07:00`. JSON has no offsets of 24 hours or 60 minutes.
fn offset(text: &str) -> Option<Option<String>> {
    let (hours, minutes) = text.strip_prefix(['+', '-'])?.split_once(':')?;
    let part = |text: &str, most| match number(text, 0, most) {
        Some((number, "")) if text.len() == 2 => Some(number),
        _ => None,
    };
    Some(match (part(hours, 24)?, part(minutes, 60)?) {
        (24, _) | (_, 60) => None,
        (0, 0) => Some("Z".to_owned()),
        _ => Some(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_go_writes_them() {
        for (text, time) in [
            ("2024-1-2", Some("2024-01-02T00:00:00Z")),
            ("2024-01-02 3:4:5.1200", Some("2024-01-02T03:04:05.12Z")),
            (
                "2024-01-02t03:04:05.1234567899-07:30",
                Some("2024-01-02T03:04:05.123456789-07:30"),
            ),
            ("2024-01-02T03:04:05+00:00", Some("2024-01-02T03:04:05Z")),
            ("2024-01-02T03:04:05+24:00", None),
        ] {
            assert!(is_timestamp(text), "{text}");
            assert_eq!(time_text(text).as_deref(), time, "{text}");
        }
        for text in ["2024-02-30", "2024-01-02T03:04:05", "2024-01-02 03:04:05Z"] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
