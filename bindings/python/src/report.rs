//! Reports of an `Engine`: `validate`, `trace`, `run_tests` and `coverage`, and `format`. Reports go out as dicts, which `_report.py` turns into classes.

use std::borrow::Cow;

use grid_opa::{Document, ExplainMode, TestOptions};
use pyo3::prelude::*;
use pythonize::pythonize;
use serde_json::Value;

use crate::answers::{json_of, write};
use crate::ask::{Argument, ask, asked};
use crate::builtins::undefined;
use crate::call::without_gil;
use crate::error::Failure;
use crate::handle::Engine;
use crate::scalars::flag_of;
use crate::sources::sources_of;
use crate::text::text_of;

/// The faults that would keep policies from being loaded.
#[pyfunction]
pub(crate) fn validate<'py>(
    engine: &Engine,
    sources: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let engine = engine.engine()?;
    let policies = sources_of(sources, "sources")?;
    let faults = without_gil(sources.py(), || engine.validate(&policies.pairs()))?;
    to_python(sources.py(), &faults.iter().map(Value::from).collect())
}

/// Evaluates, and reports prints and times: the value, the exception or None, and the report.
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
    let report = to_python(py, &(&trace).into())?;
    match trace.answer {
        Err(error) => Ok((undefined(py)?, Some(Failure::from(error).into()), report)),
        Ok(None) => Ok((undefined(py)?, None, report)),
        Ok(Some(text)) => {
            let value = Document::from_json(&text, "answer").map_err(Failure::from)?;
            Ok((write(py, &value, "answer")?, None, report))
        }
    }
}

/// All answers of a query as JSON text, with prints and times: the text, the exception or None, and the report.
#[pyfunction]
pub(crate) fn trace_all_json<'py>(
    engine: &Bound<'py, Engine>,
    query: &Bound<'py, PyAny>,
    input: Option<Bound<'py, PyAny>>,
) -> PyResult<(Option<String>, Option<PyErr>, Bound<'py, PyAny>)> {
    let asks = engine.get().engine()?;
    let query = text_of(query, "the query")?;
    let input = input.as_ref().map(|text| text_of(text, "the input text"));
    let input = input.transpose()?;
    let trace = ask(engine, &asks, Some(&query), || {
        Ok(asks.trace_all_json(&query, input.as_deref()))
    })?;
    let report = to_python(engine.py(), &(&trace).into())?;
    match trace.answer {
        Err(error) => Ok((None, Some(Failure::from(error).into()), report)),
        Ok(text) => Ok((text, None, report)),
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
    let options = TestOptions {
        filter: filter.transpose()?,
        coverage: flag_of(coverage, "coverage")?,
    };
    let report = ask(engine, &asks, None, || asks.run_tests(&options))?;
    to_python(engine.py(), &(&report).into())
}

/// The lines that an evaluation reaches.
#[cfg(feature = "coverage")]
#[pyfunction]
pub(crate) fn coverage<'py>(
    engine: &Bound<'py, Engine>,
    query: &Bound<'py, PyAny>,
    input: Argument<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (asks, query, input) = asked(engine, query, &input)?;
    let input = json_of(input.as_ref())?;
    let coverage = ask(engine, &asks, Some(&query), || {
        asks.coverage_json(&query, input.as_deref())
    })?;
    to_python(engine.py(), &(&coverage).into())
}

/// All answers of a query as JSON text, with notes, or with all steps if `full`: the text, the exception or None, and the report.
#[pyfunction]
pub(crate) fn explain<'py>(
    engine: &Bound<'py, Engine>,
    query: &Bound<'py, PyAny>,
    input: Option<Bound<'py, PyAny>>,
    full: bool,
) -> PyResult<(Option<String>, Option<PyErr>, Bound<'py, PyAny>)> {
    let asks = engine.get().engine()?;
    let query = text_of(query, "the query")?;
    let input = input.as_ref().map(|text| text_of(text, "the input text"));
    let input = input.transpose()?;
    let mode = if full {
        ExplainMode::Full
    } else {
        ExplainMode::Notes
    };
    let explanation = ask(engine, &asks, Some(&query), || {
        Ok(asks.explain_json(&query, input.as_deref(), mode))
    })?;
    let report = to_python(engine.py(), &(&explanation).into())?;
    match explanation.answer {
        Err(error) => Ok((None, Some(Failure::from(error).into()), report)),
        Ok(text) => Ok((Some(text), None, report)),
    }
}

/// The packages and annotations of the loaded policies.
#[pyfunction]
pub(crate) fn inspect<'py>(engine: &Bound<'py, Engine>) -> PyResult<Bound<'py, PyAny>> {
    let asks = engine.get().engine()?;
    let inspection = without_gil(engine.py(), || asks.inspect())?;
    to_python(engine.py(), &inspection)
}

/// OPA's capabilities of this engine.
#[pyfunction]
pub(crate) fn capabilities<'py>(engine: &Bound<'py, Engine>) -> PyResult<Bound<'py, PyAny>> {
    let capabilities = engine.get().engine()?.capabilities();
    to_python(engine.py(), &capabilities)
}

/// The text of a policy as `opa fmt` writes it.
#[cfg(feature = "format")]
#[pyfunction]
pub(crate) fn format(engine: &Engine, source: &Bound<'_, PyAny>) -> PyResult<String> {
    let engine = engine.engine()?;
    let text = text_of(source, "the source")?;
    without_gil(source.py(), || engine.format(&text))
}

fn to_python<'py>(py: Python<'py>, report: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(pythonize(py, report)?)
}
