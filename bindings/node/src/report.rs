//! What `Engine` tells beside answers: `validate`, `trace` and `runTests`. It goes out as JSON text, as documents do: objects
//! by way of Node-API would be some 0.1 MB of code.

use grid_opa::{Error, Prints, TestResult};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use serde_json::{Value, json};

use crate::coverage::{coverage_of, options};
use crate::engine::Engine;
use crate::error::OrThrow;

#[napi]
impl Engine {
    /// What would keep policies from being loaded; sources stand at the places of their names.
    #[napi(catch_unwind)]
    pub fn validate(&self, env: Env, names: Vec<String>, sources: Vec<String>) -> Result<String> {
        let pairs = names.iter().zip(&sources);
        let policies: Vec<(&str, &str)> = pairs
            .map(|(name, source)| (name.as_str(), source.as_str()))
            .collect();
        let faults = self.engine(env)?.validate(&policies).or_throw(env)?;
        let faults: Vec<Value> = faults.iter().map(diagnostic).collect();
        Ok(Value::from(faults).to_string())
    }

    /// Evaluates, and tells what was printed and what it took; the value is JSON text in it.
    #[napi(catch_unwind)]
    pub fn trace(
        &self,
        env: Env,
        query: String,
        input: Option<String>,
        fresh: bool,
    ) -> Result<String> {
        let engine = self.engine(env)?;
        let trace = engine.trace_json(&query, input.as_deref(), fresh);
        let metrics = trace.metrics;
        let (value, error) = match trace.answer {
            Ok(value) => (value, Value::Null),
            Err(error) => (None, diagnostic(&error)),
        };
        let told = json!({
            "value": value,
            "error": error,
            "prints": prints(&trace.prints),
            "droppedPrints": trace.prints.dropped,
            "metrics": {
                "evaluationNs": nanoseconds(metrics.evaluation),
                "inputParseNs": nanoseconds(metrics.input),
                "compileNs": nanoseconds(metrics.compile),
                "decisionCache": metrics.decision_cache.name(),
            },
        });
        Ok(told.to_string())
    }

    /// Runs the tests of the loaded policies.
    #[napi(catch_unwind)]
    pub fn run_tests(&self, env: Env, filter: Option<String>, coverage: bool) -> Result<String> {
        let options = options(filter, coverage).or_throw(env)?;
        let report = self.engine(env)?.run_tests(&options).or_throw(env)?;
        let results: Vec<Value> = report.results.iter().map(test).collect();
        let told = json!({
            "results": results,
            "pass": report.pass,
            "fail": report.fail,
            "error": report.error,
            "skip": report.skip,
            "coverage": coverage_of(&report),
        });
        Ok(told.to_string())
    }
}

/// `text` is the message with the place, as an error that is thrown has it.
fn diagnostic(error: &Error) -> Value {
    json!({
        "code": error.code(),
        "message": error.message(),
        "text": error.to_string(),
        "file": error.file(),
        "line": error.line(),
        "column": error.column(),
        "opaCode": error.opa_code(),
        "details": error.details(),
        "kind": error.limit_kind().map(grid_opa::LimitKind::name),
        "option": error.option(),
        "limit": error.limit(),
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
        "error": result.error.as_ref().map(diagnostic),
        "cases": cases.collect::<Vec<_>>(),
        "prints": prints(&result.prints),
        "droppedPrints": result.prints.dropped,
        "durationNs": nanoseconds(result.duration),
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
