//! One evaluation on one set.

use crate::builtins;
use crate::compile;
use crate::diagnostic::{Diagnostic, QUERY};
use crate::error::{Error, ErrorKind};
use crate::options::EngineOptions;
use crate::outline::Outline;
use crate::set::PolicySet;
use crate::stack;
use crate::tokens::{Kind, Tokens};
use regorus::{LimitError, QueryResults, Value};
use std::time::{Duration, Instant};

/// What regorus says of a path that is no rule. It may be a package, data, or nothing: the query answers that.
const NO_RULE: &str = "not a valid rule path";

/// Evaluates `query` on `set` and writes the answer; `None` is undefined.
pub(crate) fn evaluate<T>(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: Option<Value>,
    write: impl FnOnce(&Value) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let path = is_path(query);
    let levels = if !path || query.len() > options.max_policy_bytes as usize {
        check(query, options).map_err(|error| error.in_file(QUERY))?
    } else {
        1
    };
    // An answer nests as deep as what made it.
    stack::enough(set.levels().saturating_add(levels), || {
        let answer = answer_of(set, options, query, path, input)?;
        answer.map(|value| write(&value)).transpose()
    })
}

fn answer_of(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    path: bool,
    input: Option<Value>,
) -> Result<Option<Value>, Error> {
    let limit = Duration::from_millis(options.max_evaluation_ms.into());
    let started = Instant::now();
    let literal = !path && is_literal(query);
    let mut engine = set.interpreter();
    // Without an input `input` is undefined; `null` is a value.
    if let Some(input) = input {
        engine.set_input(input);
    }
    let direct = if path && set.has_direct_rules() {
        match engine.eval_rule(query.to_owned()) {
            Err(error) if error.to_string() == NO_RULE => None,
            answer => Some(answer),
        }
    } else {
        None
    };
    let answer = match direct {
        Some(answer) => answer.map(Ok),
        None if literal => engine
            .eval_query(wrapped(query), false)
            .map(only_value)
            .map(holds),
        None => engine.eval_query(query.to_owned(), false).map(only_value),
    };
    // regorus looks at its clock between steps only, and a function may drop the error of one of its clauses: what took too
    // long has no answer, whatever came of it.
    if started.elapsed() > limit {
        return Err(too_long(options));
    }
    match answer {
        Ok(value) => value.map(|value| (value != Value::Undefined).then_some(value)),
        Err(error) => match error.downcast_ref::<LimitError>() {
            Some(LimitError::TimeLimitExceeded { .. }) => Err(too_long(options)),
            Some(limit) => Err(Error::new(
                ErrorKind::Limit,
                format!("{limit}; no option moves this limit"),
            )),
            None if literal => Err(explain(
                set,
                &wrapped(query),
                Diagnostic::of(&error).left_by(WRAP.len()),
            )),
            None => Err(explain(set, query, Diagnostic::of(&error))),
        },
    }
}

// Whether `query` can only be a path such as `data.a.b`: nothing in it to look over.
fn is_path(query: &str) -> bool {
    query.starts_with("data.")
        && query
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

// Whether `query` is a `not` or an `every`. To regorus these are true in a query whatever they come to, and undefined in a body
// as they should be: so they are evaluated in the body of a comprehension.
fn is_literal(query: &str) -> bool {
    Tokens::of(query)
        .next()
        .is_some_and(|token| token.kind == Kind::Ident && matches!(token.text, "not" | "every"))
}

const WRAP: &str = "[true | ";

// The line feed keeps a comment at the end of the query from taking the bracket.
fn wrapped(query: &str) -> String {
    format!("{WRAP}{query}\n]")
}

fn holds(answers: Result<Value, Error>) -> Result<Value, Error> {
    answers.map(|answers| match answers {
        Value::Array(answers) if !answers.is_empty() => Value::Bool(true),
        _ => Value::Undefined,
    })
}

// Looks a query over before the parser sees it, and tells its levels.
fn check(query: &str, options: &EngineOptions) -> Result<u32, Error> {
    compile::check_text(query, options, "the query")?;
    let outline = Outline::of_query(query);
    if outline.separated {
        return Err(several("expressions"));
    }
    if outline.unbalanced {
        return Err(Error::new(
            ErrorKind::Compile,
            "a bracket is closed that was not opened",
        ));
    }
    match builtins::first_lacking(&outline, |_| false) {
        Some(call) => Err(compile::lacking(&call.name).at(call.line, call.column)),
        None => {
            compile::check_levels(outline.levels, options, "the query nests")?;
            Ok(outline.levels)
        }
    }
}

// The value of a query of one expression with at most one answer.
fn only_value(results: QueryResults) -> Result<Value, Error> {
    let mut rows = results.result.into_iter();
    let Some(row) = rows.next() else {
        return Ok(Value::Undefined);
    };
    if rows.next().is_some() {
        return Err(several("answers"));
    }
    let mut expressions = row.expressions.into_iter();
    match (expressions.next(), expressions.next()) {
        (Some(expression), None) => Ok(expression.value),
        (None, _) => Ok(Value::Undefined),
        _ => Err(several("expressions")),
    }
}

fn several(what: &str) -> Error {
    Error::argument(format!(
        "the query has several {what}, so it has no one value; collect them in a comprehension such as [x | x := data.a[_]; x > 3]"
    ))
}

fn too_long(options: &EngineOptions) -> Error {
    Error::limit_of(
        "max_evaluation_ms",
        "the evaluation took too long",
        options.max_evaluation_ms.into(),
        "ms",
    )
}

// Tells an error of the text of the query from one of its evaluation.
fn explain(set: &PolicySet, query: &str, diagnostic: Diagnostic) -> Error {
    let in_query = diagnostic.file.as_deref() == Some(QUERY);
    // Behind an expression that is false the query is parsed and analysed, but not evaluated.
    let compiles = || {
        set.interpreter()
            .eval_query(format!("false; {query}"), false)
            .is_ok()
    };
    let kind = if in_query && !compiles() {
        ErrorKind::Compile
    } else {
        ErrorKind::Evaluation
    };
    Error::from_diagnostic(kind, diagnostic)
}
