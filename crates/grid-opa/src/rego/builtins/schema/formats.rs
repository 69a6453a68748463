//! The formats of gojsonschema. Any text matches an unknown format.

use super::super::regex::is_pattern;
use super::super::{Failure, uri};
use super::{ip, mail};

pub(super) fn fits(format: &str, text: &str) -> Result<bool, Failure> {
    Ok(match format {
        "date" => is_date(text),
        "time" => is_time(text),
        "date-time" => is_time(text) || is_date(text) || is_moment(text),
        "hostname" => text.len() < 256 && text.split('.').all(is_label),
        "email" | "idn-email" => mail::is_address(text)?,
        "ipv4" => ip::is_address(text) && text.contains('.'),
        "ipv6" => ip::is_address(text) && text.contains(':'),
        "uri" | "iri" => {
            uri::parse(text).is_ok_and(|uri| !uri.scheme.is_empty()) && !text.contains('\\')
        }
        "uri-reference" | "iri-reference" => uri::parse(text).is_ok() && !text.contains('\\'),
        "uri-template" => {
            !text.contains('\\') && uri::parse(text).is_ok_and(|uri| is_balanced(&uri.path))
        }
        "uuid" => is_uuid(text),
        "regex" => text.is_empty() || is_pattern(text)?,
        "json-pointer" => is_pointer(text),
        "relative-json-pointer" => is_relative_pointer(text),
        _ => true,
    })
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

// Whether each open brace is closed.
fn is_balanced(path: &[u8]) -> bool {
    let mut is_open = false;
    for byte in path {
        match byte {
            b'{' => is_open = true,
            b'}' => is_open = false,
            _ => {}
        }
    }
    !is_open
}

fn is_uuid(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_part = |part: Option<&str>, length: usize| {
        part.is_some_and(|part| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    [8, 4, 4, 4, 12]
        .into_iter()
        .all(|length| is_part(parts.next(), length))
        && parts.next().is_none()
}

fn is_pointer(text: &str) -> bool {
    let escaped = |rest: &str| rest.starts_with(['0', '1']);
    (text.is_empty() || text.starts_with('/')) && text.split('~').skip(1).all(escaped)
}

fn is_relative_pointer(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits).unwrap_or_default();
    let is_number = number == "0" || !number.is_empty() && !number.starts_with('0');
    is_number && (rest == "#" || is_pointer(rest))
}

// Reads a two-digit number in a range. Returns the rest too.
fn pair(text: &str, least: u32, most: u32) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number)?;
    (least..=most).contains(&number).then_some((number, rest))
}

// Reads `2006-01-02`. Returns the rest.
fn date(text: &str) -> Option<&str> {
    let (year, rest) = text.split_at_checked(4)?;
    let is_number = year.bytes().all(|byte| byte.is_ascii_digit());
    let year: u32 = year.parse().ok().filter(|_| is_number)?;
    let (month, rest) = pair(rest.strip_prefix('-')?, 1, 12)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let (_, rest) = pair(rest.strip_prefix('-')?, 1, days)?;
    Some(rest)
}

// Reads `15:04:05`. Returns the rest. Go accepts hours of one digit, and fractions of a second.
fn clock(text: &str) -> Option<&str> {
    let (_, rest) = pair(text, 0, 23).or_else(|| {
        let rest = text.strip_prefix(|first: char| first.is_ascii_digit())?;
        rest.starts_with(':').then_some((0, rest))
    })?;
    let (_, rest) = pair(rest.strip_prefix(':')?, 0, 59)?;
    let (_, rest) = pair(rest.strip_prefix(':')?, 0, 59)?;
    let fraction = rest.strip_prefix(['.', ',']);
    let after = fraction.map(|rest| rest.trim_start_matches(|one: char| one.is_ascii_digit()));
    Some(
        after
            .filter(|after| Some(*after) != fraction)
            .unwrap_or(rest),
    )
}

// `Z` or `-07:00`.
fn is_zone(text: &str) -> bool {
    let offset = |text: &str| {
        let (_, rest) = pair(text.strip_prefix(['+', '-'])?, 0, 24)?;
        let (_, rest) = pair(rest.strip_prefix(':')?, 0, 60)?;
        rest.is_empty().then_some(())
    };
    text == "Z" || offset(text).is_some()
}

fn is_date(text: &str) -> bool {
    date(text) == Some("")
}

fn is_time(text: &str) -> bool {
    clock(text).is_some_and(|rest| rest.is_empty() || is_zone(rest))
}

fn is_moment(text: &str) -> bool {
    let time = date(text).and_then(|rest| clock(rest.strip_prefix('T')?));
    time.is_some_and(is_zone)
}
