//! The text of a query as the core gets it.

use crate::compile;
use crate::diagnostic::QUERY;
use crate::error::Error;
use crate::outline::Outline;
use crate::output_argument;
use crate::rewrite;
use crate::set::PolicySet;
use crate::tokens::{Kind, Tokens};
use regorus::Value;

/// Behind an expression that is false a query is parsed and analysed, but not evaluated.
pub(super) const NEVER: &str = "false; ";

/// Before a `not` or an `every`.
pub(super) const WRAP: &str = "[true | ";

/// A query in the form in which it means to the core what it means to OPA.
pub(super) fn written_out(query: &str) -> Result<String, Error> {
    let text = output_argument::rewritten(query, |_| false);
    rewrite::query(&text).map_err(|error| error.in_file(QUERY))
}

/// What a query of `set` must begin with so that the core evaluates all rules of the packages that it reads; most need nothing.
pub(super) fn before(set: &PolicySet, query: &str) -> Result<String, Error> {
    let wholes = set.wholes();
    if !wholes.has(&[]) {
        return Ok(String::new());
    }
    let outline = Outline::of_query(query);
    let below = outline
        .names
        .iter()
        .filter_map(|name| match name.as_slice() {
            ["data", below @ ..] => Some(below.iter().map(|part| (*part).to_owned()).collect()),
            _ => None,
        });
    let read: Vec<Vec<String>> = below
        .filter(|path: &Vec<String>| wholes.has(path))
        .collect();
    let before = wholes.before(&read);
    if !before.is_empty() && compile::has_with(query) {
        return Err(Error::argument(
            "a query that reads a package of several sources as a whole cannot replace values by `with`; name the rule that is meant",
        ));
    }
    Ok(before)
}

/// Whether `query` is a `not` or an `every`. To regorus these are true in a query whatever they come to, and undefined in a body
/// as they should be: so they are evaluated in the body of a comprehension.
pub(super) fn is_literal(query: &str) -> bool {
    Tokens::of(query)
        .next()
        .is_some_and(|token| token.kind == Kind::Ident && matches!(token.text, "not" | "every"))
}

/// A query in the body of a comprehension. The line feed keeps a comment at the end of the query from taking the bracket.
pub(super) fn wrapped(query: &str) -> String {
    format!("{WRAP}{query}\n]")
}

/// What the answer to a wrapped query says of it.
pub(super) fn holds(answers: Result<Value, Error>) -> Result<Value, Error> {
    answers.map(|answers| match answers {
        Value::Array(answers) if !answers.is_empty() => Value::Bool(true),
        _ => Value::Undefined,
    })
}
