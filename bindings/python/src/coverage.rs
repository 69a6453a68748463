//! Which lines of policies are reached.

use grid_opa::{Coverage, FileCoverage, Lines, TestOptions, TestReport};
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::ask::{Argument, ask, asked, json_of};
use crate::engine::Engine;
use crate::report::told;

/// Which lines an evaluation reaches.
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
    told(engine.py(), &covered(&coverage))
}

/// Options of a run of tests.
pub(crate) fn options(filter: Option<String>, coverage: bool) -> TestOptions {
    TestOptions { filter, coverage }
}

/// What the tests reached, if it was asked.
pub(crate) fn coverage_of(report: &TestReport) -> Option<Value> {
    report.coverage.as_ref().map(covered)
}

fn covered(coverage: &Coverage) -> Value {
    let files: Vec<Value> = coverage.files.iter().map(covered_file).collect();
    json!({
        "files": files,
        "covered_lines": coverage.covered_lines(),
        "not_covered_lines": coverage.not_covered_lines(),
        "coverage": coverage.percent(),
    })
}

fn covered_file(file: &FileCoverage) -> Value {
    json!({
        "file": file.file,
        "covered": lines(&file.covered),
        "not_covered": lines(&file.not_covered),
        "covered_lines": file.covered_lines(),
        "not_covered_lines": file.not_covered_lines(),
        "coverage": file.percent(),
    })
}

fn lines(lines: &[Lines]) -> Vec<Value> {
    let lines = lines.iter();
    lines
        .map(|lines| json!({ "start": lines.start, "end": lines.end }))
        .collect()
}
