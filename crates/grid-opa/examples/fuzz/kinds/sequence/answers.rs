//! The answers of an engine, and their comparison.

use super::QUERIES;
use super::model::Model;
use crate::probe::Probe;
use grid_opa::{Engine, Error};
use serde_json::Value;

pub(super) type Answer = Result<Option<String>, Error>;

// The answers to all questions that a change can affect.
pub(super) fn answers(engine: &Engine, model: &Model, backwards: bool) -> Vec<Answer> {
    let ask = |(index, query): (usize, &&str)| {
        let input = (index % 2 == 0).then_some("{\"user\": \"ann\"}");
        engine.evaluate_json(query, input)
    };
    // `data` would include the slow rule, which ends only at the limit of time.
    let all = if model
        .policies
        .values()
        .any(|source| source.contains("slow"))
    {
        "1"
    } else {
        "data"
    };
    if backwards {
        let _ = engine.evaluate_json(all, None);
    }
    let mut answers: Vec<Answer> = QUERIES
        .iter()
        .enumerate()
        .filter(|(_, query)| **query != "count(data)" || all == "data")
        .map(ask)
        .collect();
    answers.push(engine.evaluate_json(all, None));
    answers.push(engine.get_data_json(""));
    answers
}

pub(super) fn differ(probe: &mut Probe, key: &str, found: &[Answer], expected: &[Answer]) {
    for (found, expected) in found.iter().zip(expected) {
        if !same(found, expected) && !limited(found) && !limited(expected) {
            return probe.finding(key, format!("{found:?}, not {expected:?}"));
        }
    }
}

// If there are several errors, the order of the sources decides which one is reported. So only the codes are compared.
fn same(found: &Answer, expected: &Answer) -> bool {
    match (found, expected) {
        (Err(found), Err(expected)) => found.code() == expected.code(),
        _ => found == expected,
    }
}

// Whether a limit ended the call. Equal calls may differ in that.
pub(super) fn limited<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(error) if error.limit().is_some())
}

// Compares the engine's policies, revision and data with the model.
pub(super) fn held(probe: &mut Probe, engine: &Engine, model: &Model) {
    if !engine.loaded_policies().iter().eq(model.policies.keys()) {
        probe.finding(
            "the policies differ from the model",
            format!("{:?}", engine.loaded_policies()),
        );
    }
    if engine.revision() != model.revision {
        probe.finding(
            "the revision differs from the model",
            format!("{}, not {}", engine.revision(), model.revision),
        );
    }
    match engine.get_data("") {
        Ok(Some(Value::Object(data))) if data == model.data => {}
        other => probe.finding("the data differs from the model", format!("{other:?}")),
    }
}
