//! `sprintf`, as Go's `fmt.Sprintf` formats the values that OPA passes to it.

pub(super) mod argument;
mod digits;
pub(super) mod directive;
pub(super) mod verbs;

use super::operands::{array, string};
use super::{Answer, Builtin, Context, Text, builtin};
use crate::rego::value::Value;
use argument::Argument;
use directive::{Directives, Part};

pub(super) const ALL: &[Builtin] = &[builtin("sprintf", 2, sprintf)];

fn sprintf(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (format, values) = (string(operands, 1)?, array(operands, 2)?);
    let mut output = Text::new(context);
    let size = |at: usize| match values.get(at) {
        Some(Value::Number(number)) if !number.is_written_as_float() => number.to_i64(),
        _ => None,
    };
    let mut directives = Directives::of(format, values.len(), &size);
    while let Some(part) = directives.next() {
        match part {
            Part::Text(text) => output.push(text)?,
            Part::Directive(directive, at) => {
                output.context().in_time()?;
                let value = values.get(at).unwrap_or(&Value::Undefined);
                let argument = Argument::of(value, output.context())?;
                verbs::write(&mut output, &directive, &argument)?;
            }
        }
    }
    let extra = values.get(directives.extra()..).unwrap_or_default();
    for (index, value) in extra.iter().enumerate() {
        output.push(if index == 0 { "%!(EXTRA " } else { ", " })?;
        let argument = Argument::of(value, output.context())?;
        output.push(argument.type_name())?;
        output.push("=")?;
        verbs::write(&mut output, &directive::Directive::plain(), &argument)?;
    }
    if !extra.is_empty() {
        output.push(")")?;
    }
    Ok(Some(output.into_string().into()))
}
