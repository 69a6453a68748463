//! One evaluation on one set.

mod failure;
mod look;
mod planned;
mod text;

pub(crate) use look::{compiles, is_path};
pub(crate) use planned::{Path, path_of};

use crate::answer;
use crate::deadline;
use crate::diagnostic::QUERY;
use crate::document;
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::options::EngineOptions;
use crate::set::PolicySet;
use crate::stack;
use crate::unsupported;
use failure::{failure, several, too_long};
use look::{Look, check, look_over};
use regorus::{QueryResults, Value};
use serde_json::Map;
use std::time::{Duration, Instant};
use text::{Asked, asked, before, holds, written_out};

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
        stack::enough(look.levels, || asked(&before, query))?
    } else {
        Asked::path(&before, query)
    };
    // An answer nests as deep as what made it.
    stack::enough(set.levels().saturating_add(look.levels), || {
        let answer = sure(|| answer_of(set, options, &text, &look, input, watch))?;
        answer.map(|value| write(&value)).transpose()
    })
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
    let written = stack::enough(outline.levels, || written_out(query))?;
    let own = |name: &str| query.contains(name);
    let query = before.clone() + &written.text;
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
                serde_json::Value::Object(mut fields) => {
                    fields.retain(|name, _| own(name));
                    Ok(fields)
                }
                _ => Ok(Map::new()),
            })
            .collect()
    })
}

fn answer_of(
    set: &PolicySet,
    options: &EngineOptions,
    asked: &Asked<'_>,
    look: &Look,
    input: Option<Value>,
    watch: &mut dyn Watch,
) -> Result<Option<Value>, Error> {
    let mut engine = prepared(set, look, input);
    watch.begin(&mut engine);
    let answer = in_time(options, || {
        if let (Some(path), true) = (asked.path, set.has_direct_rules()) {
            match engine.eval_rule(path.to_owned()) {
                Err(error) if error.to_string() == NO_RULE => {}
                answer => return answer.map(Ok),
            }
        }
        let answer = engine.eval_query(asked.text.clone(), false);
        let answer = answer.map(|results| only_value(results, asked.skipped));
        if asked.wrapped {
            answer.map(holds)
        } else {
            answer
        }
    });
    watch.end(&mut engine);
    match answer? {
        Ok(value) => value.map(|value| (value != Value::Undefined).then_some(value)),
        Err(error) => Err(failure(set, options, &asked.text, &error, asked.columns)),
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
