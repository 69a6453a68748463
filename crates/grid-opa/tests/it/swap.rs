//! Changes are atomic: an answer comes from exactly one set.

use grid_opa::{Engine, EngineOptions};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

// Two rules and a loop between them, so that a mixed set would have time to show.
fn policy(version: usize) -> String {
    format!(
        "package p\nfirst := {version}\nsecond := {version}\nslow := count([x | some x in numbers.range(1, 50)])\n\
         versions contains first if slow > 0\nversions contains data.p.second if slow > 0\nversions contains data.q.third"
    )
}

#[test]
fn answers_never_mix_two_sets() {
    let engine = Engine::new(EngineOptions {
        max_evaluation_ms: 60_000,
        ..EngineOptions::default()
    })
    .unwrap();
    engine
        .load_policy("q", "package q\nthird := data.p.second")
        .unwrap();
    engine.load_policy("p", &policy(0)).unwrap();
    let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let (engine, stop, answers) = (&engine, &stop, &answers);
            scope.spawn(move || {
                let mut last = 0;
                while !stop.load(Ordering::Relaxed) {
                    let query = if thread == 0 {
                        "data.p.versions[_]"
                    } else {
                        "data.p.versions"
                    };
                    let answer = engine.evaluate(query, None).unwrap().unwrap();
                    let version = match answer.as_array().map(Vec::as_slice) {
                        Some([version]) => version.as_u64().unwrap(),
                        Some(_) => panic!("mixed: {answer}"),
                        None => answer.as_u64().unwrap(),
                    };
                    assert!(
                        version >= last,
                        "an older set came back: {version} after {last}"
                    );
                    last = version;
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for version in 1..=100 {
            engine.load_policy("p", &policy(version)).unwrap();
            assert!(engine.load_policy("p", "package p\nfirst if {").is_err());
            let seen = engine.evaluate("data.p.versions", None).unwrap();
            assert_eq!(
                seen,
                Some(json!([version])),
                "a load is visible to its caller"
            );
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(answers.into_inner() > 0);
}

#[test]
fn changes_of_several_threads_are_all_kept() {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let engine = &engine;
            scope.spawn(move || {
                for index in 0..5 {
                    let name = format!("{thread}-{index}");
                    engine
                        .load_policy(&name, &format!("package p{thread}.q{index}\nx := {index}"))
                        .unwrap();
                    engine.merge_data(&json!({ "d": { name: index } })).unwrap();
                }
            });
        }
    });
    assert_eq!(engine.loaded_policies().len(), 20);
    let data = engine.evaluate("data.d", None).unwrap().unwrap();
    assert_eq!(data.as_object().map(serde_json::Map::len), Some(20));
}

#[test]
fn the_engine_is_shareable_and_does_not_print_data() {
    fn shared<T: Send + Sync>(_: &T) {}
    let engine = Engine::new(EngineOptions::default()).unwrap();
    shared(&engine);
    engine.set_data(&json!({ "secret": "abc" })).unwrap();
    assert!(!format!("{engine:?}").contains("abc"));
    assert_eq!(
        engine.evaluate("data", None),
        Ok(Some(Value::Object(
            [("secret".to_owned(), json!("abc"))].into_iter().collect()
        )))
    );
}
