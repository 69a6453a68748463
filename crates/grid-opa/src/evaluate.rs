//! One evaluation on one set.

mod planned;

pub(crate) use planned::{Path, path_of};

use crate::answer;
use crate::builtins;
use crate::compile;
use crate::custom;
use crate::deadline;
use crate::diagnostic::{Diagnostic, QUERY};
use crate::document;
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::limit_kind::LimitKind;
use crate::options::EngineOptions;
use crate::outline::Outline;
use crate::output_argument;
use crate::rewrite;
use crate::set::PolicySet;
use crate::stack;
use crate::tokens::{Kind, Tokens};
use crate::unsupported::{self, Unsupported};
use regorus::{LimitError, QueryResults, Value};
use serde_json::Map;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// What regorus says of a path that is no rule. It may be a package, data, or nothing: the query answers that.
const NO_RULE: &str = "not a valid rule path";

/// What looks on while a query is evaluated.
pub(crate) trait Watch {
    /// The time, for one that measures.
    fn clock(&self) -> Option<Instant> {
        None
    }
    /// Whether the core must evaluate: of a plan nothing is seen.
    fn needs_core(&self) -> bool {
        false
    }
    /// The input was read since then.
    fn read(&mut self, _begun: Option<Instant>) {}
    /// A plan was evaluated since then, and it has the answer.
    fn planned(&mut self, _begun: Option<Instant>) {}
    /// Before the core evaluates.
    fn begin(&mut self, _engine: &mut regorus::Engine) {}
    /// After it, whatever came of it, save a panic and too much memory.
    fn end(&mut self, _engine: &mut regorus::Engine) {}
}

/// Nothing does.
impl Watch for () {}

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
    evaluate_watched(set, options, query, input, write, &mut ())
}

/// As [`evaluate`], and `watch` looks on.
pub(crate) fn evaluate_watched<T>(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: Input<'_>,
    write: impl FnOnce(&Value) -> Result<T, Error>,
    watch: &mut dyn Watch,
) -> Result<Option<T>, Error> {
    let plan = match path_of(set, options, query) {
        Path::Plan(plan) if !watch.needs_core() => {
            planned::planned(set, options, &plan, &input, watch)?
        }
        _ => None,
    };
    if let Some(value) = plan {
        return (value != Value::Undefined)
            .then(|| write(&value))
            .transpose();
    }
    let begun = watch.clock();
    let given = !matches!(input, Input::Missing);
    let input = input.read(options)?;
    if given {
        watch.read(begun);
    }
    let look = if is_path(query) && query.len() <= options.max_policy_bytes as usize {
        Look::default()
    } else {
        check(query, options).map_err(|error| error.in_file(QUERY))?
    };
    let before = before(set, query)?;
    let text = if look.query {
        stack::enough(look.levels, || written_out(query))?.into()
    } else {
        Cow::Borrowed(query)
    };
    let query = &*text;
    // An answer nests as deep as what made it.
    stack::enough(set.levels().saturating_add(look.levels), || {
        let answer = sure(|| answer_of(set, options, query, &before, &look, input, watch))?;
        answer.map(|value| write(&value)).transpose()
    })
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
    let look = Look::of(query, &outline, options);
    let before = before(set, query)?;
    let query = before.clone() + &stack::enough(outline.levels, || written_out(query))?;
    let input = input.read(options)?;
    stack::enough(set.levels().saturating_add(outline.levels), || {
        let mut engine = prepared(set, &look, input);
        let results = sure(|| {
            in_time(options, || engine.eval_query(query.to_owned(), false))?
                .map_err(|error| failure(set, options, &query, &error, before.len()))
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

// A query in the form in which it means to the core what it means to OPA.
fn written_out(query: &str) -> Result<String, Error> {
    let text = output_argument::rewritten(query, |_| false);
    rewrite::query(&text).map_err(|error| error.in_file(QUERY))
}

/// Whether `query` compiles on `set`.
pub(crate) fn compiles(set: &PolicySet, options: &EngineOptions, query: &str) -> Result<(), Error> {
    let outline = look_over(query, options).map_err(|error| error.in_file(QUERY))?;
    stack::enough(outline.levels, || {
        let query = written_out(query)?;
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
    before: &str,
    look: &Look,
    input: Option<Value>,
    watch: &mut dyn Watch,
) -> Result<Option<Value>, Error> {
    let literal = look.query && is_literal(query);
    let text = if literal {
        format!("{before}{}", wrapped(query))
    } else {
        format!("{before}{query}")
    };
    let skipped = usize::from(!before.is_empty());
    let mut engine = prepared(set, look, input);
    watch.begin(&mut engine);
    let answer = in_time(options, || {
        if !look.query && before.is_empty() && set.has_direct_rules() {
            match engine.eval_rule(query.to_owned()) {
                Err(error) if error.to_string() == NO_RULE => {}
                answer => return answer.map(Ok),
            }
        }
        let answer = engine.eval_query(text.clone(), false);
        let answer = answer.map(|results| only_value(results, skipped));
        if literal { answer.map(holds) } else { answer }
    });
    watch.end(&mut engine);
    match answer? {
        Ok(value) => value.map(|value| (value != Value::Undefined).then_some(value)),
        Err(error) => {
            let columns = before.len() + if literal { WRAP.len() } else { 0 };
            Err(failure(set, options, &text, &error, columns))
        }
    }
}

// What a query of `set` must begin with so that the core evaluates all rules of the packages that it reads; most need nothing.
fn before(set: &PolicySet, query: &str) -> Result<String, Error> {
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
    let answer = deadline::until(started.checked_add(limit), work);
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
        Some(limit) => Error::fixed_limit(
            LimitKind::Memory,
            bytes_of(limit),
            format!("{limit}; no option moves this limit"),
        ),
        None => explain(set, query, Diagnostic::of(error).left_by(columns)),
    }
}

// The bound of a limit of the core on memory.
fn bytes_of(limit: &LimitError) -> u64 {
    match limit {
        LimitError::MemoryLimitExceeded { limit, .. } => *limit,
        LimitError::RegexSizeLimitExceeded { limit } => *limit as u64,
        _ => 0,
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
    compile::check_levels(outline.levels, options, "the query nests")?;
    Ok(outline)
}

// The value of a query of one expression with at most one answer, behind so many that are not the caller's.
fn only_value(results: QueryResults, skipped: usize) -> Result<Value, Error> {
    let mut rows = results.result.into_iter();
    let Some(row) = rows.next() else {
        return Ok(Value::Undefined);
    };
    if rows.next().is_some() {
        return Err(several("answers"));
    }
    let mut expressions = row.expressions.into_iter().skip(skipped);
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
    set.placed(Error::from_diagnostic(kind, diagnostic))
}
