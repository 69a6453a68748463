//! The text of a query as the core gets it.

use crate::compile;
use crate::diagnostic::QUERY;
use crate::error::Error;
use crate::outline::Outline;
use crate::output_argument;
use crate::rewrite::{self, QueryText};
use crate::set::PolicySet;
use crate::tokens::{Kind, Tokens};
use regorus::Value;

/// Behind an expression that is false a query is parsed and analysed, but not evaluated.
pub(super) const NEVER: &str = "false; ";

/// Before a `not` or an `every`.
const WRAP: &str = "[true | ";

/// A query in the form in which it means to the core what it means to OPA.
pub(super) fn written_out(query: &str) -> Result<QueryText, Error> {
    let text = output_argument::rewritten(query, |_| false);
    rewrite::query(&text).map_err(|error| error.in_file(QUERY))
}

/// A query of one expression as it is asked.
pub(super) struct Asked<'q> {
    pub(super) text: String,
    /// The path that the query is, if it is one and nothing stands before it.
    pub(super) path: Option<&'q str>,
    /// How many expressions stand before that of the user, and in how many columns.
    pub(super) skipped: usize,
    pub(super) columns: usize,
    /// Whether it stands in the body of a comprehension.
    pub(super) wrapped: bool,
}

impl<'q> Asked<'q> {
    pub(super) fn path(before: &str, path: &'q str) -> Self {
        Self {
            text: format!("{before}{path}"),
            path: before.is_empty().then_some(path),
            skipped: usize::from(!before.is_empty()),
            columns: before.len(),
            wrapped: false,
        }
    }
}

/// What is asked for a query that is no path.
pub(super) fn asked<'q>(before: &str, query: &'q str) -> Result<Asked<'q>, Error> {
    let literal = is_literal(query);
    let written = written_out(query)?;
    let begun = usize::from(!before.is_empty());
    Ok(if literal {
        Asked {
            text: format!("{before}{}", wrapped(&written.text)),
            path: None,
            skipped: begun,
            columns: before.len() + WRAP.len(),
            wrapped: true,
        }
    } else {
        Asked {
            text: format!("{before}{}", written.text),
            path: None,
            skipped: begun + written.added,
            columns: before.len(),
            wrapped: false,
        }
    })
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
fn is_literal(query: &str) -> bool {
    Tokens::of(query)
        .next()
        .is_some_and(|token| token.kind == Kind::Ident && matches!(token.text, "not" | "every"))
}

/// A query in the body of a comprehension. The line feed keeps a comment at the end of the query from taking the bracket.
fn wrapped(query: &str) -> String {
    format!("{WRAP}{query}\n]")
}

/// What the answer to a wrapped query says of it.
pub(super) fn holds(answers: Result<Value, Error>) -> Result<Value, Error> {
    answers.map(|answers| match answers {
        Value::Array(answers) if !answers.is_empty() => Value::Bool(true),
        _ => Value::Undefined,
    })
}
