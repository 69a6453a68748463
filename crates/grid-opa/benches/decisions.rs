//! Benchmarks of decisions and loads: `npm run bench:crates`. `npm run bench:engine` compares them with OPA and opa-wasm.

#![allow(clippy::expect_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use grid_opa::{CappedAllocator, Engine, EngineOptions};
use serde_json::{Value, json};

// As in an addon.
#[global_allocator]
static ALLOCATOR: CappedAllocator = CappedAllocator;

const RULE: &str = "data.authz.allow";
const RULES: usize = 50;

/// One rule per role; the last one is true for [`input`].
fn source() -> String {
    let rule = |role| {
        format!(
            "allow if {{\n\tinput.role == \"{role}\"\n\tinput.path in data.paths[\"{role}\"]\n}}\n"
        )
    };
    let rules: String = (0..RULES).map(rule).collect();
    format!("package authz\n{rules}")
}

fn data() -> Value {
    let paths = (0..RULES).map(|role| (role.to_string(), json!(["/", format!("/{role}")])));
    json!({ "paths": paths.collect::<serde_json::Map<_, _>>() })
}

fn input() -> Value {
    let role = (RULES - 1).to_string();
    json!({ "role": role, "path": format!("/{role}"), "groups": ["a", "b"], "from": "10.0.0.1" })
}

fn engine(options: EngineOptions) -> Engine {
    let engine = Engine::new(options).expect("options in their ranges");
    engine
        .load_policy("authz.rego", &source())
        .expect("a policy that compiles");
    engine.set_data(&data()).expect("an object");
    assert_eq!(engine.evaluate(RULE, Some(&input())), Ok(Some(json!(true))));
    engine
}

fn decisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decision by 50 rules");
    let (value, text) = (input(), input().to_string());
    let usual = engine(EngineOptions::default());
    group.bench_function("evaluation, value in", |bencher| {
        bencher.iter(|| usual.evaluate(RULE, Some(black_box(&value))));
    });
    let cached = EngineOptions {
        decision_cache_bytes: 1 << 20,
        ..EngineOptions::default()
    };
    let ways = [("evaluation", usual), ("decision cache", engine(cached))];
    for (name, engine) in ways {
        group.bench_function(format!("{name}, text in"), |bencher| {
            bencher.iter(|| engine.evaluate_json(RULE, Some(black_box(&text))));
        });
    }
    group.finish();
}

fn loads(criterion: &mut Criterion) {
    let (engine, source) = (engine(EngineOptions::default()), source());
    criterion.bench_function("load of 50 rules", |bencher| {
        bencher.iter(|| engine.load_policy("authz.rego", black_box(&source)));
    });
}

criterion_group!(all, decisions, loads);
criterion_main!(all);
