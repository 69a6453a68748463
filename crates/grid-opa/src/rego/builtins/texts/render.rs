//! `strings.render_template`: templates of Go's text/template.
//!
//! What Go has an error for is an error of the builtin. Complex numbers, texts that are not UTF-8 and a few rare things end the evaluation.

mod datum;
mod execute;
mod format;
mod functions;
mod parse;
mod print;
mod tree;
mod variables;

use super::operands::{any, object, string};
use super::{Answer, Builtin, Context, Failure, Text, builtin};
use crate::rego::value::Value;
use crate::rego::value::text::is_letter_or_digit;

pub(super) const ALL: &[Builtin] = &[builtin("strings.render_template", 2, render)];

/// Steps between two checks of the clock.
const STEPS_PER_CLOCK: u32 = 64;

/// With less stack than this left, in bytes, nested parts continue on a new stack.
const LEAST_STACK: usize = if cfg!(debug_assertions) {
    256 << 10
} else {
    64 << 10
};
/// The size of a new stack, in bytes.
const MORE_STACK: usize = 1 << 20;

fn render(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let source = string(operands, 1)?;
    object(operands, 2)?;
    let root = any(operands, 2)?;
    variables::check(root, 0)?;
    let templates = parse::parse(source, context)?;
    let text = execute::execute(source, &templates, root, context)?;
    context.charge(text.len().saturating_mul(2))?;
    // As in OPA, also where the text has it otherwise.
    Ok(Some(text.replace("<no value>", "<undefined>").into()))
}

fn unsure(what: &str) -> Failure {
    Failure::unsure(format!("this build cannot render a template with {what}"))
}

/// An error of Go, to which [`located`] adds the place.
fn fails(text: impl Into<String>) -> Failure {
    Failure::Builtin(text.into())
}

fn located(failure: Failure, source: &str, place: usize) -> Failure {
    let Failure::Builtin(text) = failure else {
        return failure;
    };
    let before = source.get(..place).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
    fails(format!("template: template:{line}:{column}: {text}"))
}

/// Runs work that nests with enough stack.
fn deeper<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEAST_STACK, MORE_STACK, work)
}

/// Whether a character is part of a name.
fn is_word(one: char) -> bool {
    one == '_' || is_letter_or_digit(one)
}
