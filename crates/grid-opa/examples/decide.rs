//! Decisions in a Rust program, for example on a board: `cargo run -p grid-opa --example decide`.

use grid_opa::{CappedAllocator, Engine, EngineOptions, Error, LimitKind, MemoryCap, memory_cap};
use serde_json::json;

// Counts the memory of an evaluation. Memory limits need this allocator.
#[global_allocator]
static ALLOCATOR: CappedAllocator = CappedAllocator;

fn main() -> Result<(), Error> {
    let engine = Engine::new(EngineOptions {
        max_evaluation_memory_bytes: 2 << 20,
        ..EngineOptions::default()
    })?;
    engine.load_policy(
        "authz.rego",
        "package authz\nallow if input.user in data.admins",
    )?;
    engine.set_data(&json!({ "admins": ["ann"] }))?;
    let allow = |user: &str| engine.evaluate("data.authz.allow", Some(&json!({ "user": user })));
    assert_eq!(allow("ann")?, Some(json!(true)));
    assert_eq!(allow("bob")?, None); // undefined, which is not false

    // A policy that does not compile changes nothing: the old policy stays.
    let refused = engine.load_policy("authz.rego", "package authz\nallow if {");
    let place = refused.map_err(|error| (error.code(), error.line()));
    assert_eq!(place, Err(("GRID_COMPILE", Some(2))));
    assert_eq!(allow("ann")?, Some(json!(true)));

    // An evaluation that needs too much memory is an error, and the process continues.
    engine.load_policy("big.rego", "package big\nlist := numbers.range(1, 200000)")?;
    let refused = engine.evaluate("data.big.list", None);
    let kind = refused.map_err(|error| error.limit_kind());
    assert_eq!(kind, Err(Some(LimitKind::Memory)));
    assert_ne!(memory_cap(), MemoryCap::None);
    println!("{engine:?}, memory limits: {:?}", memory_cap());
    Ok(())
}
