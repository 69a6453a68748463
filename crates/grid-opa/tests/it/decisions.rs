//! The decision cache: which answers it keeps, and that they equal the answers of an evaluation.

use grid_opa::{Engine, EngineOptions};
use serde_json::json;
use std::time::Duration;

fn engine(bytes: u32, ttl_ms: u32) -> Engine {
    Engine::new(EngineOptions {
        decision_cache_bytes: bytes,
        decision_cache_ttl_ms: ttl_ms,
        ..EngineOptions::default()
    })
    .unwrap()
}

const POLICY: &str = "package p\nallow if input.user in data.admins\nfails := 1 + input.user if input.user.x\nf := input.user";

fn evaluate(engine: &Engine, rule: &str, user: &str) -> Option<String> {
    engine
        .evaluate_json(
            &format!("data.p.{rule}"),
            Some(&format!("{{\"user\": \"{user}\"}}")),
        )
        .unwrap()
}

#[test]
fn answers_are_cached_by_rule_and_input_undefined_included() {
    let engine = engine(1 << 20, 0);
    engine.load_policy("p", POLICY).unwrap();
    engine.set_data(&json!({ "admins": ["ann"] })).unwrap();
    for _ in 0..3 {
        assert_eq!(evaluate(&engine, "allow", "ann").as_deref(), Some("true"));
        assert_eq!(evaluate(&engine, "allow", "bob"), None);
        assert_eq!(evaluate(&engine, "f", "bob").as_deref(), Some("\"bob\""));
        assert_eq!(engine.evaluate_json("data.p.f", None), Ok(None));
        assert_eq!(engine.cached_decisions(), 4);
    }
    assert_eq!(
        engine.test_json("data.p.allow", Some("{\"user\": \"ann\"}"), None),
        Ok(true)
    );
    // A query may call impure builtins, so it is always evaluated.
    assert_eq!(
        engine.evaluate_json("count(data.admins)", None),
        Ok(Some("1".to_owned()))
    );
}

#[test]
fn a_change_of_policies_or_data_clears_the_cache() {
    let engine = engine(1 << 20, 0);
    engine.load_policy("p", POLICY).unwrap();
    engine.set_data(&json!({ "admins": ["ann"] })).unwrap();
    assert_eq!(evaluate(&engine, "allow", "bob"), None);
    engine.set_data(&json!({ "admins": ["bob"] })).unwrap();
    assert_eq!(engine.cached_decisions(), 0);
    assert_eq!(evaluate(&engine, "allow", "bob").as_deref(), Some("true"));
    engine
        .load_policy("p", "package p\nallow := false")
        .unwrap();
    assert_eq!(evaluate(&engine, "allow", "bob").as_deref(), Some("false"));
}

#[test]
fn impure_answers_and_errors_are_not_cached() {
    let engine = engine(1 << 20, 0);
    engine.load_policy("p", POLICY).unwrap();
    let error = engine.evaluate_json("data.p.f", Some("{"));
    assert!(error.is_err());
    assert_eq!(engine.cached_decisions(), 0);
    for call in ["time.now_ns()", "time[\"now_ns\"]()"] {
        engine
            .load_policy("q", &format!("package q\nnow := {call}"))
            .unwrap();
        let evaluate = || engine.evaluate_json("data.q.now", None).unwrap();
        let first = evaluate();
        std::thread::sleep(Duration::from_millis(2));
        assert_ne!(first, evaluate(), "{call}");
    }
    // A rule that does not use it is cached.
    evaluate(&engine, "f", "ann");
    assert_eq!(engine.cached_decisions(), 1);
}

#[test]
fn answers_expire_and_the_room_is_bounded() {
    let engine = engine(20_000, 20);
    engine.load_policy("p", POLICY).unwrap();
    for user in 0..1000 {
        evaluate(&engine, "f", &user.to_string());
    }
    assert!(
        (10..500).contains(&engine.cached_decisions()),
        "{}",
        engine.cached_decisions()
    );
    std::thread::sleep(Duration::from_millis(40));
    // Expired answers are never returned, whether they still take up memory or not.
    assert_eq!(evaluate(&engine, "f", "999").as_deref(), Some("\"999\""));
    let off = self::engine(0, 0);
    off.load_policy("p", POLICY).unwrap();
    evaluate(&off, "f", "ann");
    assert_eq!(off.cached_decisions(), 0);
}
