//! The reported memory of an engine: it is counted, because the length of a source says little about it.

use grid_opa::{Engine, EngineOptions};

const BYTES: usize = 20_000;

/// A policy of at least `BYTES` bytes with many similar lines.
fn policy(line: impl Fn(usize) -> String) -> String {
    let mut source = "package p\n".to_owned();
    for number in 0.. {
        if source.len() >= BYTES {
            break;
        }
        source += &line(number);
    }
    source
}

/// The memory of an engine with this policy, in bytes.
fn memory_of(source: &str) -> usize {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    engine.load_policy("p.rego", source).unwrap();
    engine.memory_bytes()
}

#[test]
fn the_compiled_form_is_counted_and_not_the_length() {
    let comments = memory_of(&policy(|number| {
        format!("# {number} is not what it seems to be\n")
    }));
    let clauses = memory_of(&policy(|number| {
        format!("x if input.name == \"user-{number}\"\n")
    }));
    let constants = memory_of(&policy(|number| format!("x_{number} := {number}\n")));
    assert!(comments < 2 * BYTES, "{comments}");
    assert!(clauses > 10 * BYTES && clauses < 100 * BYTES, "{clauses}");
    assert!(constants > clauses + clauses / 2, "{constants} {clauses}");
}

#[test]
fn loads_and_removals_leave_no_memory() {
    let source = policy(|number| format!("x if input.a == {number}\n"));
    let engine = Engine::new(EngineOptions::default()).unwrap();
    let empty = engine.memory_bytes();
    engine.load_policy("p.rego", &source).unwrap();
    let loaded = engine.memory_bytes();
    for _ in 0..3 {
        engine.load_policy("p.rego", &source).unwrap();
        engine.set_data_json("{\"a\": 1}").unwrap();
        engine.set_data_json("{}").unwrap();
    }
    let again = engine.memory_bytes();
    assert!(again.abs_diff(loaded) < loaded / 100, "{again} {loaded}");
    engine.remove_policy("p.rego").unwrap();
    let removed = engine.memory_bytes();
    assert!(removed.abs_diff(empty) < 1000, "{removed} {empty}");
}
