//! Constants of templates, as Go's strconv reads them.

use super::super::tree::Operand;
use super::super::{fails, unsure};
use crate::rego::builtins::Failure;
use std::sync::Arc;

fn syntax() -> Failure {
    fails("invalid syntax")
}

/// The text of a string with its quotes.
pub(super) fn string(token: &str) -> Result<Arc<str>, Failure> {
    let inside = token.get(1..token.len().saturating_sub(1));
    let mut rest = inside.unwrap_or_default();
    if token.starts_with('`') {
        return Ok(rest.replace('\r', "").into());
    }
    let mut bytes = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let one = character_of(&mut rest, '"').ok_or_else(syntax)?;
        match one {
            One::Byte(byte) => bytes.push(byte),
            One::Char(one) => bytes.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_) => Err(unsure("a string that is not UTF-8")),
    }
}

/// The code of a character in quotes.
pub(super) fn character(token: &str) -> Result<i64, Failure> {
    let mut rest = token.get(1..).unwrap_or_default();
    let one = character_of(&mut rest, '\'').ok_or_else(syntax)?;
    if rest != "'" {
        return Err(fails("malformed character constant"));
    }
    Ok(match one {
        One::Byte(byte) => byte.into(),
        One::Char(one) => u32::from(one).into(),
    })
}

enum One {
    /// An escaped byte.
    Byte(u8),
    Char(char),
}

// Takes a character, which may be escaped.
fn character_of(rest: &mut &str, quote: char) -> Option<One> {
    let mut characters = rest.chars();
    let first = characters.next().filter(|first| *first != quote)?;
    let escape = if first == '\\' {
        characters.next()?
    } else {
        *rest = characters.as_str();
        return Some(One::Char(first));
    };
    let after = characters.as_str();
    *rest = after;
    Some(One::Char(match escape {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        _ if escape == quote => quote,
        'x' => {
            let code = digits(after, 2, 16)?;
            *rest = after.get(2..)?;
            return Some(One::Byte(u8::try_from(code).ok()?));
        }
        'u' | 'U' => {
            let count = if escape == 'u' { 4 } else { 8 };
            let code = digits(after, count, 16)?;
            *rest = after.get(count..)?;
            char::from_u32(code)?
        }
        '0'..='7' => {
            let code = digits(after, 2, 8)? + escape.to_digit(8)? * 64;
            *rest = after.get(2..)?;
            return Some(One::Byte(u8::try_from(code).ok()?));
        }
        _ => return None,
    }))
}

fn digits(text: &str, count: usize, radix: u32) -> Option<u32> {
    let digits = text.get(..count)?;
    let fits = digits.chars().all(|digit| digit.is_digit(radix));
    u32::from_str_radix(digits, radix).ok().filter(|_| fits)
}

/// A number without quotes. As in Go its text decides whether it is a float.
pub(super) fn number<'s>(text: &str) -> Result<Operand<'s>, Failure> {
    if text.ends_with('i') {
        return Err(unsure("complex numbers"));
    }
    let illegal = || fails("illegal number syntax");
    let (is_signed, is_negative) = (text.starts_with(['+', '-']), text.starts_with('-'));
    let unsigned = text.get(usize::from(is_signed)..).unwrap_or_default();
    if unsigned.contains('_') && !separates(unsigned) {
        return Err(illegal());
    }
    let plain = unsigned.replace('_', "");
    if let Some(magnitude) = integer(&plain) {
        let signed = i128::from(magnitude) * if is_negative { -1 } else { 1 };
        match i64::try_from(signed) {
            // Go takes the digits of a hexadecimal number behind a sign for an exponent.
            Ok(value) if is_signed && text.contains(['e', 'E']) => {
                return Ok(Operand::Float(value as f64));
            }
            Ok(value) => return Ok(Operand::Int(value)),
            Err(_) if !is_signed => return Ok(Operand::TooLarge),
            Err(_) => {}
        }
    }
    if plain.starts_with("0x") || plain.starts_with("0X") {
        return Err(if plain.contains(['p', 'P']) {
            unsure("hexadecimal floats")
        } else {
            illegal()
        });
    }
    let float: f64 = plain.parse().map_err(|_| illegal())?;
    if !float.is_finite() {
        return Err(illegal());
    }
    if !plain.contains(['.', 'e', 'E']) {
        return Err(fails("integer overflow"));
    }
    Ok(Operand::Float(if is_negative { -float } else { float }))
}

// The value of an integer without a sign; a zero before other digits makes it octal.
fn integer(text: &str) -> Option<u64> {
    let lower = text.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (digits, radix) = match (lower.as_str(), text) {
        ("0x", _) => (text.get(2..)?, 16),
        ("0o", _) => (text.get(2..)?, 8),
        ("0b", _) => (text.get(2..)?, 2),
        (_, "0") => (text, 10),
        _ if text.starts_with('0') => (text.get(1..)?, 8),
        _ => (text, 10),
    };
    let fits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    u64::from_str_radix(digits, radix).ok().filter(|_| fits)
}

// Whether each underscore of a number is between digits, or between the prefix and a digit.
fn separates(unsigned: &str) -> bool {
    let bytes = unsigned.as_bytes();
    let is_prefixed = matches!(bytes, [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
    let is_hex = matches!(bytes, [b'0', b'x' | b'X', ..]);
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (is_hex && byte.is_ascii_hexdigit());
    bytes.iter().enumerate().all(|(at, byte)| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let follows = before.is_some_and(is_digit) || (is_prefixed && at == 2);
        *byte != b'_' || (follows && bytes.get(at + 1).is_some_and(is_digit))
    })
}
