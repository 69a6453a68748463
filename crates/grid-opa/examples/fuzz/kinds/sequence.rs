//! Calls in any order, checked against a model of the engine's contents.
//!
//! The model is a list of sources and a data document. After a change that succeeds, the engine must answer as a new engine that gets
//! all policies and data at once. After a change that fails, it must answer as before. A change must succeed if and only if a new engine
//! accepts the result.

mod answers;
mod ask;
mod change;
mod model;

use crate::kinds::Kind;
use crate::probe::{Probe, options};
use ask::ask;
use change::change;
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions};
use model::Model;

/// Sources that use, require and contradict each other and the data.
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
/// A source whose rule ends only at the limit of time.
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
            // The slow source always reaches this limit, so it is low.
            max_evaluation_ms: 5,
            decision_cache_bytes: if random.bool() { 100_000 } else { 0 },
            ..options()
        };
        Engine::forget("fuzz");
        let Ok(engine) = Engine::open("fuzz", Some(options.clone())) else {
            return probe.finding("an engine cannot be created", String::new());
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
