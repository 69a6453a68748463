//! `opa.runtime`, `trace`, and internal functions that the evaluator handles itself unless they are called by name.

use super::operands::{any, string};
use super::{Answer, Builtin, Context, builtin, impure, template};
use crate::rego::value::Value;

pub(super) const ALL: &[Builtin] = &[
    // The evaluator records the test case.
    builtin("internal.test_case", 1, |_, _| Ok(Some(true.into()))),
    impure("opa.runtime", 0, |_, context| {
        let runtime = context.outside.map(|outside| outside.runtime().clone());
        Ok(Some(runtime.unwrap_or_else(Value::new_object)))
    }),
    impure("trace", 1, |operands, context| {
        let note = string(operands, 1)?;
        if let Some(notes) = &mut context.notes {
            notes(note);
        }
        Ok(Some(true.into()))
    }),
    builtin("internal.template_string", 1, template_string),
];

fn template_string(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let mut text = super::Text::new(context);
    for part in super::operands::array(operands, 1)?.iter() {
        template::part(&mut text, part)?;
    }
    any(operands, 1)?;
    Ok(Some(text.into_string().into()))
}
