//! The verbs of Go's `fmt`.

use super::super::Failure;
use super::directive::Directive;
use super::values::Argument;
use num_bigint::{BigInt, Sign};
use regex::Regex;
use std::sync::OnceLock;

/// More digits than a float has behind its point: what follows is zeros.
const FLOAT_DIGITS: usize = 1100;

/// Writes a value under a directive.
pub(super) fn write(
    output: &mut String,
    directive: &Directive,
    value: &Argument<'_>,
) -> Result<(), Failure> {
    if let Argument::Wrong(failure) = value {
        return Err(failure.clone());
    }
    let verb = directive.verb;
    if verb == 'T' {
        text(output, directive, value.type_name());
        return Ok(());
    }
    match value {
        Argument::Integer(integer) => match verb {
            'v' | 'd' => whole(output, directive, integer, 10),
            's' if value.type_name() != "int64" => whole(output, directive, integer, 10),
            'b' => whole(output, directive, integer, 2),
            'o' | 'O' => whole(output, directive, integer, 8),
            'x' | 'X' => whole(output, directive, integer, 16),
            'c' if value.type_name() == "int64" => {
                let character = u32::try_from(&**integer).ok().and_then(char::from_u32);
                let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
                pad(output, directive, character.encode_utf8(&mut [0; 4]));
            }
            // A number such as 1e2 is an integer here, and a float to OPA.
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let nearest = integer.to_string().parse().ok();
                match nearest.filter(|value: &f64| value.is_finite()) {
                    Some(value) => return write(output, directive, &Argument::Float(value)),
                    None => return Err(unsupported(directive)),
                }
            }
            'q' | 'U' if value.type_name() == "int64" => return Err(unsupported(directive)),
            _ => return bad(output, directive, value),
        },
        Argument::Float(number) => match verb {
            _ if directive.sharp => return Err(unsupported(directive)),
            'b' | 'x' | 'X' => return Err(unsupported(directive)),
            'v' => signed(output, directive, &float(*number, 'g', directive.precision)),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let precision = directive
                    .precision
                    .or_else(|| (!matches!(verb, 'g' | 'G')).then_some(6));
                signed(output, directive, &float(*number, verb, precision));
            }
            _ => return bad(output, directive, value),
        },
        Argument::Text(content) => match verb {
            's' => text(output, directive, content),
            'v' if !directive.sharp => text(output, directive, content),
            'q' | 'v' => {
                let content = cut(content, directive.precision);
                let mut quotation = String::new();
                let raw =
                    directive.sharp && verb == 'q' && !content.contains(['`', '\r', '\u{feff}']);
                if raw && content.chars().all(|one| one == '\t' || !one.is_control()) {
                    quotation = format!("`{content}`");
                } else {
                    quoted(&mut quotation, content, directive.plus);
                }
                pad(output, directive, &quotation);
            }
            'x' | 'X' => {
                if directive.sharp || directive.space {
                    return Err(unsupported(directive));
                }
                let length = directive.precision.unwrap_or(usize::MAX);
                let bytes = content.bytes().take(length);
                let digits: String = bytes.map(|byte| format!("{byte:02x}")).collect();
                pad(output, directive, &cased(verb, digits));
            }
            _ => return bad(output, directive, value),
        },
        Argument::Wrong(failure) => return Err(failure.clone()),
    }
    Ok(())
}

fn unsupported(directive: &Directive) -> Failure {
    let sharp = if directive.sharp { "#" } else { "" };
    Failure::Always(format!(
        "%{sharp}{} is not supported for such a value",
        directive.verb
    ))
}

// What Go writes for a verb that the value has not.
fn bad(output: &mut String, directive: &Directive, value: &Argument<'_>) -> Result<(), Failure> {
    let plain = Directive {
        verb: 'v',
        ..directive.clone()
    };
    let name = value.type_name().trim_start_matches('*');
    output.push_str(&format!("%!{}({name}=", directive.verb));
    write(output, &plain, value)?;
    output.push(')');
    Ok(())
}

fn cased(verb: char, digits: String) -> String {
    if verb.is_ascii_uppercase() {
        digits.to_uppercase()
    } else {
        digits
    }
}

fn cut(text: &str, precision: Option<usize>) -> &str {
    let end = precision.and_then(|count| text.char_indices().nth(count));
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn text(output: &mut String, directive: &Directive, text: &str) {
    pad(output, directive, cut(text, directive.precision));
}

fn pad(output: &mut String, directive: &Directive, text: &str) {
    let missing = directive
        .width
        .map_or(0, |width| width.saturating_sub(text.chars().count()));
    let padding = if directive.zero && !directive.minus {
        "0"
    } else {
        " "
    };
    if directive.minus {
        output.push_str(text);
    }
    output.push_str(&padding.repeat(missing));
    if !directive.minus {
        output.push_str(text);
    }
}

fn whole(output: &mut String, directive: &Directive, integer: &BigInt, radix: u32) {
    let sign = match integer.sign() {
        Sign::Minus => "-",
        _ if directive.plus => "+",
        _ if directive.space => " ",
        _ => "",
    };
    let mut digits = cased(directive.verb, integer.magnitude().to_str_radix(radix));
    let least = match (directive.precision, directive.width) {
        (Some(0), _) if digits == "0" => {
            digits.clear();
            0
        }
        (Some(precision), _) => precision,
        (None, Some(width)) if directive.zero && !directive.minus => {
            width.saturating_sub(sign.len())
        }
        _ => 0,
    };
    if digits.is_empty() {
        pad(
            output,
            &Directive {
                zero: false,
                ..directive.clone()
            },
            "",
        );
        return;
    }
    let zeros = "0".repeat(least.saturating_sub(digits.len()));
    let prefix = match (radix, directive.sharp, directive.verb) {
        (_, _, 'O') => "0o",
        (2, true, _) => "0b",
        (8, true, _) if zeros.is_empty() && !digits.starts_with('0') => "0",
        (16, true, 'X') => "0X",
        (16, true, _) => "0x",
        _ => "",
    };
    let plain = Directive {
        zero: false,
        ..directive.clone()
    };
    pad(output, &plain, &format!("{sign}{prefix}{zeros}{digits}"));
}

// A float with its sign, if it has one, which stands before zeros.
fn signed(output: &mut String, directive: &Directive, number: &str) {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None if directive.plus => ("+", number),
        None if directive.space => (" ", number),
        None => ("", number),
    };
    if directive.zero && !directive.minus {
        output.push_str(sign);
        let width = directive
            .width
            .map(|width| width.saturating_sub(sign.len()));
        pad(
            output,
            &Directive {
                width,
                ..directive.clone()
            },
            digits,
        );
    } else {
        pad(output, directive, &format!("{sign}{digits}"));
    }
}

/// A float as Go's `strconv` writes it; without a precision with as few digits as tell it from others.
pub(super) fn float(value: f64, verb: char, precision: Option<usize>) -> String {
    let zeros = |precision: usize| "0".repeat(precision.saturating_sub(FLOAT_DIGITS));
    let written = match verb {
        'f' | 'F' => {
            let precision = precision.unwrap_or(6);
            let digits = precision.min(FLOAT_DIGITS);
            format!("{value:.digits$}{}", zeros(precision))
        }
        'e' | 'E' => {
            let precision = precision.unwrap_or(6);
            let digits = precision.min(FLOAT_DIGITS);
            let written = format!("{value:.digits$e}");
            let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
            format!("{mantissa}{}{}", zeros(precision), power(exponent))
        }
        _ => shortest(value, precision),
    };
    cased_exponent(verb, written)
}

fn cased_exponent(verb: char, written: String) -> String {
    if matches!(verb, 'E' | 'G') {
        written.replace('e', "E")
    } else {
        written
    }
}

fn power(exponent: &str) -> String {
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("e{sign}{digits:0>2}")
}

// %g: with an exponent where that is small or large.
fn shortest(value: f64, precision: Option<usize>) -> String {
    let written = match precision {
        Some(precision) => {
            let digits = precision.clamp(1, FLOAT_DIGITS) - 1;
            format!("{value:.digits$e}")
        }
        None => format!("{value:e}"),
    };
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let all: String = mantissa.chars().filter(|one| *one != '.').collect();
    let digits = match all.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let place: i64 = exponent.parse().unwrap_or(0);
    let limit = match precision {
        None => 6,
        Some(precision) => {
            let precision = i64::try_from(precision.max(1)).unwrap_or(i64::MAX);
            if precision > count && count > place {
                count
            } else {
                precision
            }
        }
    };
    if place < -4 || place >= limit {
        let (first, others) = digits.split_at(1);
        let point = if others.is_empty() { "" } else { "." };
        return format!("{sign}{first}{point}{others}{}", power(exponent));
    }
    let behind = usize::try_from((count - 1 - place).max(0)).unwrap_or(0);
    format!("{sign}{:.behind$}", value.abs())
}

/// Adds `text` in quotes, as Go's `strconv.Quote`; with `ascii` all else is escaped too.
pub(super) fn quoted(output: &mut String, text: &str, ascii: bool) {
    output.push('"');
    for character in text.chars() {
        let code = u32::from(character);
        match character {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\u{7}' => output.push_str("\\a"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\u{b}' => output.push_str("\\v"),
            ' '..='~' => output.push(character),
            _ if !ascii && is_printed(character) => output.push(character),
            _ if code < 0x80 => output.push_str(&format!("\\x{code:02x}")),
            _ if code < 0x1_0000 => output.push_str(&format!("\\u{code:04x}")),
            _ => output.push_str(&format!("\\U{code:08x}")),
        }
    }
    output.push('"');
}

fn is_printed(character: char) -> bool {
    // A LazyLock is of no use any more where the memory runs out while it is made.
    static PRINTED: OnceLock<Option<Regex>> = OnceLock::new();
    let mut bytes = [0; 4];
    PRINTED
        .get_or_init(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$").ok())
        .as_ref()
        .is_some_and(|printed| printed.is_match(character.encode_utf8(&mut bytes)))
}
