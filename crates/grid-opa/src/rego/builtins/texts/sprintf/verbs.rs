//! The verbs of Go's `fmt`.

mod integers;

use super::super::{Failure, Text};
use super::argument::Argument;
use super::digits::float;
use super::directive::Directive;
use crate::rego::value::text::quote;
use integers::{big, character, quoted_character, small, unicode};

type Output<'t, 'c> = Text<'t, 'c>;

/// Formats a value by a directive.
pub(in crate::rego::builtins::texts) fn write(
    output: &mut Output<'_, '_>,
    directive: &Directive,
    argument: &Argument<'_>,
) -> Result<(), Failure> {
    let verb = directive.verb;
    if matches!(argument, Argument::Nil) {
        if matches!(verb, 'T' | 'v') {
            return pad(output, directive, "<nil>");
        }
        output.push("%!")?;
        output.push_char(verb)?;
        return output.push("(<nil>)");
    }
    if verb == 'T' {
        return string(output, directive, argument.type_name());
    }
    if verb == 'p' && !matches!(argument, Argument::Big(_)) {
        return bad(output, directive, argument);
    }
    match argument {
        Argument::Nil => Ok(()),
        Argument::Bool(value) => match verb {
            't' | 'v' => pad(output, directive, if *value { "true" } else { "false" }),
            _ => bad(output, directive, argument),
        },
        Argument::Small(value, _) => match verb {
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
        Argument::Text(text, _) => match verb {
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
    let mut zeros = match verb {
        'g' | 'G' | 'x' => precision.unwrap_or(6),
        _ => 0,
    };
    let ends: &[char] = if matches!(verb, 'x' | 'X') {
        &['p', 'P']
    } else {
        &['e', 'E']
    };
    let (number, tail) = text.split_at(text.find(ends).unwrap_or(text.len()));
    let mut is_significant = false;
    for digit in number
        .trim_start_matches('-')
        .chars()
        .filter(|one| *one != '.')
    {
        is_significant |= digit != '0';
        zeros = zeros.saturating_sub(usize::from(is_significant));
    }
    let point = if number.contains('.') { "" } else { "." };
    if !point.is_empty() && number.trim_start_matches('-') == "0" {
        // The zero counts as a digit.
        zeros = zeros.saturating_sub(1);
    }
    format!("{number}{point}{}{tail}", "0".repeat(zeros))
}
