//! Questions through all methods that evaluate a query.

use super::answers::{differ, held};
use super::model::Model;
use super::{QUERIES, pick};
use crate::probe::Probe;
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions};

pub(super) fn ask(
    probe: &mut Probe,
    random: &mut Rng,
    engine: &Engine,
    model: &Model,
    options: &EngineOptions,
) {
    let query = pick(random, &QUERIES);
    let input = pick(
        random,
        &[
            "{\"user\": \"ann\"}",
            "{\"user\": \"bob\"}",
            "null",
            "[1]",
            "{",
        ],
    );
    let input = (random.u32(0..5) > 0).then_some(input);
    probe.note("ask", &format!("{query} {input:?}"));
    let first = probe.question(|| engine.evaluate_json(query, input));
    let again = probe.question(|| engine.evaluate_json(query, input));
    differ(
        probe,
        "two answers to the same question",
        std::slice::from_ref(&first),
        &[again],
    );
    let _ = probe.question(|| engine.query_json(query, input));
    let _ = probe.question(|| engine.test_json(query, input, Some(false)));
    let opened = Engine::open("fuzz", random.bool().then(|| options.clone()));
    match opened {
        Ok(opened) => {
            let other = probe.question(|| opened.evaluate_json(query, input));
            differ(
                probe,
                "the engine of the same name answers differently",
                &[first],
                &[other],
            );
        }
        Err(error) => probe.finding("an engine cannot be opened by its name", error.to_string()),
    }
    let wrong = EngineOptions {
        max_nesting: options.max_nesting + 1,
        ..options.clone()
    };
    if Engine::open("fuzz", Some(wrong)).is_ok() {
        probe.finding(
            "an engine can be opened with different options",
            String::new(),
        );
    }
    held(probe, engine, model);
}
