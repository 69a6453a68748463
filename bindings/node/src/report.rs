//! What `Engine` tells beside answers: `validate`, `trace`, `runTests` and `coverage`.

use grid_opa::{Coverage, Error, Lines, Prints, TestOptions};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::engine::Engine;
use crate::error::OrThrow;

/// A failure that is not thrown.
#[napi(object)]
pub struct JsDiagnostic {
    /// `GRID_COMPILE` and so on.
    pub code: String,
    /// The text without the place.
    pub message: String,
    /// The text with it, as an error that is thrown has it.
    pub text: String,
    /// The policy.
    pub file: Option<String>,
    /// The line in it.
    pub line: Option<u32>,
    /// The column in that line.
    pub column: Option<u32>,
    /// The option that set the limit which was reached.
    pub limit: Option<String>,
}

/// One `print(...)`.
#[napi(object)]
pub struct JsPrint {
    /// The policy.
    pub file: String,
    /// The line in it.
    pub line: u32,
    /// The values.
    pub text: String,
}

/// An answer and what was seen on the way to it.
#[napi(object)]
pub struct JsTrace {
    /// JSON text.
    pub value: Option<String>,
    /// Why there is no answer.
    pub error: Option<JsDiagnostic>,
    /// What was printed.
    pub prints: Vec<JsPrint>,
    /// How much more was.
    pub dropped_prints: f64,
    /// What it took.
    pub metrics: JsMetrics,
}

/// What an answer took.
#[napi(object)]
pub struct JsMetrics {
    /// The evaluation.
    pub evaluation_ns: f64,
    /// Reading the input.
    pub input_parse_ns: f64,
    /// Building the serving set.
    pub compile_ns: f64,
    /// `off`, `miss` or `hit`.
    pub decision_cache: String,
    /// `interpreter`.
    pub path: String,
}

/// A case of a test.
#[napi(object)]
pub struct JsTestCase {
    /// Its keys.
    pub path: Vec<String>,
    /// `pass` or `fail`.
    pub outcome: String,
}

/// What came of a test.
#[napi(object)]
pub struct JsTestResult {
    /// Its package.
    #[napi(js_name = "package")]
    pub package: String,
    /// Its name.
    pub name: String,
    /// The policy.
    pub file: String,
    /// The line in it.
    pub line: u32,
    /// `pass`, `fail`, `error` or `skip`.
    pub outcome: String,
    /// Why it is an error.
    pub error: Option<JsDiagnostic>,
    /// Of a test with keys.
    pub cases: Vec<JsTestCase>,
    /// What was printed.
    pub prints: Vec<JsPrint>,
    /// How much more was.
    pub dropped_prints: f64,
    /// How long it took.
    pub duration_ns: f64,
}

/// All tests.
#[napi(object)]
pub struct JsTestReport {
    /// One by one.
    pub results: Vec<JsTestResult>,
    /// How many passed.
    pub pass: f64,
    /// How many failed.
    pub fail: f64,
    /// How many are errors.
    pub error: f64,
    /// How many were skipped.
    pub skip: f64,
    /// What they reached.
    pub coverage: Option<JsCoverage>,
}

/// Lines from the first to the last one.
#[napi(object)]
pub struct JsLines {
    /// The first.
    pub start: u32,
    /// The last.
    pub end: u32,
}

/// What was reached of a policy.
#[napi(object)]
pub struct JsFileCoverage {
    /// The policy.
    pub file: String,
    /// Reached.
    pub covered: Vec<JsLines>,
    /// Not reached.
    pub not_covered: Vec<JsLines>,
    /// How many lines were.
    pub covered_lines: u32,
    /// How many were not.
    pub not_covered_lines: u32,
    /// In percent.
    pub coverage: f64,
}

/// What was reached of all.
#[napi(object)]
pub struct JsCoverage {
    /// By name.
    pub files: Vec<JsFileCoverage>,
    /// How many lines were.
    pub covered_lines: u32,
    /// How many were not.
    pub not_covered_lines: u32,
    /// In percent.
    pub coverage: f64,
}

#[napi]
impl Engine {
    /// What would keep policies from being loaded; sources stand at the places of their names.
    #[napi(catch_unwind)]
    pub fn validate(
        &self,
        env: Env,
        names: Vec<String>,
        sources: Vec<String>,
    ) -> Result<Vec<JsDiagnostic>> {
        let pairs = names.iter().zip(&sources);
        let policies: Vec<(&str, &str)> = pairs
            .map(|(name, source)| (name.as_str(), source.as_str()))
            .collect();
        let faults = self.0.validate(&policies).or_throw(env)?;
        Ok(faults.iter().map(diagnostic).collect())
    }

    /// Evaluates, and tells what was printed and what it took.
    #[napi(catch_unwind)]
    pub fn trace(&self, query: String, input: Option<String>, fresh: bool) -> JsTrace {
        let trace = self.0.trace_json(&query, input.as_deref(), fresh);
        let metrics = trace.metrics;
        let (value, error) = match trace.answer {
            Ok(value) => (value, None),
            Err(error) => (None, Some(diagnostic(&error))),
        };
        JsTrace {
            value,
            error,
            dropped_prints: trace.prints.dropped as f64,
            prints: prints(trace.prints),
            metrics: JsMetrics {
                evaluation_ns: metrics.evaluation.as_nanos() as f64,
                input_parse_ns: metrics.input.as_nanos() as f64,
                compile_ns: metrics.compile.as_nanos() as f64,
                decision_cache: metrics.decision_cache.name().to_owned(),
                path: metrics.path.name().to_owned(),
            },
        }
    }

    /// Runs the tests of the loaded policies.
    #[napi(catch_unwind)]
    pub fn run_tests(
        &self,
        env: Env,
        filter: Option<String>,
        coverage: bool,
    ) -> Result<JsTestReport> {
        let options = TestOptions { filter, coverage };
        let report = self.0.run_tests(&options).or_throw(env)?;
        let results = report.results.into_iter().map(|result| JsTestResult {
            package: result.package,
            name: result.name,
            file: result.file,
            line: result.line,
            outcome: result.outcome.name().to_owned(),
            error: result.error.as_ref().map(diagnostic),
            cases: result
                .cases
                .into_iter()
                .map(|case| JsTestCase {
                    path: case.path,
                    outcome: if case.passed { "pass" } else { "fail" }.to_owned(),
                })
                .collect(),
            dropped_prints: result.prints.dropped as f64,
            prints: prints(result.prints),
            duration_ns: result.duration.as_nanos() as f64,
        });
        Ok(JsTestReport {
            results: results.collect(),
            pass: report.pass as f64,
            fail: report.fail as f64,
            error: report.error as f64,
            skip: report.skip as f64,
            coverage: report.coverage.as_ref().map(covered),
        })
    }

    /// Which lines an evaluation reaches.
    #[napi(catch_unwind)]
    pub fn coverage(&self, env: Env, query: String, input: Option<String>) -> Result<JsCoverage> {
        let coverage = self.0.coverage_json(&query, input.as_deref());
        coverage.map(|coverage| covered(&coverage)).or_throw(env)
    }
}

fn diagnostic(error: &Error) -> JsDiagnostic {
    JsDiagnostic {
        code: error.code().to_owned(),
        message: error.message().to_owned(),
        text: error.to_string(),
        file: error.file().map(str::to_owned),
        line: error.line(),
        column: error.column(),
        limit: error.limit().map(str::to_owned),
    }
}

fn prints(prints: Prints) -> Vec<JsPrint> {
    let kept = prints.kept.into_iter().map(|print| JsPrint {
        file: print.file,
        line: print.line,
        text: print.text,
    });
    kept.collect()
}

fn covered(coverage: &Coverage) -> JsCoverage {
    let files = coverage.files.iter().map(|file| JsFileCoverage {
        file: file.file.clone(),
        covered: lines(&file.covered),
        not_covered: lines(&file.not_covered),
        covered_lines: file.covered_lines(),
        not_covered_lines: file.not_covered_lines(),
        coverage: file.percent(),
    });
    JsCoverage {
        files: files.collect(),
        covered_lines: coverage.covered_lines(),
        not_covered_lines: coverage.not_covered_lines(),
        coverage: coverage.percent(),
    }
}

fn lines(lines: &[Lines]) -> Vec<JsLines> {
    let lines = lines.iter();
    lines
        .map(|lines| JsLines {
            start: lines.start,
            end: lines.end,
        })
        .collect()
}
