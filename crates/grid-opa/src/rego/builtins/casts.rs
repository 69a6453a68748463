//! Type checks and conversions.

use super::operands::{any, items, wrong_type};
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::number;
use crate::rego::value::text::quoted;
use crate::rego::value::{Set, Value, type_name};

pub(super) const ALL: &[Builtin] = &[
    builtin("cast_array", 1, |operands, context| {
        let value = any(operands, 1)?;
        if matches!(value, Value::Array(_)) {
            return Ok(Some(value.clone()));
        }
        let items = items(value).ok_or_else(|| wrong_type(1, value, &["array", "set"]))?;
        context.charge_values(items.len())?;
        Ok(Some(items.into_iter().cloned().collect::<Vec<_>>().into()))
    }),
    builtin("cast_boolean", 1, |operands, _| same(operands, "boolean")),
    builtin("cast_null", 1, |operands, _| same(operands, "null")),
    builtin("cast_object", 1, |operands, _| same(operands, "object")),
    builtin("cast_set", 1, |operands, context| {
        let value = any(operands, 1)?;
        if matches!(value, Value::Set(_)) {
            return Ok(Some(value.clone()));
        }
        let items = items(value).ok_or_else(|| wrong_type(1, value, &["array", "set"]))?;
        context.charge_values(items.len())?;
        Ok(Some(items.into_iter().cloned().collect::<Set>().into()))
    }),
    builtin("cast_string", 1, |operands, _| same(operands, "string")),
    builtin("is_array", 1, |operands, _| is(operands, "array")),
    builtin("is_boolean", 1, |operands, _| is(operands, "boolean")),
    builtin("is_null", 1, |operands, _| is(operands, "null")),
    builtin("is_number", 1, |operands, _| is(operands, "number")),
    builtin("is_object", 1, |operands, _| is(operands, "object")),
    builtin("is_set", 1, |operands, _| is(operands, "set")),
    builtin("is_string", 1, |operands, _| is(operands, "string")),
    builtin("to_number", 1, to_number),
    builtin("type_name", 1, |operands, _| {
        Ok(Some(type_name(any(operands, 1)?).into()))
    }),
];

fn is(operands: &[Value], name: &str) -> Answer {
    Ok(Some((type_name(any(operands, 1)?) == name).into()))
}

fn same(operands: &[Value], name: &'static str) -> Answer {
    let value = any(operands, 1)?;
    if type_name(value) == name {
        Ok(Some(value.clone()))
    } else {
        Err(wrong_type(1, value, &[name]))
    }
}

fn to_number(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let value = any(operands, 1)?;
    Ok(Some(match value {
        Value::Null | Value::Bool(false) => Value::from(0),
        Value::Bool(true) => Value::from(1),
        Value::Number(_) => value.clone(),
        Value::String(text) => read(text, value)?,
        other => {
            return Err(wrong_type(
                1,
                other,
                &["null", "boolean", "number", "string"],
            ));
        }
    }))
}

fn read(text: &str, value: &Value) -> Result<Value, Failure> {
    let unsigned = text.trim_start_matches(['+', '-']).to_lowercase();
    if matches!(unsigned.as_str(), "inf" | "infinity" | "nan") {
        return Err(wrong_type(1, value, &["valid number string"]));
    }
    let failed = |why| format!("strconv.ParseFloat: parsing {}: {why}", quoted(text));
    match form(text) {
        Form::Decimal => {}
        Form::Other => {
            return Err(Failure::unsure(format!(
                "this build cannot read the number {}: it has underscores or hexadecimal digits",
                quoted(text)
            )));
        }
        Form::None => return Err(failed("invalid syntax").into()),
    }
    if text.parse::<f64>().is_ok_and(f64::is_infinite) {
        return Err(failed("value out of range").into());
    }
    number::parse(text).map_err(|_| "invalid number: number too big".into())
}

/// The form of a text as Go's `strconv.ParseFloat` reads it.
enum Form {
    Decimal,
    /// With underscores, or in hexadecimal digits.
    Other,
    None,
}

fn form(text: &str) -> Form {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    if unsigned.contains('_') || lower.starts_with("0x") {
        let fits = |byte: u8| byte.is_ascii_hexdigit() || b"_xp+-.".contains(&byte);
        let is_number = unsigned.starts_with(|one: char| one.is_ascii_digit() || one == '.')
            && lower.bytes().all(fits)
            // A hexadecimal number needs an exponent.
            && (!lower.starts_with("0x") || lower.contains('p'));
        return if is_number { Form::Other } else { Form::None };
    }
    let (mantissa, exponent) = match lower.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (lower.as_str(), None),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    let has_digits = !(integer.is_empty() && fraction.is_empty());
    if has_digits && digits(integer) && digits(fraction) && has_exponent {
        Form::Decimal
    } else {
        Form::None
    }
}
