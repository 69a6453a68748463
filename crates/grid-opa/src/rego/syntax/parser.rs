//! The parser. It accepts the same sources as OPA's parser. If OPA tries one reading, backtracks and tries another, so does this parser,
//! because the reported errors depend on it.

mod cache;
mod errors;
mod expressions;
mod limits;
mod state;
mod statements;
mod terms;
#[cfg(test)]
mod tests;

use crate::rego::syntax::annotations::Notation;
use crate::rego::syntax::ast::{Body, Comment, Module, Version};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::lexer::Lexer;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::Keywords;
use cache::{Cache, Post};
use errors::ErrorNode;
use errors::hints::HintNode;
use limits::Limits;
use state::State;
use statements::{Read, Statement};

/// The options of a parse.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParseOptions {
    pub(crate) version: Version,
    /// The maximum depth of brackets, blocks and operator chains.
    pub(crate) max_depth: u32,
    /// The number of the source in the spans.
    pub(crate) file: u32,
    /// The maximum number of returned errors.
    pub(crate) max_faults: usize,
    /// How annotations are read. Without it, they are plain comments.
    pub(crate) annotations: Option<&'static Notation>,
}

struct Parser<'s> {
    text: &'s str,
    options: &'s ParseOptions,
    lexer: Lexer<'s>,
    now: State,
    /// The active keywords. Some readings replace them temporarily.
    keywords: Keywords,
    /// Whether `not` may have a body.
    not_bodies: bool,
    cache: Cache,
    /// The state after a cached term that `now` continues. OPA's parser continues in that state itself.
    continued: Option<Post>,
    errors: Vec<ErrorNode>,
    hints: Vec<HintNode>,
    comments: Vec<Comment>,
    limits: Limits,
}

/// Parses a module.
pub(crate) fn parse_module(text: &str, options: &ParseOptions) -> Result<Module, Vec<Fault>> {
    statements::module::assemble(options, statements(text, options, false)?)
}

/// Parses an ad-hoc query. It must not contain rules.
pub(crate) fn parse_query(text: &str, options: &ParseOptions) -> Result<Body, Vec<Fault>> {
    let mut body = Body::new();
    for statement in statements(text, options, true)?.statements {
        match statement {
            Statement::Body(exprs) => body.extend(exprs),
            Statement::Package(_) | Statement::Import(_) | Statement::Rule(_) => {
                return Err(plain(
                    &format!("expected body but got {}", statement.go_type()),
                    options,
                ));
            }
        }
    }
    Ok(body)
}

fn statements(text: &str, options: &ParseOptions, skip_rules: bool) -> Result<Read, Vec<Fault>> {
    if u32::try_from(text.len()).is_err() {
        return Err(vec![Fault::new(
            Code::Limit,
            "the source is longer than 4 GiB",
            Span::default(),
        )]);
    }
    Parser::new(text, options).statements(skip_rules)
}

/// An error without a place.
fn plain(message: &str, options: &ParseOptions) -> Vec<Fault> {
    let span = Span {
        file: options.file,
        ..Span::default()
    };
    vec![Fault::new(Code::Parse, message, span)]
}
