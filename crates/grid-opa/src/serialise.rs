//! Errors, reports and coverage as JSON values, in one form for all bindings. Names are those of the crate, times are nanoseconds, and
//! what is not known is null.

#[cfg(feature = "coverage")]
use crate::coverage::{Coverage, FileCoverage, Lines};
use crate::error::Error;
use crate::explain::{Event, Explanation};
use crate::report::{Print, Trace};
use crate::testing::{TestCase, TestReport, TestResult};
use serde_json::{Value, json};
use std::time::Duration;

/// `text` is the message with the place, as it is displayed.
impl From<&Error> for Value {
    fn from(error: &Error) -> Self {
        json!({
            "code": error.code(),
            "message": error.message(),
            "text": error.to_string(),
            "file": error.file(),
            "line": error.line(),
            "column": error.column(),
            "opa_code": error.opa_code(),
            "details": error.details(),
            "kind": error.limit_kind().map(crate::LimitKind::name),
            "option": error.option(),
            "limit": error.limit(),
        })
    }
}

/// All but the answer, which may be large and which each binding converts as those of `evaluate`.
impl<T> From<&Trace<T>> for Value {
    fn from(trace: &Trace<T>) -> Self {
        let metrics = &trace.metrics;
        json!({
            "prints": array(&trace.prints.kept),
            "dropped_prints": trace.prints.dropped,
            "metrics": {
                "evaluation_ns": nanoseconds(metrics.evaluation),
                "input_parse_ns": nanoseconds(metrics.input),
                "compile_ns": nanoseconds(metrics.compile),
                "decision_cache": metrics.decision_cache.name(),
            },
        })
    }
}

/// All but the answer, as for a trace.
impl From<&Explanation> for Value {
    fn from(explanation: &Explanation) -> Self {
        json!({
            "events": array(&explanation.events),
            "dropped_events": explanation.dropped,
        })
    }
}

impl From<&Event> for Value {
    fn from(event: &Event) -> Self {
        json!({ "kind": event.kind.name(), "file": event.file, "line": event.line, "text": event.text })
    }
}

impl From<&Print> for Value {
    fn from(print: &Print) -> Self {
        json!({ "file": print.file, "line": print.line, "text": print.text })
    }
}

impl From<&TestReport> for Value {
    fn from(report: &TestReport) -> Self {
        #[cfg(feature = "coverage")]
        let coverage = report.coverage.as_ref().map(Self::from);
        #[cfg(not(feature = "coverage"))]
        let coverage = Self::Null;
        json!({
            "results": array(&report.results),
            "pass": report.pass,
            "fail": report.fail,
            "error": report.error,
            "skip": report.skip,
            "coverage": coverage,
        })
    }
}

/// Of its error: the code, and as `message` the text with the place.
impl From<&TestResult> for Value {
    fn from(result: &TestResult) -> Self {
        json!({
            "package": result.package,
            "name": result.name,
            "file": result.file,
            "line": result.line,
            "column": result.column,
            "outcome": result.outcome.name(),
            "code": result.error.as_ref().map(Error::code),
            "message": result.error.as_ref().map(Error::to_string),
            "cases": array(&result.cases),
            "prints": array(&result.prints.kept),
            "dropped_prints": result.prints.dropped,
            "duration_ns": nanoseconds(result.duration),
        })
    }
}

impl From<&TestCase> for Value {
    fn from(case: &TestCase) -> Self {
        let outcome = if case.passed { "pass" } else { "fail" };
        json!({ "path": case.path, "outcome": outcome })
    }
}

#[cfg(feature = "coverage")]
impl From<&Coverage> for Value {
    fn from(coverage: &Coverage) -> Self {
        json!({
            "files": array(&coverage.files),
            "covered_lines": coverage.covered_lines(),
            "not_covered_lines": coverage.not_covered_lines(),
            "coverage": coverage.percent(),
        })
    }
}

#[cfg(feature = "coverage")]
impl From<&FileCoverage> for Value {
    fn from(file: &FileCoverage) -> Self {
        json!({
            "file": file.file,
            "covered": array(&file.covered),
            "not_covered": array(&file.not_covered),
            "covered_lines": file.covered_lines(),
            "not_covered_lines": file.not_covered_lines(),
            "coverage": file.percent(),
        })
    }
}

#[cfg(feature = "coverage")]
impl From<&Lines> for Value {
    fn from(lines: &Lines) -> Self {
        json!({ "start": lines.start, "end": lines.end })
    }
}

fn array<'a, T>(items: &'a [T]) -> Value
where
    Value: From<&'a T>,
{
    items.iter().map(Value::from).collect()
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, EngineOptions, TestOptions};

    #[test]
    fn reports_have_all_fields_and_null_for_what_is_not_known() {
        let engine = Engine::new(EngineOptions::default()).unwrap();
        engine
            .load_policy(
                "p.rego",
                "package p\ntest_a if { print(\"x\") }\ntodo_test_b if true",
            )
            .unwrap();
        let report = engine.run_tests(&TestOptions::default()).unwrap();
        let mut report = Value::from(&report);
        report["results"][0]["duration_ns"] = Value::Null;
        let result = json!({
            "package": "data.p", "name": "test_a", "file": "p.rego", "line": 2, "column": 1, "outcome": "pass", "code": null, "message": null,
            "cases": [], "prints": [{ "file": "p.rego", "line": 2, "text": "x" }], "dropped_prints": 0, "duration_ns": null,
        });
        assert_eq!(report["results"][0], result);
        assert_eq!(
            (&report["pass"], &report["skip"], &report["coverage"]),
            (&json!(1), &json!(1), &Value::Null)
        );
        let error = engine
            .load_policy("q.rego", "package q\nx := y")
            .unwrap_err();
        let error = Value::from(&error);
        assert_eq!(
            (&error["file"], &error["line"], &error["limit"]),
            (&json!("q.rego"), &json!(2), &Value::Null)
        );
        assert_eq!(error["opa_code"], "rego_unsafe_var_error");
    }

    #[cfg(feature = "coverage")]
    #[test]
    fn coverage_has_its_files_and_sums() {
        let engine = Engine::new(EngineOptions::default()).unwrap();
        engine
            .load_policy("p.rego", "package p\nx if input.a")
            .unwrap();
        let coverage = Value::from(&engine.coverage_json("data.p.x", None).unwrap());
        assert_eq!(coverage["files"][0]["file"], "p.rego");
        assert_eq!(
            coverage["covered_lines"].as_u64(),
            coverage["files"][0]["covered_lines"].as_u64()
        );
    }
}
