//! Calls in any order, beside a model of what the engine must hold.
//!
//! The model is a list of sources and a data document. After a change that was taken the engine must answer as a new engine that
//! got the same policies and data at once; after one that failed as it did before. A change is taken where a new engine takes it.

mod model;

use crate::kinds::Kind;
use crate::probe::{Probe, options};
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions, Error};
use model::{Model, built, document, merge, patch};
use serde_json::Value;

/// Sources that use, need and contradict each other and the data.
const SOURCES: [&str; 21] = [
    "package p\nallow if input.user in data.admins\nx := 1",
    "package p\nallow if input.user == \"bob\"\ny := f(2)",
    "package p\nf(n) := n + 1",
    "package p\nx := 2",
    "package p\nx := data.q.x",
    "package q\nx := data.p.x",
    "package q\nx := 3\nset contains data.n\nset contains 1",
    "package q.r\ndeep := {\"k\": [data.a, input]}",
    "package a\nb := 1",
    "package p.x\ny := 1",
    "package p\ndefault allow := false\nu contains v if some v in data.list",
    "package v\nx := any([true])\nt := upper(\"a\")",
    "package broken\nallow if {",
    "package broken\nx := y",
    "package broken\nx := nothing.here(1)",
    "package p\nx.y.z := 5\nx[k] := 1 if some k in [\"m\"]",
    "package p\nallow if not denied",
    "package p\ndenied if data.q.x == 3",
    "package q\nx := data.p.y",
    "package q.s\nz := data.q.r.deep\nall := data.q",
    "package w\nx := data.p.allow with data.admins as [\"ann\"] with input.user as \"ann\"\ny := time.now_ns() > 0",
];
/// One that only ends at its limit.
const SLOW: &str = "package slow\nx := count([1 | some a in numbers.range(1, 2000); some b in numbers.range(1, 2000); a == b])";
const NAMES: [&str; 5] = ["a.rego", "b.rego", "dir/c.rego", "d", "é"];
const QUERIES: [&str; 12] = [
    "data.p.allow",
    "data.p.x",
    "data.p",
    "data.q.set",
    "data.q.r.deep",
    "data.a",
    "data.v",
    "data.nothing",
    "count(data)",
    "[x | some x in data.list]",
    "data.w",
    "not data.p.allow",
];
const STEPS: usize = 24;

pub(crate) struct Sequences;

impl Kind for Sequences {
    fn case(&mut self, probe: &mut Probe, random: &mut Rng) {
        let options = EngineOptions {
            strict_builtin_errors: random.bool(),
            // One source is slow, and all that it comes to is this limit.
            max_evaluation_ms: 5,
            decision_cache_bytes: if random.bool() { 100_000 } else { 0 },
            ..options()
        };
        Engine::forget("fuzz");
        let Ok(engine) = Engine::open("fuzz", Some(options.clone())) else {
            return probe.finding("no engine", String::new());
        };
        let mut model = Model::default();
        let slow = random.u32(0..8) == 0;
        for _ in 0..random.usize(1..=STEPS) {
            if random.u32(0..3) == 0 {
                ask(probe, random, &engine, &model, &options);
            } else {
                change(probe, random, &engine, &mut model, &options, slow);
            }
        }
    }
}

fn change(
    probe: &mut Probe,
    random: &mut Rng,
    engine: &Engine,
    model: &mut Model,
    options: &EngineOptions,
    slow: bool,
) {
    let before = answers(engine, model, random.bool());
    let mut next = model.clone();
    let document = document(random);
    let text = Value::Object(document.clone()).to_string();
    let name = pick(random, &NAMES);
    let source = source_of(random, slow);
    // `None` is a change that the model knows to be refused.
    let (what, meant, outcome) = match random.u32(0..10) {
        0..4 => {
            next.policies.insert(name, source);
            let outcome = probe.change(|| engine.load_policy(name, source));
            (format!("load {name} {source}"), true, outcome)
        }
        4 => {
            let (other, another) = (pick(random, &NAMES), source_of(random, slow));
            next.policies.insert(name, source);
            next.policies.insert(other, another);
            let outcome =
                probe.change(|| engine.load_policies(&[(name, source), (other, another)]));
            (
                format!("load {name} {source} and {other} {another}"),
                name != other,
                outcome,
            )
        }
        5 => {
            let there = next.policies.remove(name).is_some();
            let outcome = probe.change(|| engine.remove_policy(name));
            if let Ok(removed) = outcome
                && removed != there
            {
                probe.finding("removed says otherwise", name.to_owned());
            }
            if outcome == Ok(false) {
                next.revision = next.revision.wrapping_sub(1);
            }
            (format!("remove {name}"), true, outcome.map(drop))
        }
        6 if random.u32(0..4) == 0 => {
            next.policies.clear();
            (
                "clear".to_owned(),
                true,
                probe.change(|| engine.clear_policies()),
            )
        }
        6 | 7 => {
            next.data = document;
            (
                format!("set {text}"),
                true,
                probe.change(|| engine.set_data_json(&text)),
            )
        }
        8 => {
            let merges = merge(&mut next.data, &document);
            (
                format!("merge {text}"),
                merges,
                probe.change(|| engine.merge_data_json(&text)),
            )
        }
        _ => {
            let (patch, works) = patch(&mut next.data, document, random);
            let text = patch.to_string();
            (
                format!("patch {text}"),
                works,
                probe.change(|| engine.patch_data_json(&text)),
            )
        }
    };
    probe.note("change", &what);
    next.revision = next.revision.wrapping_add(1);
    let fresh = if meant { built(&next, options) } else { None };
    match (&outcome, fresh) {
        (Ok(()), Some(fresh)) => {
            *model = next;
            held(probe, engine, model);
            probe.note("model", &format!("{:?} {:?}", model.policies, model.data));
            let (found, expected) = (answers(engine, model, true), answers(&fresh, model, true));
            differ(
                probe,
                "a changed engine answers otherwise than a new one",
                &found,
                &expected,
            );
        }
        (Err(_), _) => {
            held(probe, engine, model);
            let after = answers(engine, model, random.bool());
            differ(
                probe,
                "a change that failed changed the answers",
                &after,
                &before,
            );
            if meant && built(&next, options).is_some() && !limited(&outcome) {
                probe.finding(
                    "a change is refused that a new engine takes",
                    format!("{what}: {outcome:?}"),
                );
            }
        }
        (Ok(()), None) => {
            probe.finding("a change is taken that a new engine refuses", what);
            *model = next;
        }
    }
}

fn ask(
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
                "an open engine answers otherwise",
                &[first],
                &[other],
            );
        }
        Err(error) => probe.finding("an engine does not open", error.to_string()),
    }
    let wrong = EngineOptions {
        max_nesting: options.max_nesting + 1,
        ..options.clone()
    };
    if Engine::open("fuzz", Some(wrong)).is_ok() {
        probe.finding("an engine opens with other options", String::new());
    }
    held(probe, engine, model);
}

type Answer = Result<Option<String>, Error>;

// What an engine says to all questions that a change could matter to.
fn answers(engine: &Engine, model: &Model, backwards: bool) -> Vec<Answer> {
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

fn differ(probe: &mut Probe, key: &str, found: &[Answer], expected: &[Answer]) {
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
fn limited<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(error) if error.limit().is_some())
}

// What the engine holds is what the model does.
fn held(probe: &mut Probe, engine: &Engine, model: &Model) {
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

fn source_of(random: &mut Rng, slow: bool) -> &'static str {
    if slow && random.u32(0..4) == 0 {
        SLOW
    } else {
        pick(random, &SOURCES)
    }
}

fn pick(random: &mut Rng, list: &[&'static str]) -> &'static str {
    random.choice(list).copied().unwrap_or_default()
}
