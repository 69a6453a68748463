//! What engines tell beside answers, as the behaviour cases say it, and what cases cannot say.

use crate::cases::Outcome;
use grid_opa::{Coverage, Engine, Error, Lines, Print, TestOptions, TestResult};
use serde_json::{Map, Value, json};

/// The methods that [`call`] knows.
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
            let mut told = object(json!({ "prints": prints, "decision_cache": decisions }));
            trace.answer.map(|answer| {
                let value = answer.and_then(|text| serde_json::from_str(&text).ok());
                told.extend(value.map(|value| ("value".to_owned(), value)));
                Some(Value::Object(told))
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
                let mut told = object(
                    json!({ "pass": pass, "fail": fail, "error": error, "skip": skip, "tests": tests }),
                );
                let coverage = report.coverage.as_ref();
                told.extend(coverage.map(|all| ("coverage".to_owned(), covered(all))));
                Some(Value::Object(told))
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
    let mut told = object(
        json!({ "test": name, "file": result.file, "line": result.line, "outcome": result.outcome.name() }),
    );
    let code = result.error.as_ref().map(Error::code);
    told.extend(code.map(|code| ("code".to_owned(), code.into())));
    if !result.cases.is_empty() {
        let cases = result.cases.iter().map(|case| {
            let outcome = if case.passed { "pass" } else { "fail" };
            (case.path.join("/"), outcome.into())
        });
        told.insert("cases".to_owned(), Value::Object(cases.collect()));
    }
    if !result.prints.kept.is_empty() {
        let texts = result.prints.kept.iter().map(|print| print.text.as_str());
        told.insert("prints".to_owned(), texts.collect());
    }
    Value::Object(told)
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
            let told =
                json!({ "covered": lines(&file.covered), "not_covered": lines(&file.not_covered) });
            (file.file.clone(), told)
        })
        .collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
