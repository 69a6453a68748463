//! Reports of an `Engine`: `validate`, `trace`, `runTests` and `coverage`, and `format`. Reports go out as JSON text, as documents do: objects by way of
//! Node-API would be some 0.1 MB of code.

use grid_opa::{ExplainMode, TestOptions, Trace};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use serde_json::Value;

use crate::camel::camel_fields;
use crate::engine::{Engine, pairs};
use crate::error::OrThrow;

#[napi]
impl Engine {
    /// The faults that would keep policies from being loaded; each source has the index of its name.
    #[napi(catch_unwind)]
    pub fn validate(&self, env: Env, names: Vec<String>, sources: Vec<String>) -> Result<String> {
        let policies = pairs(&names, &sources);
        let faults = self.engine(env)?.validate(&policies).or_throw(env)?;
        Ok(text(faults.iter().map(Value::from).collect()))
    }

    /// Evaluates, and reports prints and times; the value is JSON text in it.
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
        Ok(text(traced(trace)))
    }

    /// All answers of a query, with prints and times; the value is JSON text in it.
    #[napi(catch_unwind)]
    pub fn trace_all(&self, env: Env, query: String, input: Option<String>) -> Result<String> {
        let engine = self.engine(env)?;
        Ok(text(traced(
            engine.trace_all_json(&query, input.as_deref()),
        )))
    }

    /// All answers of a query, with notes, or with all steps if `full`; the value is JSON text in it.
    #[napi(catch_unwind)]
    pub fn explain(
        &self,
        env: Env,
        query: String,
        input: Option<String>,
        full: bool,
    ) -> Result<String> {
        let mode = if full {
            ExplainMode::Full
        } else {
            ExplainMode::Notes
        };
        let explanation = self
            .engine(env)?
            .explain_json(&query, input.as_deref(), mode);
        let report = Value::from(&explanation);
        Ok(text(with_answer(report, explanation.answer.map(Some))))
    }

    /// The packages and annotations of the loaded policies, with OPA's names.
    #[napi(catch_unwind)]
    pub fn inspect(&self, env: Env) -> Result<String> {
        Ok(self.engine(env)?.inspect().or_throw(env)?.to_string())
    }

    /// OPA's capabilities of this engine, with OPA's names.
    #[napi(catch_unwind)]
    pub fn capabilities(&self, env: Env) -> Result<String> {
        Ok(self.engine(env)?.capabilities().to_string())
    }

    /// Runs the tests of the loaded policies.
    #[napi(catch_unwind)]
    pub fn run_tests(&self, env: Env, filter: Option<String>, coverage: bool) -> Result<String> {
        let options = TestOptions { filter, coverage };
        let report = self.engine(env)?.run_tests(&options).or_throw(env)?;
        Ok(text((&report).into()))
    }
}

#[cfg(feature = "coverage")]
#[napi]
impl Engine {
    /// The lines that an evaluation reaches.
    #[napi(catch_unwind)]
    pub fn coverage(&self, env: Env, query: String, input: Option<String>) -> Result<String> {
        let engine = self.engine(env)?;
        let coverage = engine.coverage_json(&query, input.as_deref());
        Ok(text((&coverage.or_throw(env)?).into()))
    }
}

#[cfg(feature = "format")]
#[napi]
impl Engine {
    /// The text of a policy as `opa fmt` writes it.
    #[napi(catch_unwind)]
    pub fn format(&self, env: Env, source: String) -> Result<String> {
        self.engine(env)?.format(&source).or_throw(env)
    }
}

fn traced(trace: Trace<String>) -> Value {
    let report = Value::from(&trace);
    with_answer(report, trace.answer)
}

fn with_answer(
    mut report: Value,
    answer: std::result::Result<Option<String>, grid_opa::Error>,
) -> Value {
    (report["value"], report["error"]) = match answer {
        Ok(value) => (value.into(), Value::Null),
        Err(error) => (Value::Null, (&error).into()),
    };
    report
}

/// A report as JSON text, with the names of fields in camelCase.
fn text(report: Value) -> String {
    camel_fields(report).to_string()
}
