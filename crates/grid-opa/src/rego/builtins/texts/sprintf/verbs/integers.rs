//! Integers under the verbs of Go's `fmt`.

use super::{Directive, Failure, Output, pad, pad_with_spaces};
use crate::rego::value::text::{is_printed, quote};
use num_bigint::{BigInt, Sign};

pub(super) fn character(code: i64) -> char {
    let character = u32::try_from(code).ok().and_then(char::from_u32);
    character.unwrap_or(char::REPLACEMENT_CHARACTER)
}

pub(super) fn quoted_character(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    code: i64,
) -> Result<(), Failure> {
    let mut text = String::new();
    match character(code) {
        '\'' => text.push_str("\\'"),
        '"' => text.push('"'),
        other => {
            let mut quotation = String::new();
            quote(
                &mut quotation,
                other.encode_utf8(&mut [0; 4]),
                directive.plus,
            );
            text.push_str(quotation.trim_start_matches('"').trim_end_matches('"'));
        }
    }
    pad(output, directive, &format!("'{text}'"))
}

pub(super) fn unicode(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    code: i64,
) -> Result<(), Failure> {
    let digits = format!("{code:X}");
    let zeros = directive
        .precision
        .unwrap_or(0)
        .max(4)
        .saturating_sub(digits.len());
    output.context().charge(zeros)?;
    let mut text = format!("U+{}{digits}", "0".repeat(zeros));
    let known = u32::try_from(code).ok().and_then(char::from_u32);
    if let Some(character) = known.filter(|one| directive.sharp && is_printed(*one)) {
        text.push_str(&format!(" '{character}'"));
    }
    pad_with_spaces(output, directive, &text)
}

pub(super) fn small(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    value: i64,
    radix: u32,
) -> Result<(), Failure> {
    let sign = match value {
        ..0 => "-",
        _ if directive.plus => "+",
        _ if directive.space => " ",
        _ => "",
    };
    let least = match directive.precision {
        // Only padding.
        Some(0) if value == 0 => return pad_with_spaces(output, directive, ""),
        Some(precision) => precision,
        None if directive.zero && !directive.minus => {
            directive.width.unwrap_or(0).saturating_sub(sign.len())
        }
        None => 0,
    };
    let magnitude = BigInt::from(value.unsigned_abs());
    let digits = cased(directive.verb, magnitude.to_str_radix(radix));
    let zeros = least.saturating_sub(digits.len());
    output.context().charge(zeros)?;
    let zeros = "0".repeat(zeros);
    let prefix = match (radix, directive.sharp) {
        (2, true) => "0b",
        (8, true) if zeros.is_empty() && !digits.starts_with('0') => "0",
        (16, true) if directive.verb == 'X' => "0X",
        (16, true) => "0x",
        _ => "",
    };
    let octal = if directive.verb == 'O' { "0o" } else { "" };
    let text = format!("{sign}{octal}{prefix}{zeros}{digits}");
    pad_with_spaces(output, directive, &text)
}

fn cased(verb: char, digits: String) -> String {
    if verb == 'X' {
        digits.to_ascii_uppercase()
    } else {
        digits
    }
}

// In Go, `big.Int` formats larger integers with its own rules.
pub(super) fn big(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    value: &BigInt,
) -> Result<(), Failure> {
    let verb = directive.verb;
    let (radix, prefix) = match verb {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'O' => (8, "0o"),
        'd' | 's' | 'v' => (10, ""),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        'p' => {
            // Go writes an address, which differs between runs.
            return Err(Failure::unsure(
                "the verb %p has no fixed result for an integer of more than 64 bits",
            ));
        }
        _ => {
            output.push("%!")?;
            output.push_char(verb)?;
            return output.push(&format!("(big.Int={value})"));
        }
    };
    let sign = match value.sign() {
        Sign::Minus => "-",
        _ if directive.plus || directive.plus_v => "+",
        _ if directive.space => " ",
        _ => "",
    };
    let sharp = directive.sharp || directive.sharp_v;
    let prefix = if sharp || verb == 'O' { prefix } else { "" };
    let digits = cased(verb, value.magnitude().to_str_radix(radix));
    let mut zeros = directive
        .precision
        .unwrap_or(0)
        .saturating_sub(digits.len());
    let length = sign.len() + prefix.len() + zeros + digits.len();
    let missing = directive.width.unwrap_or(0).saturating_sub(length);
    let (mut left, mut right) = (0, 0);
    if directive.minus {
        right = missing;
    } else if directive.zero && directive.precision.is_none() {
        zeros = missing;
    } else {
        left = missing;
    }
    output.repeat(" ", left)?;
    output.push(sign)?;
    output.push(prefix)?;
    output.repeat("0", zeros)?;
    output.push(&digits)?;
    output.repeat(" ", right)
}
