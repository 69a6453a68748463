//! One evaluation on one set.

use crate::answer;
use crate::builtins;
use crate::compile;
use crate::custom;
use crate::diagnostic::{Diagnostic, QUERY};
use crate::document;
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::options::EngineOptions;
use crate::outline::Outline;
use crate::output_argument;
use crate::plan::{Given, Plan, Stop};
use crate::set::PolicySet;
use crate::stack;
use crate::tokens::{Kind, Tokens};
use crate::unsupported::{self, Unsupported};
use regorus::{LimitError, QueryResults, Value};
use serde_json::Map;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// What regorus says of a path that is no rule. It may be a package, data, or nothing: the query answers that.
const NO_RULE: &str = "not a valid rule path";

/// An input document.
#[derive(Debug, Clone)]
pub(crate) enum Input<'i> {
    /// None: `input` is undefined.
    Missing,
    Text(&'i str),
    Value(Value),
}

impl Input<'_> {
    fn read(self, options: &EngineOptions) -> Result<Option<Value>, Error> {
        match self {
            Self::Missing => Ok(None),
            Self::Value(value) => Ok(Some(value)),
            Self::Text(text) => {
                document::read_text(text, "input", "max_input_bytes", options.max_input_bytes)
                    .map(Some)
            }
        }
    }
}

/// Evaluates `query` on `set` and writes the answer; `None` is undefined.
pub(crate) fn evaluate<T>(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: Input<'_>,
    write: impl FnOnce(&Value) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    if let Some(value) = planned(set, options, query, &input)? {
        return (value != Value::Undefined)
            .then(|| write(&value))
            .transpose();
    }
    let input = input.read(options)?;
    let look = if is_path(query) && query.len() <= options.max_policy_bytes as usize {
        Look::default()
    } else {
        check(query, options).map_err(|error| error.in_file(QUERY))?
    };
    let text = if look.query {
        output_argument::rewritten(query, |_| false)
    } else {
        query.into()
    };
    let query = &*text;
    // An answer nests as deep as what made it.
    stack::enough(set.levels().saturating_add(look.levels), || {
        let answer = sure(|| answer_of(set, options, query, &look, input))?;
        answer.map(|value| write(&value)).transpose()
    })
}

/// The way in which a rule or query is evaluated.
pub(crate) enum Path<'p> {
    Plan(Plan<'p>),
    /// By the core, and why.
    Core(String),
}

/// The way in which `query` is evaluated on `set`.
pub(crate) fn path_of<'p>(set: &'p PolicySet, options: &EngineOptions, query: &str) -> Path<'p> {
    let core = |reason: &str| Path::Core(reason.to_owned());
    match set.plans().find(query) {
        None => core("it is not the path of a rule"),
        Some(_) if !options.plans => core("the option plans is false"),
        // A plan sees no errors of clauses that need not be asked, and where errors are strict these count.
        Some(_) if set.is_strict() => core("the option strict_builtin_errors is true"),
        Some(Err(why)) => Path::Core(why.to_string()),
        Some(Ok(plan)) => Path::Plan(plan),
    }
}

// The answer of the plan of a rule. None where it has no plan, or one that is not sure: then the core is asked.
fn planned(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: &Input<'_>,
) -> Result<Option<Value>, Error> {
    let Path::Plan(plan) = path_of(set, options, query) else {
        return Ok(None);
    };
    let limit = Duration::from_millis(options.max_evaluation_ms.into());
    let deadline = Instant::now() + limit;
    let parts = match input {
        Input::Missing => plan.take(None),
        Input::Value(value) => plan.take(Some(value)),
        Input::Text(text) => plan.read(text, options.max_input_bytes)?,
    };
    let given = Given {
        data: set.data(),
        strict: false,
        deadline,
    };
    match stack::enough(set.levels(), || plan.evaluate(&given, &parts)) {
        Ok(_) | Err(Stop::Time) if Instant::now() > deadline => Err(too_long(options)),
        Ok(value) => Ok(Some(value)),
        Err(_) => Ok(None),
    }
}

/// What looking a query over told: nothing, of one that is a path.
#[derive(Default)]
struct Look {
    query: bool,
    levels: u32,
    extensions: BTreeSet<&'static str>,
    unsupported: Vec<Unsupported>,
}

impl Look {
    fn of(query: &str, outline: &Outline<'_>, options: &EngineOptions) -> Self {
        Self {
            query: true,
            levels: outline.levels,
            extensions: extensions::called(outline),
            unsupported: unsupported::called(query, outline, options),
        }
    }
}

/// Evaluates a query of any number of expressions and answers on `set`: the variables of each answer.
pub(crate) fn query(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: Input<'_>,
) -> Result<Vec<Map<String, serde_json::Value>>, Error> {
    let outline = look_over(query, options).map_err(|error| error.in_file(QUERY))?;
    if outline.negates {
        return Err(Error::argument(
            "a `not` or `every` of a query with bindings is not supported; put it into a rule, or into a comprehension of the query",
        ));
    }
    let text = output_argument::rewritten(query, |_| false);
    let query = &*text;
    let input = input.read(options)?;
    stack::enough(set.levels().saturating_add(outline.levels), || {
        let mut engine = prepared(set, &Look::of(query, &outline, options), input);
        let results = sure(|| {
            in_time(options, || engine.eval_query(query.to_owned(), false))?
                .map_err(|error| failure(set, options, query, &error, 0))
        })?;
        results
            .result
            .iter()
            // An answer with an expression that does not hold is none.
            .filter(|row| {
                row.expressions
                    .iter()
                    .all(|one| one.value != Value::Bool(false) && one.value != Value::Undefined)
            })
            .map(|row| match answer::write_value(&row.bindings)? {
                serde_json::Value::Object(fields) => Ok(fields),
                _ => Ok(Map::new()),
            })
            .collect()
    })
}

/// Whether `query` compiles on `set`.
pub(crate) fn compiles(set: &PolicySet, options: &EngineOptions, query: &str) -> Result<(), Error> {
    let outline = look_over(query, options).map_err(|error| error.in_file(QUERY))?;
    let query = output_argument::rewritten(query, |_| false);
    stack::enough(outline.levels, || {
        // Behind an expression that is false the query is parsed and analysed, but not evaluated.
        let text = format!("{NEVER}{query}");
        match set.interpreter().eval_query(text, false) {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::from_diagnostic(
                ErrorKind::Compile,
                Diagnostic::of(&error).left_by(NEVER.len()),
            )),
        }
    })
}

fn answer_of(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    look: &Look,
    input: Option<Value>,
) -> Result<Option<Value>, Error> {
    let literal = look.query && is_literal(query);
    let mut engine = prepared(set, look, input);
    let answer = in_time(options, || {
        if !look.query && set.has_direct_rules() {
            match engine.eval_rule(query.to_owned()) {
                Err(error) if error.to_string() == NO_RULE => {}
                answer => return answer.map(Ok),
            }
        }
        if literal {
            let results = engine.eval_query(wrapped(query), false);
            return results.map(only_value).map(holds);
        }
        engine.eval_query(query.to_owned(), false).map(only_value)
    })?;
    match answer {
        Ok(value) => value.map(|value| (value != Value::Undefined).then_some(value)),
        Err(error) if literal => Err(failure(set, options, &wrapped(query), &error, WRAP.len())),
        Err(error) => Err(failure(set, options, query, &error, 0)),
    }
}

// An engine of one's own. Without an input `input` is undefined; `null` is a value.
fn prepared(set: &PolicySet, look: &Look, input: Option<Value>) -> regorus::Engine {
    let mut engine = set.interpreter_with(&look.extensions);
    unsupported::install(&mut engine, &look.unsupported, set.is_strict());
    if let Some(input) = input {
        engine.set_input(input);
    }
    engine
}

// regorus looks at its clock between steps only, and a function may drop the error of one of its clauses: what took too long has
// no answer, whatever came of it.
fn in_time<T>(options: &EngineOptions, work: impl FnOnce() -> T) -> Result<T, Error> {
    let limit = Duration::from_millis(options.max_evaluation_ms.into());
    let started = Instant::now();
    let answer = work();
    if started.elapsed() > limit {
        return Err(too_long(options));
    }
    Ok(answer)
}

// The core drops the error of one clause of a function where another clause has a value: what a builtin refused has no answer,
// whatever came of it.
fn sure<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    match extensions::with_refusal(work) {
        (answer, None) => answer,
        // The error that came of it has the place besides; what else went wrong did so later.
        (Err(error), Some(text)) if error.outranks(&text) => Err(error),
        (_, Some(text)) => Err(Error::new(ErrorKind::Evaluation, text)),
    }
}

// What an error of the core means; the text of the query stands so many columns to the right in it.
fn failure(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    error: &anyhow::Error,
    columns: usize,
) -> Error {
    match error.downcast_ref::<LimitError>() {
        Some(LimitError::TimeLimitExceeded { .. }) => too_long(options),
        Some(limit) => Error::new(
            ErrorKind::Limit,
            format!("{limit}; no option moves this limit"),
        ),
        None => explain(set, query, Diagnostic::of(error).left_by(columns)),
    }
}

// Whether `query` can only be a path such as `data.a.b`: nothing in it to look over.
pub(crate) fn is_path(query: &str) -> bool {
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

// Looks a query of one expression over.
fn check(query: &str, options: &EngineOptions) -> Result<Look, Error> {
    let outline = look_over(query, options)?;
    if outline.separated {
        return Err(several("expressions"));
    }
    Ok(Look::of(query, &outline, options))
}

// Looks a query over before the parser sees it.
fn look_over<'q>(query: &'q str, options: &EngineOptions) -> Result<Outline<'q>, Error> {
    compile::check_text(query, options, "the query")?;
    let outline = Outline::of_query(query);
    if outline.unbalanced {
        return Err(Error::new(
            ErrorKind::Compile,
            "a bracket is closed that was not opened",
        ));
    }
    if let Some(call) = builtins::lacking(&outline, options).next() {
        return Err(compile::lacking(call));
    }
    custom::check_uses(query, &outline, options)?;
    let unsupported = unsupported::called(query, &outline, options);
    unsupported::check(unsupported.iter().map(|call| (None, call)))?;
    if let Some(variable) = outline.unbound.first() {
        return Err(compile::unsafe_variable(variable));
    }
    compile::check_levels(outline.levels, options, "the query nests")?;
    Ok(outline)
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

// Behind an expression that is false a query is parsed and analysed, but not evaluated.
const NEVER: &str = "false; ";

// Tells an error of the text of the query from one of its evaluation.
fn explain(set: &PolicySet, query: &str, diagnostic: Diagnostic) -> Error {
    let in_query = diagnostic.file.as_deref() == Some(QUERY);
    let compiles = || {
        set.interpreter()
            .eval_query(format!("{NEVER}{query}"), false)
            .is_ok()
    };
    let kind = if in_query && !compiles() {
        ErrorKind::Compile
    } else {
        ErrorKind::Evaluation
    };
    Error::from_diagnostic(kind, diagnostic)
}
