//! Runs every case of bindings/cases/cache; the form of a case is in bindings/cases/README.md.

use std::fs;
use std::path::Path;

use grid_cache::{Cache, Error};
use serde_json::{Map, Value as Json};

use crate::calls::{Outcome, World, call, only_keys, open, read_options};
use crate::special_forms::{Given, decode};

/// A folder that lost its files must not pass.
const FEWEST_CASES: usize = 25;

/// The handle of the default cache of a case.
const OWN: &str = "";

#[test]
fn behaviour_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/cases/cache");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    files.sort();
    let mut faults = Vec::new();
    let mut count = 0;
    for file in files {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&file).unwrap();
        let cases: Vec<Json> =
            yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for case in &cases {
            count += 1;
            if let Err(fault) = run_case(case) {
                faults.push(format!("{name}: {}: {fault}", case["name"]));
            }
        }
    }
    println!("{count} cases");
    assert!(
        faults.is_empty(),
        "{} of {count} cases failed:\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert!(
        count >= FEWEST_CASES,
        "only {count} cases in {}",
        folder.display()
    );
}

/// Runs one case on new caches; the error says what differs.
fn run_case(case: &Json) -> Result<(), String> {
    let case = case.as_object().ok_or("a case is a map")?;
    only_keys(case, &["name", "options", "steps", "error"])?;
    let options = case.get("options").unwrap_or(&Json::Null);
    let opened = read_options(options)?.and_then(|options| Cache::new(&options));
    let (steps, cache) = match (case.get("steps"), case.get("error")) {
        (Some(Json::Array(steps)), None) => {
            (steps, opened.map_err(|error| format!("options: {error}"))?)
        }
        (None, Some(_)) => {
            return expect(opened.map(|_| Outcome::Nothing), case)
                .map_err(|fault| format!("options: {fault}"));
        }
        _ => return Err("a case has steps or the error of its options".into()),
    };
    let mut world = World::default();
    world.handles.insert(OWN.to_owned(), cache);
    for (at, step) in steps.iter().enumerate() {
        run_step(step, &mut world).map_err(|fault| format!("step {} {step}: {fault}", at + 1))?;
    }
    Ok(())
}

/// Runs one step.
fn run_step(step: &Json, world: &mut World) -> Result<(), String> {
    let step = step.as_object().ok_or("a step is a map")?;
    let extra = ["on", "returns", "undefined", "error"];
    let mut methods = step
        .iter()
        .filter(|(key, _)| !extra.contains(&key.as_str()));
    let (Some((method, arguments)), None) = (methods.next(), methods.next()) else {
        return Err("a step has one method and no unknown keys".into());
    };
    let arguments = arguments.as_array().ok_or("arguments are a list")?;
    let result = if method == "open" {
        open(arguments, world)?
    } else {
        let handle = match step.get("on") {
            None => OWN,
            Some(name) => name.as_str().ok_or("`on` names a handle")?,
        };
        let cache = world.handles.get(handle).ok_or("no such handle")?.clone();
        call(&cache, method, arguments, world)?
    };
    expect(result, step)
}

/// Compares the result of a call with the expectation of its step.
fn expect(result: Result<Outcome, Error>, step: &Map<String, Json>) -> Result<(), String> {
    match (
        step.get("returns"),
        step.get("undefined"),
        step.get("error"),
        result,
    ) {
        (None, None, Some(wanted), Err(error)) => expect_error(&error, wanted),
        (None, None, Some(_), Ok(_)) => Err("did not fail".into()),
        (_, _, _, Err(error)) => Err(format!("failed with {}: {error}", error.code())),
        (None, None, None, Ok(_))
        | (None, Some(Json::Bool(true)), None, Ok(Outcome::Undefined)) => Ok(()),
        (Some(wanted), None, None, Ok(Outcome::Value(got))) => {
            let wanted = decode(wanted)?;
            if got == wanted {
                return Ok(());
            }
            Err(format!("returned {}, not {}", short(&got), short(&wanted)))
        }
        (Some(_), None, None, Ok(_)) => Err("returned no value".into()),
        (None, Some(_), None, Ok(_)) => Err("returned a value".into()),
        _ => Err("a step has one expectation at most".into()),
    }
}

/// Compares the code and, if it is given, a part of the message.
fn expect_error(error: &Error, wanted: &Json) -> Result<(), String> {
    let wanted = wanted.as_object().ok_or("an error is a map")?;
    only_keys(wanted, &["code", "message"])?;
    let text = |key: &str| wanted.get(key).and_then(Json::as_str);
    let code = text("code").ok_or("an error has a code")?;
    let message = error.to_string();
    if error.code() != code || !message.contains(text("message").unwrap_or_default()) {
        return Err(format!("failed with {}: {message}", error.code()));
    }
    Ok(())
}

/// The beginning of a value: some have 100,000 characters.
fn short(value: &Given) -> String {
    format!("{value:?}").chars().take(120).collect()
}
