//! Which lines of policies are reached.

use grid_opa::{Coverage, FileCoverage, Lines, TestOptions, TestReport};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::error::{Failure, OrThrow};

#[napi]
impl Engine {
    /// Which lines an evaluation reaches.
    #[napi(catch_unwind)]
    pub fn coverage(&self, env: Env, query: String, input: Option<String>) -> Result<String> {
        let engine = self.engine(env)?;
        let coverage = engine
            .coverage_json(&query, input.as_deref())
            .or_throw(env)?;
        Ok(covered(&coverage).to_string())
    }
}

/// Options of a run of tests.
pub(crate) fn options(
    filter: Option<String>,
    coverage: bool,
) -> std::result::Result<TestOptions, Failure> {
    Ok(TestOptions { filter, coverage })
}

/// What the tests reached, if it was asked.
pub(crate) fn coverage_of(report: &TestReport) -> Option<Value> {
    report.coverage.as_ref().map(covered)
}

fn covered(coverage: &Coverage) -> Value {
    let files: Vec<Value> = coverage.files.iter().map(covered_file).collect();
    json!({
        "files": files,
        "coveredLines": coverage.covered_lines(),
        "notCoveredLines": coverage.not_covered_lines(),
        "coverage": coverage.percent(),
    })
}

fn covered_file(file: &FileCoverage) -> Value {
    json!({
        "file": file.file,
        "covered": lines(&file.covered),
        "notCovered": lines(&file.not_covered),
        "coveredLines": file.covered_lines(),
        "notCoveredLines": file.not_covered_lines(),
        "coverage": file.percent(),
    })
}

fn lines(lines: &[Lines]) -> Vec<Value> {
    let lines = lines.iter();
    lines
        .map(|lines| json!({ "start": lines.start, "end": lines.end }))
        .collect()
}
