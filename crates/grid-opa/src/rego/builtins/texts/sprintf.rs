//! `sprintf`, as Go's `fmt.Sprintf` formats the values that OPA passes to it.

mod argument;
mod digits;
mod directive;
mod verbs;

use super::operands::{array, string};
use super::{Answer, Builtin, Context, Text, builtin};
use crate::rego::value::Value;
use argument::Argument;
use directive::{Directives, Part};

pub(super) const ALL: &[Builtin] = &[builtin("sprintf", 2, sprintf)];

fn sprintf(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (format, values) = (string(operands, 1)?, array(operands, 2)?);
    let mut output = Text::new(context);
    let mut directives = Directives::of(format, values.as_slice());
    while let Some(part) = directives.next() {
        match part {
            Part::Text(text) => output.push(text)?,
            Part::Directive(directive, value) => {
                output.context().in_time()?;
                let argument = Argument::of(value, output.context())?;
                verbs::write(&mut output, &directive, &argument)?;
            }
        }
    }
    for (index, value) in directives.extra().iter().enumerate() {
        output.push(if index == 0 { "%!(EXTRA " } else { ", " })?;
        let argument = Argument::of(value, output.context())?;
        output.push(argument.type_name())?;
        output.push("=")?;
        verbs::write(&mut output, &directive::Directive::plain(), &argument)?;
    }
    if !directives.extra().is_empty() {
        output.push(")")?;
    }
    Ok(Some(output.into_string().into()))
}
