//! The answers of an engine, and their comparison.

use super::QUERIES;
use super::model::Model;
use crate::probe::Probe;
use grid_opa::{Engine, Error};
use serde_json::Value;

pub(super) type Answer = Result<Option<String>, Error>;

// What an engine says to all questions that a change could matter to.
pub(super) fn answers(engine: &Engine, model: &Model, backwards: bool) -> Vec<Answer> {
    let ask = |(index, query): (usize, &&str)| {
        let input = (index % 2 == 0).then_some("{\"user\": \"ann\"}");
        engine.evaluate_json(query, input)
    };
    // The slow rule only ends at its limit.
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

// Of several errors the order of sources decides which comes first, so of errors only the code counts.
fn same(found: &Answer, expected: &Answer) -> bool {
    match (found, expected) {
        (Err(found), Err(expected)) => found.code() == expected.code(),
        _ => found == expected,
    }
}

// Of time or memory: what depends on the moment.
pub(super) fn limited<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(error) if error.limit().is_some())
}

// What the engine holds is what the model does.
pub(super) fn held(probe: &mut Probe, engine: &Engine, model: &Model) {
    if !engine.loaded_policies().iter().eq(model.policies.keys()) {
        probe.finding(
            "other policies are loaded",
            format!("{:?}", engine.loaded_policies()),
        );
    }
    if engine.revision() != model.revision {
        probe.finding(
            "the revision is another one",
            format!("{}, not {}", engine.revision(), model.revision),
        );
    }
    match engine.get_data("") {
        Ok(Some(Value::Object(data))) if data == model.data => {}
        other => probe.finding("other data is held", format!("{other:?}")),
    }
}
