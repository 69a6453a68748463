//! The decision cache: what it keeps, and that what it gives is what an evaluation would.

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

fn ask(engine: &Engine, rule: &str, user: &str) -> Option<String> {
    engine
        .evaluate_json(
            &format!("data.p.{rule}"),
            Some(&format!("{{\"user\": \"{user}\"}}")),
        )
        .unwrap()
}

#[test]
fn an_answer_is_kept_by_rule_and_input_and_undefined_is_one() {
    let engine = engine(1 << 20, 0);
    engine.load_policy("p", POLICY).unwrap();
    engine.set_data(&json!({ "admins": ["ann"] })).unwrap();
    for _ in 0..3 {
        assert_eq!(ask(&engine, "allow", "ann").as_deref(), Some("true"));
        assert_eq!(ask(&engine, "allow", "bob"), None);
        assert_eq!(ask(&engine, "f", "bob").as_deref(), Some("\"bob\""));
        assert_eq!(engine.evaluate_json("data.p.f", None), Ok(None));
        assert_eq!(engine.cached_decisions(), 4);
    }
    assert_eq!(
        engine.test_json("data.p.allow", Some("{\"user\": \"ann\"}"), None),
        Ok(true)
    );
    // A query may call anything, and is asked each time.
    assert_eq!(
        engine.evaluate_json("count(data.admins)", None),
        Ok(Some("1".to_owned()))
    );
}

#[test]
fn a_change_of_policies_or_data_forgets_all() {
    let engine = engine(1 << 20, 0);
    engine.load_policy("p", POLICY).unwrap();
    engine.set_data(&json!({ "admins": ["ann"] })).unwrap();
    assert_eq!(ask(&engine, "allow", "bob"), None);
    engine.set_data(&json!({ "admins": ["bob"] })).unwrap();
    assert_eq!(engine.cached_decisions(), 0);
    assert_eq!(ask(&engine, "allow", "bob").as_deref(), Some("true"));
    engine
        .load_policy("p", "package p\nallow := false")
        .unwrap();
    assert_eq!(ask(&engine, "allow", "bob").as_deref(), Some("false"));
}

#[test]
fn what_is_not_pure_and_what_fails_is_not_kept() {
    let engine = engine(1 << 20, 0);
    engine.load_policy("p", POLICY).unwrap();
    let error = engine.evaluate_json("data.p.f", Some("{"));
    assert!(error.is_err());
    assert_eq!(engine.cached_decisions(), 0);
    for call in ["time.now_ns()", "time[\"now_ns\"]()"] {
        engine
            .load_policy("q", &format!("package q\nnow := {call}"))
            .unwrap();
        let asked = || engine.evaluate_json("data.q.now", None).unwrap();
        let first = asked();
        std::thread::sleep(Duration::from_millis(2));
        assert_ne!(first, asked(), "{call}");
    }
    // A rule that does not use it is kept.
    ask(&engine, "f", "ann");
    assert_eq!(engine.cached_decisions(), 1);
}

#[test]
fn answers_expire_and_the_room_is_bounded() {
    let engine = engine(20_000, 20);
    engine.load_policy("p", POLICY).unwrap();
    for user in 0..1000 {
        ask(&engine, "f", &user.to_string());
    }
    assert!(
        (10..500).contains(&engine.cached_decisions()),
        "{}",
        engine.cached_decisions()
    );
    std::thread::sleep(Duration::from_millis(40));
    // Expired ones are never given, whether they still take room or not.
    assert_eq!(ask(&engine, "f", "999").as_deref(), Some("\"999\""));
    let off = self::engine(0, 0);
    off.load_policy("p", POLICY).unwrap();
    ask(&off, "f", "ann");
    assert_eq!(off.cached_decisions(), 0);
}
