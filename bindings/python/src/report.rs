//! What `Engine` tells beside answers: `validate`, `trace` and `run_tests`. It goes out as dicts, of which `_report.py` makes classes.

use std::borrow::Cow;

use grid_opa::{Document, Error, Prints, TestResult};
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::ask::{Argument, ask, asked, json_of, sources_of};
use crate::builtins::undefined;
use crate::call::without_gil;
use crate::coverage::{coverage_of, options};
use crate::document::write;
use crate::engine::Engine;
use crate::error::Failure;
use crate::scalars::flag_of;
use crate::text::text_of;

/// What would keep policies from being loaded.
#[pyfunction]
pub(crate) fn validate<'py>(
    engine: &Engine,
    sources: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let engine = engine.engine()?;
    let policies = sources_of(sources, "sources")?;
    let faults = without_gil(sources.py(), || engine.validate(&policies.pairs()))?;
    told(sources.py(), &faults.iter().map(diagnostic).collect())
}

/// Evaluates, and tells what was printed and what it took: the value, the exception or None, and the rest.
#[pyfunction]
pub(crate) fn trace<'py>(
    engine: &Bound<'py, Engine>,
    query: &Bound<'py, PyAny>,
    input: Argument<'py>,
    decision_cache: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyAny>, Option<PyErr>, Bound<'py, PyAny>)> {
    let py = engine.py();
    let (asks, query, input) = asked(engine, query, &input)?;
    let fresh = !flag_of(decision_cache, "decision_cache")?;
    let input = json_of(input.as_ref())?;
    let trace = ask(engine, &asks, Some(&query), || {
        Ok(asks.trace_json(&query, input.as_deref(), fresh))
    })?;
    let metrics = trace.metrics;
    let rest = json!({
        "prints": prints(&trace.prints),
        "dropped_prints": trace.prints.dropped,
        "metrics": {
            "evaluation_ns": nanoseconds(metrics.evaluation),
            "input_parse_ns": nanoseconds(metrics.input),
            "compile_ns": nanoseconds(metrics.compile),
            "decision_cache": metrics.decision_cache.name(),
        },
    });
    let rest = told(py, &rest)?;
    match trace.answer {
        Err(error) => Ok((undefined(py)?, Some(Failure::from(error).into()), rest)),
        Ok(None) => Ok((undefined(py)?, None, rest)),
        Ok(Some(text)) => {
            let value = Document::from_json(&text, "answer").map_err(Failure::from)?;
            Ok((write(py, &value, "answer")?, None, rest))
        }
    }
}

/// Runs the tests of the loaded policies.
#[pyfunction]
pub(crate) fn run_tests<'py>(
    engine: &Bound<'py, Engine>,
    filter: Option<Bound<'py, PyAny>>,
    coverage: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let asks = engine.get().engine()?;
    let filter = filter.map(|text| text_of(&text, "the filter").map(Cow::into_owned));
    let options = options(filter.transpose()?, flag_of(coverage, "coverage")?);
    let report = ask(engine, &asks, None, || asks.run_tests(&options))?;
    let results: Vec<Value> = report.results.iter().map(test).collect();
    let report = json!({
        "results": results,
        "pass": report.pass,
        "fail": report.fail,
        "error": report.error,
        "skip": report.skip,
        "coverage": coverage_of(&report),
    });
    told(engine.py(), &report)
}

/// A report as Python's own values.
pub(crate) fn told<'py>(py: Python<'py>, report: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(pythonize::pythonize(py, report)?)
}

fn diagnostic(error: &Error) -> Value {
    json!({
        "code": error.code(),
        "message": error.message(),
        "file": error.file(),
        "line": error.line(),
        "column": error.column(),
        "opa_code": error.opa_code(),
        "details": error.details(),
    })
}

fn test(result: &TestResult) -> Value {
    let cases = result.cases.iter().map(|case| {
        let outcome = if case.passed { "pass" } else { "fail" };
        json!({ "path": case.path, "outcome": outcome })
    });
    json!({
        "package": result.package,
        "name": result.name,
        "file": result.file,
        "line": result.line,
        "outcome": result.outcome.name(),
        "code": result.error.as_ref().map(Error::code),
        "message": result.error.as_ref().map(Error::to_string),
        "cases": cases.collect::<Vec<_>>(),
        "prints": prints(&result.prints),
        "dropped_prints": result.prints.dropped,
        "duration_ns": nanoseconds(result.duration),
    })
}

fn prints(prints: &Prints) -> Vec<Value> {
    let kept = prints.kept.iter();
    kept.map(|print| json!({ "file": print.file, "line": print.line, "text": print.text }))
        .collect()
}

fn nanoseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
