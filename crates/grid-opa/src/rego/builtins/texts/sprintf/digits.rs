//! Floats as Go's `strconv.FormatFloat` writes them.

use crate::rego::value::text::zeros;

/// More digits than a float has after its point. All further digits are zeros.
const MAX_DIGITS: usize = 1100;

/// Formats a float. Without a precision, it has the fewest digits that identify it.
pub(super) fn float(value: f64, verb: char, precision: Option<usize>) -> String {
    match verb {
        'f' | 'F' => match precision {
            Some(precision) => {
                let digits = precision.min(MAX_DIGITS);
                format!("{value:.digits$}{}", "0".repeat(precision - digits))
            }
            None => format!("{value}"),
        },
        'e' | 'E' => cased(verb, exponential(value, precision)),
        'b' => binary(value),
        'x' | 'X' => cased(verb, hexadecimal(value, precision)),
        _ => cased(verb, shortest(value, precision)),
    }
}

fn cased(verb: char, text: String) -> String {
    if verb.is_ascii_uppercase() {
        text.to_ascii_uppercase()
    } else {
        text
    }
}

fn exponential(value: f64, precision: Option<usize>) -> String {
    let (written, zeros) = match precision {
        Some(precision) => {
            let digits = precision.min(MAX_DIGITS);
            (format!("{value:.digits$e}"), precision - digits)
        }
        None => (format!("{value:e}"), 0),
    };
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    format!("{mantissa}{}{}", "0".repeat(zeros), power('e', exponent))
}

// The exponent has a sign and at least two digits.
fn power(letter: char, exponent: &str) -> String {
    match exponent.strip_prefix('-') {
        Some(digits) => format!("{letter}-{digits:0>2}"),
        None => format!("{letter}+{exponent:0>2}"),
    }
}

// %g: has an exponent if the value is small or large.
fn shortest(value: f64, precision: Option<usize>) -> String {
    let written = match precision {
        Some(precision) => {
            let digits = precision.clamp(1, MAX_DIGITS) - 1;
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
        return format!("{sign}{first}{point}{others}{}", power('e', exponent));
    }
    placed(sign, digits, place)
}

// Writes digits with the point after the digit at `place`.
fn placed(sign: &str, digits: &str, place: i64) -> String {
    let Ok(place) = usize::try_from(place) else {
        let zeros = usize::try_from(-place - 1).unwrap_or(0);
        return format!("{sign}0.{}{digits}", "0".repeat(zeros));
    };
    match digits.split_at_checked(place + 1) {
        Some((integer, "")) => format!("{sign}{integer}"),
        Some((integer, fraction)) => format!("{sign}{integer}.{fraction}"),
        None => format!("{sign}{digits}{}", "0".repeat(place + 1 - digits.len())),
    }
}

// The mantissa and the binary exponent of a float.
fn parts(value: f64) -> (u64, i64) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52) & 0x7ff {
        0 => (fraction, -1074),
        power => (
            fraction | (1 << 52),
            i64::try_from(power).unwrap_or(0) - 1075,
        ),
    }
}

fn sign(value: f64) -> &'static str {
    if value.is_sign_negative() { "-" } else { "" }
}

fn binary(value: f64) -> String {
    let (mantissa, exponent) = parts(value);
    format!("{}{mantissa}p{exponent:+}", sign(value))
}

fn hexadecimal(value: f64, precision: Option<usize>) -> String {
    let (mut mantissa, mut exponent) = parts(value);
    if mantissa == 0 {
        exponent = 0;
    } else {
        // Normalizes to a one before the point and 60 bits after it.
        let shift = mantissa.leading_zeros();
        mantissa = (mantissa << shift) >> 3;
        exponent += 60 + 3 - i64::from(shift);
    }
    if let Some(places) = precision.filter(|places| *places < 15) {
        let cut = 60 - 4 * u32::try_from(places).unwrap_or(0);
        let rest = mantissa & ((1 << cut) - 1);
        let half = 1_u64 << (cut - 1);
        mantissa >>= cut;
        if rest > half || (rest == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= cut;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let digits = match precision {
        Some(places) => {
            let zeros = zeros(&digits, places);
            let digits = digits.get(..places).unwrap_or(&digits);
            format!("{digits}{zeros}")
        }
        None => digits.trim_end_matches('0').to_owned(),
    };
    let point = if digits.is_empty() { "" } else { "." };
    let power = power('p', &exponent.to_string());
    format!("{}0x{}{point}{digits}{power}", sign(value), mantissa >> 60)
}
