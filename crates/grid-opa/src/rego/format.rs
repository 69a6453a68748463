//! Formats sources as `opa fmt` does.
//!
//! The layout follows the places of the source: terms on different lines stay on different lines. If a comment is where the layout has no
//! line for it, the source text around the comment stays as it is.

mod calls;
mod collections;
mod comments;
mod exprs;
mod heads;
mod imports;
mod iterables;
mod logical;
mod module;
mod parentheses;
mod places;
mod prepare;
mod rules;
mod same;
mod terms;
#[cfg(test)]
mod tests;
mod writer;

use crate::rego::syntax::ast::{Module, Version};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::{ParseOptions, parse_module};
use prepare::Flags;
use std::time::Instant;
use writer::Writer;

/// Why a source is not formatted if the time is over.
const TOO_LONG: &str = "formatting took too long";

/// The text of a source as `opa fmt` writes it.
///
/// # Errors
/// The faults of the source. A fault of this module if the text would not mean the same, would lose a comment, or if `end` is over.
pub(crate) fn formatted(
    text: &str,
    options: &ParseOptions,
    end: Option<Instant>,
) -> Result<String, Vec<Fault>> {
    let options = ParseOptions {
        annotations: None,
        ..*options
    };
    let module = parse_module(text, &options)?;
    let once = written(text, module.clone(), &options, end)?;
    let again = parse_module(&once, &options).map_err(|_| vec![differs(&options)])?;
    if !same::means_the_same(&module, &again) {
        return Err(vec![differs(&options)]);
    }
    if !same::has_the_comments(&module, &again) {
        return Err(vec![fault(
            &options,
            "a comment would be lost; move the comments out of the brackets that they are in",
        )]);
    }
    Ok(once)
}

fn written(
    text: &str,
    mut module: Module,
    options: &ParseOptions,
    end: Option<Instant>,
) -> Result<String, Vec<Fault>> {
    prepare::name_wildcards(&mut module);
    let flags = Flags::of(&module, options.version == Version::V1);
    let notes = comments::notes(&module, text);
    let mut writer = Writer::new(text, &notes, flags, end);
    writer.module(&module);
    writer
        .finish()
        .map_err(|message| vec![fault(options, message)])
}

fn differs(options: &ParseOptions) -> Fault {
    let text = "the formatted text would not mean the same; write the expression in another way";
    fault(options, text)
}

/// A fault without a place.
fn fault(options: &ParseOptions, message: impl Into<String>) -> Fault {
    let span = crate::rego::syntax::span::Span {
        file: options.file,
        ..Default::default()
    };
    Fault::new(Code::Format, message, span)
}
