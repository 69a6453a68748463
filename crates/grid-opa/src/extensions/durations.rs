//! `time.parse_duration_ns`, with the days, weeks and years that OPA has and Go's durations have not; `time.parse_rfc3339_ns` without
//! what the core takes and Go does not: small letters, a space, and leap seconds.

use super::{Extension, builtin, text};
use chrono::DateTime;

pub(super) const ALL: [Extension; 2] = [
    builtin("time.parse_duration_ns", 1, |arguments| {
        let duration = text(arguments, 1)?;
        nanoseconds(duration)
            .map(Into::into)
            .ok_or_else(|| format!("invalid duration {duration:?}"))
    }),
    builtin("time.parse_rfc3339_ns", 1, |arguments| {
        let time = text(arguments, 1)?;
        since_1970(time)
            .map(Into::into)
            .ok_or_else(|| format!("invalid time {time:?}"))
    }),
];

fn since_1970(time: &str) -> Option<i64> {
    let at = |place: usize| time.as_bytes().get(place).copied();
    if at(10) != Some(b'T') || at(17) == Some(b'6') || time.ends_with('z') {
        return None;
    }
    // Go takes a comma too.
    let time = match at(19) {
        Some(b',') => time.replacen(',', ".", 1),
        _ => time.to_owned(),
    };
    DateTime::parse_from_rfc3339(&time)
        .ok()?
        .timestamp_nanos_opt()
}

const HOUR: u64 = 3_600_000_000_000;

fn nanoseconds(duration: &str) -> Option<i64> {
    let (negative, mut rest) = match duration.strip_prefix(['-', '+']) {
        Some(rest) => (duration.starts_with('-'), rest),
        None => (false, duration),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    // The least of all has one more than the greatest.
    let most = u64::try_from(i64::MAX).ok()? + 1;
    let mixed = duration.contains(['d', 'w', 'y']);
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|one: char| !(one.is_ascii_digit() || one == '.'))?;
        let (amount, behind) = rest.split_at(end);
        let end = behind
            .find(|one: char| one.is_ascii_digit() || one == '.')
            .unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        sum = sum.checked_add(part(amount, unit, mixed)?)?;
        if sum > most {
            return None;
        }
        rest = behind;
    }
    if negative {
        0_i64.checked_sub_unsigned(sum)
    } else {
        i64::try_from(sum).ok()
    }
}

fn part(amount: &str, unit: &str, mixed: bool) -> Option<u64> {
    let hours = match unit {
        "d" => 24.0,
        "w" => 168.0,
        "y" => 8760.0,
        _ => {
            let unit = match unit {
                "ns" => 1,
                "us" | "µs" => 1_000,
                // The Greek letter, which OPA knows without its own units only.
                "μs" if !mixed => 1_000,
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "m" => 60_000_000_000,
                "h" => HOUR,
                _ => return None,
            };
            return scaled(amount, unit);
        }
    };
    // OPA multiplies as a float and writes that out.
    let amount: f64 = amount.parse().ok()?;
    scaled(&format!("{}", amount * hours), HOUR)
}

// An amount with a fraction, in nanoseconds: digits that Go drops are dropped.
fn scaled(amount: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let (mut digits, mut scale) = (0_u64, 1.0_f64);
    for digit in fraction.bytes() {
        let next = digits
            .checked_mul(10)
            .and_then(|digits| digits.checked_add(u64::from(digit.wrapping_sub(b'0'))));
        match next.filter(|next| i64::try_from(*next).is_ok()) {
            Some(next) => digits = next,
            None => break,
        }
        scale *= 10.0;
    }
    let part = (digits as f64 * (unit as f64 / scale)) as u64;
    whole.checked_mul(unit)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn times_are_as_strict_as_gos() {
        for (time, expected) in [
            ("2024-02-29T12:00:00Z", 1_709_208_000_000_000_000_i64),
            (
                "2024-02-29T12:00:00.123456789+02:00",
                1_709_200_800_123_456_789,
            ),
            ("2024-02-29T12:00:00,5Z", 1_709_208_000_500_000_000),
        ] {
            let call = format!("time.parse_rfc3339_ns(\"{time}\")");
            assert_eq!(ask(&call), Ok(Some(json!(expected))), "{call}");
        }
        for time in [
            "2024-02-29 12:00:00Z",
            "2024-02-29t12:00:00Z",
            "2024-02-29T12:00:00z",
            "2024-02-29T23:59:60Z",
            "2024-02-30T00:00:00Z",
            "2024-02-29T12:00:00",
            "3000-01-01T00:00:00Z",
            "é",
        ] {
            let call = format!("time.parse_rfc3339_ns(\"{time}\")");
            assert!(ask(&call).is_err(), "{call}");
        }
    }

    #[test]
    fn it_does_as_in_opa() {
        for (duration, expected) in [
            ("1h2m3.5s", 3_723_500_000_000_i64),
            ("-1.5h", -5_400_000_000_000),
            ("+5us", 5_000),
            ("5µs", 5_000),
            ("5μs", 5_000),
            (".5ns", 0),
            ("1.s", 1_000_000_000),
            ("0", 0),
            ("365d", 31_536_000_000_000_000),
            ("1y", 31_536_000_000_000_000),
            ("1w", 604_800_000_000_000),
            ("1d2h", 93_600_000_000_000),
            ("0.5d1ms", 43_200_001_000_000),
            ("-9223372036854775808ns", i64::MIN),
            ("9223372036854775807ns", i64::MAX),
            ("0.123456789012345678901234567890s", 123_456_789),
        ] {
            let call = format!("time.parse_duration_ns(\"{duration}\")");
            assert_eq!(ask(&call), Ok(Some(json!(expected))), "{call}");
        }
        for duration in [
            "",
            "1",
            "-",
            "h",
            "1x",
            ".s",
            "1..s",
            "1h-1m",
            "9223372036854775808ns",
            "300y",
            "1 h",
            "1e1s",
            "--1s",
            "1hd",
            "1μs2d",
        ] {
            let call = format!("time.parse_duration_ns(\"{duration}\")");
            assert!(ask(&call).is_err(), "{call}");
        }
    }
}
