//! Texts of numbers, as OPA, Go and JavaScript write them.

use crate::rego::value::decimal::Decimal;
use crate::rego::value::float::Float;
use crate::rego::value::text::zeros;

/// The number of decimal digits that an f64 always keeps.
const DIGITS_OF_F64: usize = 15;

/// Whether Rust writes the same text for the nearest f64: a fraction with few digits.
pub(super) fn is_short_fraction(digits: &str) -> bool {
    let Some((integer, part)) = digits.split_once('.') else {
        return false;
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    integer.len() + part.len() <= DIGITS_OF_F64
        && is_digits(integer)
        && is_digits(part)
        && !part.ends_with('0')
        && (integer == "0" || !integer.starts_with('0'))
}

/// The text of a float that equals a decimal with few digits. No shorter decimal and no other one of that length equals it.
pub(super) fn short_text(float: &Float) -> Option<String> {
    let near = float.quick_f64()?;
    let scientific = format!("{near:e}");
    let digits = scientific.bytes().filter(u8::is_ascii_digit).count();
    if digits > DIGITS_OF_F64 + 3 {
        return None;
    }
    let decimal = Decimal::of(&scientific);
    (decimal.digits() <= DIGITS_OF_F64 && decimal.to_float().as_ref() == Some(float))
        .then(|| general_text(&scientific))
}

/// A finite float as JavaScript writes it, with `.0` if it is an integer.
pub(super) fn float_text(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 && value.is_sign_negative() {
        "-0".to_owned()
    } else if (1e-6..1e21).contains(&size) || size == 0.0 {
        let point = if value.fract() == 0.0 { ".0" } else { "" };
        format!("{value}{point}")
    } else {
        let written = format!("{value:e}");
        match written.split_once('e') {
            Some((mantissa, power)) if !power.starts_with('-') => format!("{mantissa}e+{power}"),
            _ => written,
        }
    }
}

/// The 64-bit integer that OPA reads from a text. OPA also finds items of arrays by such texts: `+1`, `01`, `1.` and `1.0` are 1.
pub(crate) fn integer_of(text: &str) -> Option<i64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned.is_empty() || unsigned.len() > 19 {
        return None;
    }
    let (integer, zeros) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if !integer.bytes().all(|byte| byte.is_ascii_digit()) || zeros.bytes().any(|byte| byte != b'0')
    {
        return None;
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    format!("{sign}0{integer}").parse().ok()
}

/// A float as Go's `%g` writes it. The argument has its shortest digits and an exponent, such as `1.5e3`.
pub(crate) fn general_text(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i64 = exponent.parse().unwrap_or_default();
    if !(-4..6).contains(&exponent) {
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{direction}{:02}", exponent.abs());
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    if exponent < 0 {
        let width = usize::try_from(-1 - exponent).unwrap_or_default();
        return format!("{sign}0.{}{digits}", zeros("", width));
    }
    let integer = usize::try_from(exponent + 1).unwrap_or_default();
    match digits.split_at_checked(integer) {
        Some((integer, "")) => format!("{sign}{integer}"),
        Some((integer, part)) => format!("{sign}{integer}.{part}"),
        None => format!("{sign}{digits}{}", zeros(&digits, integer)),
    }
}
