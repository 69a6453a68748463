//! String builtins. As in Go, lengths count characters, and case mappings are one to one.

mod affixes;
mod replace;
mod search;

use super::operands::{any, int, number, string, string_of, wrong, wrong_item, wrong_type};
use super::{Answer, Builtin, Context, Failure, Text, builtin};
use crate::rego::value::Value;
use crate::rego::value::number::{self, Operand};
use crate::rego::value::text::TOO_LONG;
use memchr::memmem;
use num_bigint::BigInt;

pub(super) const FAMILIES: [&[Builtin]; 4] = [ALL, affixes::ALL, replace::ALL, search::ALL];

const ALL: &[Builtin] = &[
    builtin("concat", 2, concat),
    builtin("format_int", 2, format_int),
    builtin("lower", 1, |operands, context| {
        mapped(operands, context, str::to_ascii_lowercase, lower)
    }),
    builtin("split", 2, |operands, context| {
        let (text, by) = (string(operands, 1)?, string(operands, 2)?);
        values(parts(text, by, context)?, context)
    }),
    builtin("strings.reverse", 1, |operands, context| {
        let text = string(operands, 1)?;
        context.charge(text.len())?;
        Ok(Some(text.chars().rev().collect::<String>().into()))
    }),
    builtin("strings.split_n", 3, |operands, context| {
        let (text, by) = (string(operands, 1)?, string(operands, 2)?);
        let count = int(operands, 3)?;
        let mut parts = parts(text, by, context)?;
        let length = usize::try_from(count.unsigned_abs())
            .unwrap_or(usize::MAX)
            .min(parts.len());
        // A negative count takes the last parts.
        if count < 0 {
            parts.drain(..parts.len() - length);
        }
        parts.truncate(length);
        values(parts, context)
    }),
    builtin("substring", 3, substring),
    builtin("trim", 2, |operands, _| {
        let (text, set) = (string(operands, 1)?, Characters::of(string(operands, 2)?));
        same_or(operands, text.trim_matches(|one| set.has(one)))
    }),
    builtin("trim_left", 2, |operands, _| {
        let (text, set) = (string(operands, 1)?, Characters::of(string(operands, 2)?));
        same_or(operands, text.trim_start_matches(|one| set.has(one)))
    }),
    builtin("trim_prefix", 2, |operands, _| {
        let (text, prefix) = (string(operands, 1)?, string(operands, 2)?);
        same_or(operands, text.strip_prefix(prefix).unwrap_or(text))
    }),
    builtin("trim_right", 2, |operands, _| {
        let (text, set) = (string(operands, 1)?, Characters::of(string(operands, 2)?));
        same_or(operands, text.trim_end_matches(|one| set.has(one)))
    }),
    builtin("trim_space", 1, |operands, _| {
        same_or(operands, string(operands, 1)?.trim())
    }),
    builtin("trim_suffix", 2, |operands, _| {
        let (text, suffix) = (string(operands, 1)?, string(operands, 2)?);
        same_or(operands, text.strip_suffix(suffix).unwrap_or(text))
    }),
    builtin("upper", 1, |operands, context| {
        mapped(operands, context, str::to_ascii_uppercase, upper)
    }),
];

/// The characters to trim.
struct Characters(Vec<char>);

impl Characters {
    fn of(text: &str) -> Self {
        let mut characters: Vec<char> = text.chars().collect();
        characters.sort_unstable();
        Self(characters)
    }

    fn has(&self, character: char) -> bool {
        self.0.binary_search(&character).is_ok()
    }
}

// A part of the first operand. Returns the operand itself if the part is complete.
fn same_or(operands: &[Value], part: &str) -> Answer {
    if part.len() == string(operands, 1)?.len() {
        return any(operands, 1).cloned().map(Some);
    }
    Ok(Some(part.into()))
}

/// The approximate size of a part as a value with its own text.
const BYTES_OF_PART: usize = 64;

fn values(parts: Vec<&str>, context: &mut Context<'_>) -> Answer {
    context.charge(parts.len().saturating_mul(BYTES_OF_PART))?;
    let values: Vec<Value> = parts.into_iter().map(Value::from).collect();
    Ok(Some(values.into()))
}

// The parts of a text. With an empty separator, each part is a character.
fn parts<'t>(text: &'t str, by: &str, context: &mut Context<'_>) -> Result<Vec<&'t str>, Failure> {
    context.charge(text.len())?;
    if by.is_empty() {
        let next = |(at, one): (usize, char)| text.get(at..at + one.len_utf8());
        return collected(text.char_indices().filter_map(next), context);
    }
    let mut begin = 0;
    let ends = memmem::find_iter(text.as_bytes(), by).chain([text.len()]);
    let part = |end: usize| {
        let part = text.get(begin..end);
        begin = end + by.len();
        part
    };
    collected(ends.filter_map(part), context)
}

// Each part is a value with its own text.
fn collected<'t>(
    parts: impl Iterator<Item = &'t str>,
    context: &mut Context<'_>,
) -> Result<Vec<&'t str>, Failure> {
    let mut collected = Vec::new();
    for part in parts {
        if collected.len() % 64 == 0 {
            context.in_time()?;
            context.charge(64 * BYTES_OF_PART)?;
        }
        collected.push(part);
    }
    Ok(collected)
}

fn concat(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (by, value) = (string(operands, 1)?, any(operands, 2)?);
    let items: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Set(items) => items.iter().collect(),
        other => return Err(wrong_type(2, other, &["set", "array"])),
    };
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Value::String(text) => texts.push(&**text),
            other => return Err(wrong_item(2, value, other, &["string"])),
        }
    }
    let length: usize = texts.iter().map(|text| text.len()).sum();
    let between = by.len().saturating_mul(texts.len().saturating_sub(1));
    context.charge(length.saturating_add(between))?;
    Ok(Some(texts.join(by).into()))
}

fn format_int(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let (value, base) = (number(operands, 1)?, number(operands, 2)?);
    let radix = match base.to_i64() {
        Some(radix @ (2 | 8 | 10 | 16)) if !base.is_written_as_float() => radix,
        _ => return Err(wrong(2, "must be one of {2, 8, 10, 16}")),
    };
    let integer = match value.operand() {
        Operand::Small(small) if radix == 10 => return Ok(Some(small.to_string().into())),
        Operand::Small(small) => BigInt::from(small),
        Operand::Big(big) => big,
        Operand::MinusZero => BigInt::ZERO,
        // Rounds towards zero.
        Operand::Fraction(float) => float.truncated(),
        Operand::Beyond => return Err(super::operands::beyond()),
    };
    if integer.bits() > number::MOST_BITS {
        return Err(Failure::unsure(TOO_LONG));
    }
    Ok(Some(
        integer
            .to_str_radix(u32::try_from(radix).unwrap_or(10))
            .into(),
    ))
}

fn substring(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let text = string(operands, 1)?;
    let (from, length) = (int(operands, 2)?, int(operands, 3)?);
    let Ok(from) = usize::try_from(from) else {
        return Err("negative offset".into());
    };
    let begin = place(text, from);
    let rest = text.get(begin..).unwrap_or_default();
    // A negative length takes the complete rest.
    let part = match usize::try_from(length) {
        Ok(length) => rest.get(..place(rest, length)).unwrap_or_default(),
        Err(_) => rest,
    };
    same_or(operands, part)
}

// The byte offset of a character by its number; the end of the text if there are fewer characters.
fn place(text: &str, number: usize) -> usize {
    match text.char_indices().nth(number) {
        Some((place, _)) => place,
        None => text.len(),
    }
}

fn mapped(
    operands: &[Value],
    context: &mut Context<'_>,
    ascii: fn(&str) -> String,
    map: fn(char) -> char,
) -> Answer {
    let text = string(operands, 1)?;
    context.charge(text.len())?;
    let mapped = match text.is_ascii() {
        true => ascii(text),
        false => text.chars().map(map).collect(),
    };
    if mapped == text {
        return any(operands, 1).cloned().map(Some);
    }
    Ok(Some(mapped.into()))
}

/// The lowercase form of a character. As in Go, it is one character.
pub(in crate::rego::builtins) fn lower(character: char) -> char {
    let mut lower = character.to_lowercase();
    match (lower.next(), character) {
        (Some(first), 'İ') => first,
        (Some(first), _) if lower.next().is_none() => first,
        _ => character,
    }
}

fn upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(first), None) => first,
        _ => titled(character),
    }
}

// The uppercase form of a letter with a longer full mapping. Greek letters with iota subscript have a single character for it.
fn titled(character: char) -> char {
    let more = match character {
        'ᾀ'..='ᾇ' | 'ᾐ'..='ᾗ' | 'ᾠ'..='ᾧ' => 8,
        'ᾳ' | 'ῃ' | 'ῳ' => 9,
        _ => 0,
    };
    char::from_u32(u32::from(character) + more).unwrap_or(character)
}
