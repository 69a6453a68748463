//! Documents of hosts with their own values: without JSON text in between, and with integers of 128 bits.

use grid_opa::{Document, Engine, EngineOptions, LimitKind, MAX_JSON_DEPTH, stack_left};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use serde_json::{Value, json};

fn engine(decision_cache_bytes: u32) -> Engine {
    let engine = Engine::new(EngineOptions {
        decision_cache_bytes,
        ..EngineOptions::default()
    })
    .unwrap();
    engine
        .load_policy(
            "p",
            "package p\ngot := input\nset := {2, 1}\nnext := input + 1\nyes if input == 1\nwide := input * 4",
        )
        .unwrap();
    engine
}

fn document(value: &Value) -> Document {
    Document::deserialize(value).unwrap()
}

fn integer(value: i128) -> Document {
    let deserializer: serde::de::value::I128Deserializer<Error> = value.into_deserializer();
    Document::deserialize(deserializer).unwrap()
}

#[test]
fn a_document_is_converted_like_a_value() {
    let engine = engine(0);
    let value = json!({ "a": [1, 2.5, null, true, "x"], "b": {} });
    let answer = engine
        .evaluate_document("data.p.got", Some(&document(&value)))
        .unwrap()
        .unwrap();
    assert_eq!(serde_json::to_value(&answer).unwrap(), value);
    assert_eq!(answer.to_json().unwrap(), value.to_string());
    assert_eq!(engine.evaluate_document("data.p.got", None), Ok(None));
    let set = engine.evaluate_document("data.p.set", None).unwrap();
    assert_eq!(serde_json::to_value(set).unwrap(), json!([1, 2]));
}

#[test]
fn integers_keep_128_bits() {
    let engine = engine(0);
    for value in [i128::MAX - 1, i128::MIN, 1 << 64, -1] {
        let answer = engine.evaluate_document("data.p.next", Some(&integer(value)));
        assert_eq!(
            answer.unwrap().unwrap().to_json().unwrap(),
            (value + 1).to_string()
        );
    }
    let answer = engine.evaluate_document("data.p.next", Some(&integer(i128::MAX)));
    let document = answer.unwrap().unwrap();
    // A text has all digits, but a value of the host cannot.
    assert_eq!(
        document.to_json().unwrap(),
        "170141183460469231731687303715884105728"
    );
    assert!(serde_json::to_value(&document).is_err());
}

#[test]
fn no_document_nests_too_deep() {
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    assert!(Document::deserialize(nested(MAX_JSON_DEPTH)).is_ok());
    let error = Document::deserialize(nested(MAX_JSON_DEPTH + 1)).unwrap_err();
    assert!(error.to_string().contains("127 levels"), "{error}");
}

#[test]
fn a_test_needs_a_boolean() {
    let engine = engine(0);
    let evaluate = |rule: &str, value: Value, undefined| {
        let rule = format!("data.p.{rule}");
        engine.test_document(&rule, Some(&document(&value)), undefined)
    };
    assert_eq!(evaluate("yes", json!(1), None), Ok(true));
    assert_eq!(evaluate("yes", json!(2), Some(false)), Ok(false));
    for (rule, found) in [
        ("yes", "is undefined"),
        ("next", "is a number"),
        ("set", "is an array or a set"),
    ] {
        let error = evaluate(rule, json!(2), None).unwrap_err();
        assert!(error.message().contains(found), "{error}");
    }
}

#[test]
fn cached_answers_are_the_same() {
    let engine = engine(1 << 20);
    for _ in 0..2 {
        // An answer that does not survive its text form is evaluated again.
        let wide = engine.evaluate_document("data.p.wide", Some(&integer(1 << 70)));
        assert_eq!(
            wide.unwrap().unwrap().to_json().unwrap(),
            (1_i128 << 72).to_string()
        );
        let next = engine.evaluate_document("data.p.next", Some(&integer(1)));
        assert_eq!(next.unwrap().unwrap().to_json().unwrap(), "2");
        assert_eq!(engine.evaluate_document("data.p.got", None), Ok(None));
    }
    assert_eq!(engine.cached_decisions(), 3);
    assert_eq!(
        engine.evaluate_json("data.p.next", Some("1")),
        Ok(Some("2".to_owned()))
    );
    assert_eq!(
        engine.cached_decisions(),
        3,
        "a text and a document with the same text share a cache entry"
    );
}

#[test]
fn data_is_replaced_merged_patched_and_read() {
    let engine = engine(0);
    engine
        .set_data_document(&document(&json!({ "a": 1 })))
        .unwrap();
    engine
        .merge_data_document(&document(&json!({ "b": [2] })))
        .unwrap();
    let patch = json!([{ "op": "remove", "path": "/a" }]);
    engine.patch_data_document(&document(&patch)).unwrap();
    let data = engine.get_data_document("").unwrap().unwrap();
    assert_eq!(data.to_json().unwrap(), "{\"b\":[2]}");
    assert_eq!(engine.get_data_document("/c"), Ok(None));
    let error = engine.set_data_document(&document(&json!([]))).unwrap_err();
    assert_eq!(error.code(), "GRID_INPUT");
}

#[test]
fn memory_limits_exclude_the_input_document() {
    let engine = Engine::new(EngineOptions {
        max_evaluation_memory_bytes: 1 << 20,
        ..EngineOptions::default()
    })
    .unwrap();
    let large = document(&Value::from(vec![json!("x".repeat(1000)); 4000]));
    for _ in 0..3 {
        let answer = engine.evaluate_document("count(input)", Some(&large));
        assert_eq!(answer.unwrap().unwrap().to_json().unwrap(), "4000");
    }
}

/// Calls `work` with less stack than reading or writing a document needs, like a host deep in its own work.
fn with_little_stack<T>(work: impl FnOnce() -> T) -> T {
    let little = if cfg!(debug_assertions) { 100 } else { 28 } << 10;
    if stack_left().unwrap() < little {
        return work();
    }
    let room = std::hint::black_box([0_u8; 1024]);
    let done = with_little_stack(work);
    std::hint::black_box(room);
    done
}

#[test]
fn a_document_too_deep_for_a_small_stack_is_a_limit() {
    let engine = Engine::new(EngineOptions {
        max_depth: 10_000,
        ..EngineOptions::default()
    })
    .unwrap();
    let rules: String = (1..=500)
        .map(|n| format!("r{n} := [[[[r{}]]]]\n", n - 1))
        .collect();
    engine
        .load_policy("p.rego", &format!("package p\nr0 := 1\n{rules}"))
        .unwrap();
    let evaluate = move || {
        let answer = engine.evaluate_document("data.p.r500", None).unwrap();
        let text = "[[1]]";
        with_little_stack(|| {
            let read = Document::from_json(text, "text").map(drop);
            let written = answer.unwrap().to_json().map(drop);
            [("text", read), ("answer", written)]
        })
    };
    let small = std::thread::Builder::new().stack_size(256 << 10);
    for (what, done) in small.spawn(evaluate).unwrap().join().unwrap() {
        let error = done.unwrap_err();
        assert_eq!(error.limit_kind(), Some(LimitKind::Depth), "{error}");
        let expected = format!("the {what} nests deeper");
        assert!(error.message().contains(&expected), "{error}");
    }
    let unwritten = |text: &str| Document::unwritten(&text, "answer").code();
    assert_eq!(unwritten("another failure"), "GRID_EVALUATION");
}

#[test]
fn a_document_that_a_host_cannot_hold_is_refused() {
    let rules: String = (1..40)
        .map(|level| format!("r{level} := [r{0}, r{0}]\n", level - 1))
        .collect();
    let engine = engine(0);
    engine
        .load_policy("q", &format!("package q\nr0 := [1]\n{rules}"))
        .unwrap();
    assert!(engine.evaluate_document("data.q.r10", None).is_ok());
    let failed = engine.evaluate_document("data.q.r39", None).unwrap_err();
    assert_eq!(failed.limit_kind(), Some(LimitKind::Memory));
}
