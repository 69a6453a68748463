//! Runs bindings/cases/engine/*.yaml, the behaviour that all bindings share.

use crate::methods::{call, load_bundle};
use crate::special::{decode, number};
use grid_opa::{Engine, EngineOptions, Error, LimitKind};
use serde_json::{Map, Value};
use std::path::Path;

const LEAST_CASES: usize = 40;
const EXPECTATIONS: [&str; 3] = ["returns", "undefined", "error"];

/// The outcome of a call: a value, undefined, or an error.
pub(crate) type Outcome = Result<Option<Value>, Error>;

#[test]
fn every_case_passes() {
    // Found at run time, so that a binary that was built elsewhere can run on the same file system.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/cases/engine");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let (mut count, mut failures) = (0, Vec::new());
    for file in files.iter().filter(|file| {
        file.extension()
            .is_some_and(|extension| extension == "yaml")
    }) {
        let name = file.file_name().unwrap().to_string_lossy();
        let text = std::fs::read_to_string(file).unwrap();
        let cases: Vec<Value> =
            yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for case in &cases {
            if let Some(missing) = missing_feature(case) {
                println!("{name}: {}: skipped, built without {missing}", case["name"]);
                continue;
            }
            count += 1;
            if let Err(reason) = run(case) {
                failures.push(format!("{name}: {}: {reason}", case["name"]));
            }
        }
    }
    println!("{count} cases");
    assert!(
        failures.is_empty(),
        "{} of {count} cases fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        count >= LEAST_CASES,
        "only {count} cases in {}, expected at least {LEAST_CASES}",
        folder.display()
    );
}

/// A feature that a case needs and this build does not have.
fn missing_feature(case: &Value) -> Option<&str> {
    let needs = case["needs"].as_array()?.iter();
    needs.filter_map(Value::as_str).find(|name| match *name {
        "bundle" => !cfg!(feature = "bundle"),
        "coverage" => !cfg!(feature = "coverage"),
        "format" => !cfg!(feature = "format"),
        "graphql" => !cfg!(feature = "graphql"),
        "jwt" => !cfg!(feature = "jwt"),
        "crypto" => !cfg!(feature = "crypto"),
        "jwt-ec" => !cfg!(feature = "jwt-ec"),
        "jwt-rsa" => !cfg!(feature = "jwt-rsa"),
        "network" => !cfg!(feature = "network"),
        "time" => !cfg!(feature = "time"),
        "x509" => !cfg!(feature = "x509"),
        "yaml" => !cfg!(feature = "yaml"),
        other => panic!("unknown feature {other}"),
    })
}

#[test]
fn a_case_that_is_not_understood_fails() {
    let good =
        serde_json::json!({ "name": "n", "steps": [{ "has_policy": ["a"], "returns": false }] });
    assert_eq!(run(&good), Ok(()));
    for bad in [
        serde_json::json!({ "name": "n", "stepz": [] }),
        serde_json::json!({ "name": "n", "steps": [] }),
        serde_json::json!({ "name": "n", "steps": [{ "hasPolicy": ["a"] }] }),
        serde_json::json!({ "name": "n", "steps": [{ "has_policy": ["a", "b"] }] }),
        serde_json::json!({ "name": "n", "steps": [{ "has_policy": ["a"], "return": false }] }),
        serde_json::json!({ "name": "n", "steps": [{ "has_policy": ["a"], "returns": false, "undefined": true }] }),
        serde_json::json!({ "name": "n", "steps": [{ "has_policy": ["a"], "returns": true }] }),
        serde_json::json!({ "name": "n", "steps": [{ "has_policy": ["a"], "undefined": true }] }),
        serde_json::json!({ "name": "n", "steps": [{ "load_policy": ["a", "x"], "error": { "code": "GRID_INPUT" } }] }),
        serde_json::json!({ "name": "n", "steps": [{ "load_policy": ["a", "x"], "error": { "code": "GRID_COMPILE", "row": 1 } }] }),
        serde_json::json!({ "name": "n", "options": { "max_nestin": 1 }, "steps": [{ "clear_policies": [] }] }),
        serde_json::json!({ "name": "n", "options": { "max_nesting": 1 }, "error": { "code": "GRID_ARGUMENT" } }),
    ] {
        assert!(run(&bad).is_err(), "{bad}");
    }
}

// Runs one case. The error names the failed step and the reason.
fn run(case: &Value) -> Result<(), String> {
    let fields = case.as_object().ok_or("a case is an object")?;
    if let Some(key) = fields
        .keys()
        .find(|key| !["name", "needs", "options", "steps", "error"].contains(&key.as_str()))
    {
        return Err(format!("unknown key {key}"));
    }
    let engine = build(fields.get("options"));
    if let Some(expected) = fields.get("error") {
        return match (engine, fields.get("steps")) {
            (Err(error), None) => expect_error(&error, expected),
            (Ok(_), _) => Err("the constructor did not fail".to_owned()),
            (_, Some(_)) => Err("a case with an error of the constructor has no steps".to_owned()),
        };
    }
    let engine =
        engine.map_err(|error| format!("the constructor failed: {} {error}", error.code()))?;
    let steps = fields
        .get("steps")
        .and_then(Value::as_array)
        .filter(|steps| !steps.is_empty())
        .ok_or("no steps")?;
    for (index, step) in steps.iter().enumerate() {
        let step = step.as_object().ok_or("a step is an object")?;
        run_step(&engine, step).map_err(|reason| {
            format!(
                "step {} ({}): {reason}",
                index + 1,
                step.keys().next().map_or("", |key| key)
            )
        })?;
    }
    Ok(())
}

fn build(options: Option<&Value>) -> Result<Engine, Error> {
    let mut built = EngineOptions::default();
    for (name, value) in options.and_then(Value::as_object).unwrap_or(&Map::new()) {
        match value {
            Value::Bool(flag) => built.set(name, *flag)?,
            Value::String(text) => built.set(name, text.as_str())?,
            _ => built.set(
                name,
                number(value).expect("an option is a flag, a text or a number"),
            )?,
        }
    }
    Engine::new(built)
}

fn run_step(engine: &Engine, step: &Map<String, Value>) -> Result<(), String> {
    let mut methods = step
        .iter()
        .filter(|(key, _)| !EXPECTATIONS.contains(&key.as_str()));
    let (Some((method, arguments)), None) = (methods.next(), methods.next()) else {
        return Err("a step has one method".to_owned());
    };
    let outcome = if method == "load_bundle" {
        load_bundle(engine, arguments)?
    } else {
        let Value::Array(arguments) = decode(arguments)? else {
            return Err("arguments are a list".to_owned());
        };
        call(engine, method, &arguments)?
    };
    let mut expectations = step
        .iter()
        .filter(|(key, _)| EXPECTATIONS.contains(&key.as_str()));
    let expectation = expectations.next();
    if expectations.next().is_some() {
        return Err("a step has at most one expectation".to_owned());
    }
    match (expectation, outcome) {
        (Some((key, expected)), Err(error)) if key == "error" => expect_error(&error, expected),
        (_, Err(error)) => Err(format!("failed: {} {error}", error.code())),
        (None, Ok(_)) => Ok(()),
        (Some((key, expected)), Ok(Some(value))) if key == "returns" => {
            let expected = decode(expected)?;
            if value == expected {
                Ok(())
            } else {
                Err(format!("returned {value}, not {expected}"))
            }
        }
        (Some((key, Value::Bool(true))), Ok(None)) if key == "undefined" => Ok(()),
        (Some((key, expected)), Ok(value)) => Err(format!(
            "returned {}, not {key} {expected}",
            value.map_or("undefined".to_owned(), |value| value.to_string())
        )),
    }
}

fn expect_error(error: &Error, expected: &Value) -> Result<(), String> {
    let fields = expected
        .as_object()
        .filter(|fields| fields.contains_key("code"))
        .ok_or("an expected error has a code")?;
    for (key, value) in fields {
        let holds = match key.as_str() {
            "code" => value == error.code(),
            "message" => value
                .as_str()
                .is_some_and(|part| error.to_string().contains(part)),
            "line" => value.as_u64() == error.line().map(u64::from),
            "column" => value.as_u64() == error.column().map(u64::from),
            "file" => value.as_str() == error.file(),
            "kind" => value.as_str() == error.limit_kind().map(LimitKind::name),
            "option" => value.as_str() == error.option(),
            "limit" => value.as_u64() == error.limit(),
            _ => return Err(format!("unknown key {key} of an error")),
        };
        if !holds {
            return Err(format!(
                "failed with {} {error:?}, whose {key} is not {value}",
                error.code()
            ));
        }
    }
    Ok(())
}
