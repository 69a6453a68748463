//! `printf`, as Go's `fmt.Sprintf` formats the values of templates.

use super::datum::Datum;
use super::{Text, unsure};
use crate::rego::builtins::Failure;
use crate::rego::builtins::texts::sprintf::argument::Argument;
use crate::rego::builtins::texts::sprintf::directive::{Directive, Directives, Part};
use crate::rego::builtins::texts::sprintf::verbs;
use crate::rego::value::{Object, Value};
use std::borrow::Cow;

/// Writes values by a format.
pub(super) fn write(
    output: &mut Text<'_, '_>,
    pattern: &str,
    values: &[Datum<'_>],
) -> Result<(), Failure> {
    let size = |at: usize| match values.get(at) {
        Some(Datum::Int(value)) => Some(*value),
        Some(Datum::Byte(value)) => Some(i64::from(*value)),
        _ => None,
    };
    let mut directives = Directives::of(pattern, values.len(), &size);
    while let Some(part) = directives.next() {
        match part {
            Part::Text(text) => output.push(text)?,
            Part::Directive(directive, at) => {
                output.context().in_time()?;
                let value = values.get(at).unwrap_or(&Datum::Nothing);
                argument(output, &directive, value)?;
            }
        }
    }
    let extra = values.get(directives.extra()..).unwrap_or_default();
    for (index, value) in extra.iter().enumerate() {
        output.push(if index == 0 { "%!(EXTRA " } else { ", " })?;
        if !value.is_nothing() {
            output.push(value.type_name())?;
            output.push("=")?;
        }
        plain(output, value)?;
    }
    output.push(if extra.is_empty() { "" } else { ")" })
}

/// Writes a value by `%v`.
pub(super) fn plain(output: &mut Text<'_, '_>, value: &Datum<'_>) -> Result<(), Failure> {
    argument(output, &Directive::plain(), value)
}

fn argument(
    output: &mut Text<'_, '_>,
    directive: &Directive,
    value: &Datum<'_>,
) -> Result<(), Failure> {
    let name = value.type_name();
    let argument = match value {
        Datum::Nothing | Datum::Null => Argument::Nil,
        // Only for errors in Go, which reports the whole value.
        _ if directive.verb == 'w' => {
            output.push("%!w(")?;
            output.push(name)?;
            output.push("=")?;
            let plain = Directive {
                verb: 'v',
                ..directive.clone()
            };
            self::argument(output, &plain, value)?;
            return output.push(")");
        }
        Datum::Bool(value) => Argument::Bool(*value),
        Datum::Int(value) => Argument::Small(*value, name),
        Datum::Byte(value) if directive.sharp_v && directive.verb == 'v' => {
            let directive = Directive {
                sharp: true,
                verb: 'x',
                ..directive.clone()
            };
            let argument = Argument::Small(i64::from(*value), name);
            return verbs::write(output, &directive, &argument);
        }
        Datum::Byte(value) => Argument::Small(i64::from(*value), name),
        Datum::Float(value) => Argument::Float(*value),
        Datum::Text(text) => Argument::Text(Cow::Borrowed(text), name),
        Datum::Number(text) => Argument::Text(Cow::Borrowed(text), name),
        Datum::List(_) | Datum::Map(_) => return collection(output, directive, value),
    };
    verbs::write(output, directive, &argument)
}

fn collection(
    output: &mut Text<'_, '_>,
    directive: &Directive,
    value: &Datum<'_>,
) -> Result<(), Failure> {
    let name = value.type_name();
    match directive.verb {
        'T' => {
            let argument = Argument::Text(Cow::Borrowed(name), "string");
            let directive = Directive {
                verb: 's',
                ..directive.clone()
            };
            verbs::write(output, &directive, &argument)
        }
        'p' => Err(unsure("the address of a value")),
        _ => match value {
            Datum::List(list) => items(output, directive, list.items()),
            Datum::Map(fields) => entries(output, directive, fields),
            _ => Ok(()),
        },
    }
}

// Writes a value in a collection, where flags and verb are those for each scalar.
fn inner(output: &mut Text<'_, '_>, directive: &Directive, value: &Value) -> Result<(), Failure> {
    match value {
        Value::Null if directive.sharp_v => output.push("interface {}(nil)"),
        Value::Null => output.push("<nil>"),
        Value::Array(list) => items(output, directive, list),
        Value::Object(fields) => entries(output, directive, fields),
        scalar => argument(output, directive, &Datum::of(scalar)),
    }
}

fn items(output: &mut Text<'_, '_>, directive: &Directive, list: &[Value]) -> Result<(), Failure> {
    let (open, between, close) = if directive.sharp_v {
        ("[]interface {}{", ", ", "}")
    } else {
        ("[", " ", "]")
    };
    output.push(open)?;
    for (index, item) in list.iter().enumerate() {
        output.push(if index > 0 { between } else { "" })?;
        inner(output, directive, item)?;
    }
    output.push(close)
}

fn entries(
    output: &mut Text<'_, '_>,
    directive: &Directive,
    fields: &Object,
) -> Result<(), Failure> {
    let (open, between, close) = if directive.sharp_v {
        ("map[string]interface {}{", ", ", "}")
    } else {
        ("map[", " ", "]")
    };
    output.push(open)?;
    for (index, (key, value)) in fields.iter().enumerate() {
        output.push(if index > 0 { between } else { "" })?;
        inner(output, directive, key)?;
        output.push(":")?;
        inner(output, directive, value)?;
    }
    output.push(close)
}
