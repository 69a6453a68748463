//! Names of subjects and issuers, and times.

use super::der::{Der, GENERALIZED_TIME, Oid, SEQUENCE, SET, UTC_TIME};
use super::{Failure, Wrong};

const UTF8_STRING: u8 = 12;
const NUMERIC_STRING: u8 = 18;
const PRINTABLE_STRING: u8 = 19;
const T61_STRING: u8 = 20;
const IA5_STRING: u8 = 22;
const BMP_STRING: u8 = 30;

/// The attributes of a name in their order.
pub(super) type Name = Vec<(Oid, String)>;

/// Reads a name.
pub(super) fn name(mut der: Der<'_>) -> Result<Name, Wrong> {
    const SETS: &str = "x509: invalid RDNSequence";
    let mut sets = der.read(SEQUENCE).ok_or(SETS)?;
    let mut name = Name::new();
    while !sets.is_empty() {
        let mut attributes = sets.read(SET).ok_or(SETS)?;
        while !attributes.is_empty() {
            let attribute = attributes.read(SEQUENCE);
            let mut attribute = attribute.ok_or("x509: invalid RDNSequence: invalid attribute")?;
            let of = attribute.oid();
            let of = of.ok_or("x509: invalid RDNSequence: invalid attribute type")?;
            let value = attribute.any();
            let value = value.ok_or("x509: invalid RDNSequence: invalid attribute value")?;
            let text = text(value.tag, value.contents).map_err(|error| {
                format!("x509: invalid RDNSequence: invalid attribute value: {error}")
            })?;
            name.push((of, text));
        }
    }
    Ok(name)
}

/// Reads a string of any type.
pub(super) fn text(tag: u8, bytes: &[u8]) -> Result<String, String> {
    let ascii = |name: &str, fits: fn(&u8) -> bool| match bytes.iter().all(fits) {
        true => Ok(bytes.iter().copied().map(char::from).collect()),
        false => Err(format!("invalid {name}")),
    };
    match tag {
        // As Latin-1.
        T61_STRING => Ok(bytes.iter().copied().map(char::from).collect()),
        PRINTABLE_STRING => ascii("PrintableString", |byte| {
            byte.is_ascii_alphanumeric() || b" '()*+,-./:=?&".contains(byte)
        }),
        NUMERIC_STRING => ascii("NumericString", |byte| {
            byte.is_ascii_digit() || *byte == b' '
        }),
        IA5_STRING => ascii("IA5String", u8::is_ascii),
        UTF8_STRING => {
            let text = std::str::from_utf8(bytes);
            text.map(str::to_owned)
                .map_err(|_| "invalid UTF-8 string".to_owned())
        }
        BMP_STRING => wide(bytes).ok_or_else(|| "invalid BMPString".to_owned()),
        other => Err(format!("unsupported string type: {other}")),
    }
}

// Characters of two bytes each.
fn wide(bytes: &[u8]) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return None;
    };
    let pairs = match pairs {
        [pairs @ .., [0, 0]] => pairs,
        pairs => pairs,
    };
    let character = |pair: &[u8; 2]| match u32::from(u16::from_be_bytes(*pair)) {
        0xfffe | 0xffff | 0xfdd0..=0xfdef => None,
        code => char::from_u32(code),
    };
    pairs.iter().map(character).collect()
}

/// Reads a time, in seconds since 1970.
pub(super) fn time(der: &mut Der<'_>) -> Result<i64, Wrong> {
    let (tag, malformed) = match der.0.first() {
        Some(&UTC_TIME) => (UTC_TIME, "x509: malformed UTCTime"),
        Some(&GENERALIZED_TIME) => (GENERALIZED_TIME, "x509: malformed GeneralizedTime"),
        _ => return Err("x509: unsupported time format".into()),
    };
    let bytes = der.read(tag).ok_or(malformed)?.0;
    if bytes.contains(&b'+') || bytes.contains(&b'-') {
        return Err(Failure::unsure("this build cannot read a time with an offset").into());
    }
    let digits = bytes.strip_suffix(b"Z").ok_or(malformed)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(malformed.into());
    }
    let number = |from: usize, count: usize| {
        let digits = digits.get(from..from + count)?.iter();
        Some(digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    };
    let (year, from) = match tag {
        UTC_TIME => {
            let year = number(0, 2).ok_or(malformed)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, 2)
        }
        _ => (number(0, 4).ok_or(malformed)?, 4),
    };
    // A UTCTime may have no seconds.
    let has_seconds = match (tag, digits.len() - from) {
        (_, 10) => true,
        (UTC_TIME, 8) => false,
        _ => return Err(malformed.into()),
    };
    let part = |index: usize| number(from + 2 * index, 2).ok_or(malformed);
    let (month, day, hour, minute) = (part(0)?, part(1)?, part(2)?, part(3)?);
    let second = if has_seconds { part(4)? } else { 0 };
    let is_date = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 59 {
        return Err(malformed.into());
    }
    let days = days_before(year, month) + day - 1;
    Ok(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// The days between the begin of 1970 and that of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400;
    let months = (1..month).map(|month| days_of(year, month)).sum::<i64>();
    before * 365 + leap_days - 719_162 + months
}
