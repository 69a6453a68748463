//! The verbs of Go's `fmt`.

use super::super::{Failure, Text};
use super::argument::Argument;
use super::digits::float;
use super::directive::Directive;
use crate::rego::value::text::{is_printed, quote};
use num_bigint::{BigInt, Sign};

type Output<'t, 'c> = Text<'t, 'c>;

/// Formats a value by a directive.
pub(super) fn write(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    argument: &Argument<'_>,
) -> Result<(), Failure> {
    let verb = directive.verb;
    if verb == 'T' {
        return string(output, directive, argument.type_name());
    }
    if verb == 'p' && !matches!(argument, Argument::Big(_)) {
        return bad(output, directive, argument);
    }
    match argument {
        Argument::Small(value) => match verb {
            'v' | 'd' => small(output, directive, *value, 10),
            'b' => small(output, directive, *value, 2),
            'o' | 'O' => small(output, directive, *value, 8),
            'x' | 'X' => small(output, directive, *value, 16),
            'c' => pad(
                output,
                directive,
                character(*value).encode_utf8(&mut [0; 4]),
            ),
            'q' => quoted_character(output, directive, *value),
            'U' => unicode(output, directive, *value),
            _ => bad(output, directive, argument),
        },
        Argument::Big(value) => big(output, directive, value),
        Argument::Float(value) => match verb {
            'v' => fraction(output, directive, *value, 'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => fraction(output, directive, *value, verb, None),
            'e' | 'E' | 'f' | 'F' => fraction(output, directive, *value, verb, Some(6)),
            _ => bad(output, directive, argument),
        },
        Argument::Text(text) => match verb {
            'v' if directive.sharp_v => quoted(output, directive, text),
            'v' | 's' => string(output, directive, text),
            'q' => quoted(output, directive, text),
            'x' | 'X' => bytes(output, directive, text),
            _ => bad(output, directive, argument),
        },
    }
}

// Writes Go's text for a verb that does not fit the type of the value.
fn bad(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    argument: &Argument<'_>,
) -> Result<(), Failure> {
    output.push("%!")?;
    output.push_char(directive.verb)?;
    output.push("(")?;
    output.push(argument.type_name())?;
    output.push("=")?;
    let plain = Directive {
        verb: 'v',
        ..directive.clone()
    };
    write(output, &plain, argument)?;
    output.push(")")
}

fn padding(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    count: usize,
) -> Result<(), Failure> {
    output.repeat(
        if directive.zero && !directive.minus {
            "0"
        } else {
            " "
        },
        count,
    )
}

fn pad(output: &mut Output<'_, '_>, directive: &Directive, text: &str) -> Result<(), Failure> {
    let width = directive.width.unwrap_or(0);
    let missing = if width == 0 {
        0
    } else {
        width.saturating_sub(text.chars().count())
    };
    if !directive.minus {
        padding(output, directive, missing)?;
    }
    output.push(text)?;
    if directive.minus {
        padding(output, directive, missing)?;
    }
    Ok(())
}

// Like `pad`, but always with spaces.
fn pad_with_spaces(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    text: &str,
) -> Result<(), Failure> {
    pad(
        output,
        &Directive {
            zero: false,
            ..directive.clone()
        },
        text,
    )
}

fn cut<'t>(directive: &Directive, text: &'t str) -> &'t str {
    let end = directive
        .precision
        .and_then(|count| text.char_indices().nth(count));
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn string(output: &mut Output<'_, '_>, directive: &Directive, text: &str) -> Result<(), Failure> {
    pad(output, directive, cut(directive, text))
}

fn quoted(output: &mut Output<'_, '_>, directive: &Directive, text: &str) -> Result<(), Failure> {
    let text = cut(directive, text);
    // An escape has at most ten bytes.
    output.context().charge(text.len().saturating_mul(10))?;
    let raw =
        |one: char| one == '\t' || !(one.is_ascii_control() || matches!(one, '`' | '\u{feff}'));
    if directive.sharp && text.chars().all(raw) {
        return pad(output, directive, &format!("`{text}`"));
    }
    let mut quotation = String::new();
    quote(&mut quotation, text, directive.plus);
    pad(output, directive, &quotation)
}

fn bytes(output: &mut Output<'_, '_>, directive: &Directive, text: &str) -> Result<(), Failure> {
    let count = directive.precision.unwrap_or(usize::MAX).min(text.len());
    if count == 0 {
        return padding(output, directive, directive.width.unwrap_or(0));
    }
    let upper = directive.verb == 'X';
    let prefix = match (directive.sharp, upper) {
        (false, _) => "",
        (true, false) => "0x",
        (true, true) => "0X",
    };
    let between = if directive.space {
        format!(" {prefix}")
    } else {
        String::new()
    };
    let width = prefix.len() + 2 * count + between.len() * (count - 1);
    let missing = directive.width.unwrap_or(0).saturating_sub(width);
    if !directive.minus {
        padding(output, directive, missing)?;
    }
    output.push(prefix)?;
    for (index, byte) in text.bytes().take(count).enumerate() {
        if index > 0 {
            output.push(&between)?;
        }
        output.push(&if upper {
            format!("{byte:02X}")
        } else {
            format!("{byte:02x}")
        })?;
    }
    if directive.minus {
        padding(output, directive, missing)?;
    }
    Ok(())
}

fn character(code: i64) -> char {
    let character = u32::try_from(code).ok().and_then(char::from_u32);
    character.unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn quoted_character(
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

fn unicode(output: &mut Output<'_, '_>, directive: &Directive, code: i64) -> Result<(), Failure> {
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

fn small(
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
fn big(output: &mut Output<'_, '_>, directive: &Directive, value: &BigInt) -> Result<(), Failure> {
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

fn fraction(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    value: f64,
    verb: char,
    precision: Option<usize>,
) -> Result<(), Failure> {
    let precision = directive.precision.or(precision);
    output
        .context()
        .charge(precision.unwrap_or(0).saturating_add(400))?;
    let mut text = float(value, verb, precision);
    if directive.sharp && verb != 'b' {
        text = with_point(&text, verb, precision);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None if directive.plus => ("+", text.as_str()),
        None if directive.space => (" ", text.as_str()),
        None => ("", text.as_str()),
    };
    if directive.zero && !directive.minus && !sign.is_empty() {
        output.push(sign)?;
        let width = directive.width.unwrap_or(0);
        output.repeat("0", width.saturating_sub(sign.len() + digits.len()))?;
        return output.push(digits);
    }
    pad(output, directive, &format!("{sign}{digits}"))
}

// Adds the point and the zeros that %g drops.
fn with_point(text: &str, verb: char, precision: Option<usize>) -> String {
    let mut wanted = match verb {
        'g' | 'G' | 'x' => precision.unwrap_or(6),
        _ => 0,
    };
    let ends: &[char] = if matches!(verb, 'x' | 'X') {
        &['p', 'P']
    } else {
        &['e', 'E']
    };
    let (number, tail) = text.split_at(text.find(ends).unwrap_or(text.len()));
    let mut begun = false;
    for digit in number
        .trim_start_matches('-')
        .chars()
        .filter(|one| *one != '.')
    {
        begun |= digit != '0';
        wanted = wanted.saturating_sub(usize::from(begun));
    }
    let point = if number.contains('.') { "" } else { "." };
    if !point.is_empty() && number.trim_start_matches('-') == "0" {
        // The zero counts as a digit.
        wanted = wanted.saturating_sub(1);
    }
    format!("{number}{point}{}{tail}", "0".repeat(wanted))
}
