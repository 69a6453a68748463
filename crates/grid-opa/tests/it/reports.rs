//! Reports of engines: the methods that cases use, and tests that cases cannot express.

use crate::cases::Outcome;
use grid_opa::{
    CacheUse, Coverage, Engine, EngineOptions, Error, Lines, Print, TestOptions, TestResult,
};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The methods of [`call`].
pub(crate) const METHODS: [&str; 4] = ["validate", "trace", "run_tests", "coverage"];

/// Calls a method of a case.
pub(crate) fn call(engine: &Engine, method: &str, arguments: &[Value]) -> Result<Outcome, String> {
    let no_null = |input: &[Value]| {
        let input = input.first().filter(|input| !input.is_null());
        input.map(Value::to_string)
    };
    Ok(match (method, arguments) {
        ("validate", [Value::String(source)]) => validate(engine, &[("<source>", source)]),
        ("validate", [Value::Object(sources)]) => {
            let sources = sources.iter().map(|(name, source)| {
                let source = source.as_str().ok_or("a source is a text")?;
                Ok((name.as_str(), source))
            });
            validate(engine, &sources.collect::<Result<Vec<_>, &str>>()?)
        }
        ("trace", [Value::String(query), rest @ ..]) => {
            let fresh = rest
                .get(1)
                .and_then(|options| options.get("decision_cache"));
            let fresh = fresh == Some(&Value::Bool(false));
            let trace = engine.trace_json(query, no_null(rest).as_deref(), fresh);
            let prints: Vec<Value> = trace.prints.kept.iter().map(print).collect();
            let decisions = trace.metrics.decision_cache.name();
            let mut fields = object(json!({ "prints": prints, "decision_cache": decisions }));
            trace.answer.map(|answer| {
                let value = answer.and_then(|text| serde_json::from_str(&text).ok());
                fields.extend(value.map(|value| ("value".to_owned(), value)));
                Some(Value::Object(fields))
            })
        }
        ("run_tests", options) => {
            let options = options.first().unwrap_or(&Value::Null);
            let report = engine.run_tests(&TestOptions {
                filter: options["filter"].as_str().map(str::to_owned),
                coverage: options["coverage"] == json!(true),
            });
            report.map(|report| {
                let tests: Vec<Value> = report.results.iter().map(test).collect();
                let (pass, fail) = (report.pass, report.fail);
                let (error, skip) = (report.error, report.skip);
                let mut fields = object(
                    json!({ "pass": pass, "fail": fail, "error": error, "skip": skip, "tests": tests }),
                );
                let coverage = report.coverage.as_ref();
                fields.extend(coverage.map(|all| ("coverage".to_owned(), covered(all))));
                Some(Value::Object(fields))
            })
        }
        ("coverage", [Value::String(query), input @ ..]) => {
            let coverage = engine.coverage(query, input.first());
            coverage.map(|coverage| Some(covered(&coverage)))
        }
        _ => return Err(format!("no method {method} with such arguments")),
    })
}

fn validate(engine: &Engine, sources: &[(&str, &str)]) -> Outcome {
    let faults = engine.validate(sources)?;
    Ok(Some(faults.iter().map(fault).collect()))
}

fn fault(error: &Error) -> Value {
    let mut fault = object(json!({ "code": error.code() }));
    fault.extend(error.file().map(|file| ("file".to_owned(), file.into())));
    fault.extend(error.line().map(|line| ("line".to_owned(), line.into())));
    fault.extend(
        error
            .column()
            .map(|column| ("column".to_owned(), column.into())),
    );
    Value::Object(fault)
}

fn print(print: &Print) -> Value {
    json!({ "file": print.file, "line": print.line, "text": print.text })
}

fn test(result: &TestResult) -> Value {
    let name = format!("{}.{}", result.package, result.name);
    let mut fields = object(
        json!({ "test": name, "file": result.file, "line": result.line, "outcome": result.outcome.name() }),
    );
    let code = result.error.as_ref().map(Error::code);
    fields.extend(code.map(|code| ("code".to_owned(), code.into())));
    if !result.cases.is_empty() {
        let cases = result.cases.iter().map(|case| {
            let outcome = if case.passed { "pass" } else { "fail" };
            (case.path.join("/"), outcome.into())
        });
        fields.insert("cases".to_owned(), Value::Object(cases.collect()));
    }
    if !result.prints.kept.is_empty() {
        let texts = result.prints.kept.iter().map(|print| print.text.as_str());
        fields.insert("prints".to_owned(), texts.collect());
    }
    Value::Object(fields)
}

fn covered(coverage: &Coverage) -> Value {
    let lines = |lines: &[Lines]| -> Value {
        lines
            .iter()
            .map(|lines| json!([lines.start, lines.end]))
            .collect()
    };
    coverage
        .files
        .iter()
        .map(|file| {
            let fields =
                json!({ "covered": lines(&file.covered), "not_covered": lines(&file.not_covered) });
            (file.file.clone(), fields)
        })
        .collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn engine(options: EngineOptions, policy: &str) -> Engine {
    let engine = Engine::new(options).unwrap();
    engine.load_policy("p", policy).unwrap();
    engine
}

#[test]
fn metrics_report_durations() {
    let engine = engine(
        EngineOptions::default(),
        "package p\nslow := count([1 | some x in numbers.range(1, input.n); x > 0])",
    );
    let quick = engine.trace("data.p.slow", Some(&json!({ "n": 1 })));
    let slow = engine.trace_json("data.p.slow", Some("{\"n\": 3000}"), false);
    assert_eq!(
        (quick.answer, slow.answer),
        (Ok(Some(json!(1))), Ok(Some("3000".to_owned())))
    );
    assert!(slow.metrics.evaluation > quick.metrics.evaluation * 5);
    assert!(slow.metrics.input > Duration::ZERO && slow.metrics.input < slow.metrics.evaluation);
    assert_eq!(slow.metrics.decision_cache, CacheUse::Off);
    // It belongs to the set until another one serves.
    assert!(quick.metrics.compile > Duration::ZERO);
    assert_eq!(quick.metrics.compile, slow.metrics.compile);
    engine.set_data(&json!({})).unwrap();
    assert_ne!(
        engine.trace("1", None).metrics.compile,
        quick.metrics.compile
    );
    let failed = engine.trace_json("data.p.slow", Some("{"), false);
    assert!(failed.answer.is_err() && failed.metrics.evaluation == Duration::ZERO);
}

#[test]
fn an_evaluation_over_its_time_limit_reports_its_prints() {
    let options = EngineOptions {
        max_evaluation_ms: 20,
        ..EngineOptions::default()
    };
    let engine = engine(
        options,
        "package p\nx if { print(\"begin\"); some a in numbers.range(1, 9000); some b in numbers.range(1, 9000); a < b; false }",
    );
    let trace = engine.trace("data.p.x", None);
    assert!(
        trace
            .answer
            .is_err_and(|error| error.code() == "GRID_LIMIT")
    );
    assert_eq!(trace.prints.kept.len(), 1);
    assert!(trace.metrics.evaluation >= Duration::from_millis(20));
}

#[test]
fn a_loop_that_prints_keeps_the_first_prints_and_counts_the_others() {
    let engine = engine(
        EngineOptions::default(),
        "package p\nx if { some i in numbers.range(1, 9000); print(input.text, i); false }",
    );
    let input = json!({ "text": "x".repeat(10_000) });
    let trace = engine.trace("data.p.x", Some(&input));
    assert_eq!(trace.answer, Ok(None));
    assert_eq!((trace.prints.kept.len(), trace.prints.dropped), (6, 8994));
}

#[test]
fn each_test_has_the_limits_of_an_evaluation() {
    let options = EngineOptions {
        max_evaluation_memory_bytes: 4 << 20,
        ..EngineOptions::default()
    };
    let large = "package p\ntest_large if count(numbers.range(1, 1000000)) > 0\ntest_small := true";
    let report = engine(options, large).run_tests(&TestOptions::default());
    let report = report.unwrap();
    let error = report
        .results
        .first()
        .and_then(|result| result.error.as_ref());
    assert_eq!(error.map(Error::code), Some("GRID_LIMIT"));
    assert_eq!((report.pass, report.error), (1, 1));
}

#[test]
fn generated_names_do_not_conflict_with_policies() {
    let policy = "package p\ngrid_covered(x) := x\ntest_a := true\ntest_a__1 := false\ntest_cases__0 := 1\ntest_a if grid_covered(1) == 2 \
        else := 3\ntest_b[k] if { k := 1 }";
    let engine = engine(EngineOptions::default(), policy);
    let options = TestOptions {
        coverage: true,
        ..TestOptions::default()
    };
    let report = engine.run_tests(&options).unwrap();
    let outcomes = report
        .results
        .iter()
        .map(|result| (result.name.as_str(), result.outcome.name()));
    let outcomes: Vec<_> = outcomes.collect();
    let expected = [
        ("test_a", "pass"),
        ("test_a__1", "fail"),
        ("test_cases__0", "fail"),
        ("test_a#01", "fail"),
        ("test_b", "pass"),
    ];
    assert_eq!(outcomes, expected);
    let coverage = report.coverage.unwrap();
    let lines = |lines: &[Lines]| {
        lines
            .iter()
            .map(|lines| (lines.start, lines.end))
            .collect::<Vec<_>>()
    };
    let file = coverage.files.first().unwrap();
    assert_eq!(lines(&file.covered), [(2, 7)]);
    assert_eq!((file.covered_lines(), file.not_covered_lines()), (6, 0));
}

#[test]
fn cases_begin_as_soon_as_their_keys_have_values() {
    // The keys depend on a later statement.
    let policy = "package p\ntest_a[k] if { k = y + 1; y = 1 }\ntest_b[k] if { k := 1; k == 2 }";
    let engine = engine(EngineOptions::default(), policy);
    let report = engine.run_tests(&TestOptions::default()).unwrap();
    assert_eq!((report.pass, report.fail, report.error), (1, 1, 0));
}

#[test]
fn validate_is_bounded() {
    let engine = engine(EngineOptions::default(), "package p");
    let many = format!("package q\n{}", "x := = 1\n".repeat(50_000));
    let begun = std::time::Instant::now();
    let faults = engine.validate(&[("q", &many)]).unwrap();
    assert_eq!(faults.len(), 2);
    let deep = format!("package q\nx := {}", "[".repeat(100_000));
    assert_eq!(engine.validate(&[("q", &deep)]).unwrap().len(), 1);
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn invalid_names_are_errors_instead_of_faults() {
    let engine = engine(EngineOptions::default(), "package p");
    let empty = engine.validate(&[("", "package q")]);
    assert!(empty.is_err_and(|error| error.code() == "GRID_ARGUMENT"));
    let twice = engine.validate(&[("q", "package q"), ("q", "package q")]);
    assert!(twice.is_err_and(|error| error.code() == "GRID_ARGUMENT"));
}
