//! Builtins of the host that call and change engines, and the limits of such calls.

use crate::builtins::{builtin, code, engine, loaded};
use grid_opa::{Engine, EngineOptions};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

// An engine whose builtin `acme.again` calls `act` with the same engine.
fn again(
    act: impl Fn(&Engine, &[Value]) -> Result<Option<Value>, String> + Send + Sync + 'static,
) -> Engine {
    let own: Arc<OnceLock<Engine>> = Arc::default();
    let inner = own.clone();
    let again = builtin("acme.again", 1, move |arguments| {
        act(inner.get().unwrap(), arguments)
    });
    let fail = builtin("acme.fail", 0, |_| Err("inner".to_owned()));
    let engine = engine(vec![again, fail]);
    engine
        .load_policy("base", "package base\nx := 1\ny if not acme.fail()")
        .unwrap();
    own.set(engine.clone()).unwrap();
    engine
}

#[test]
fn a_builtin_may_call_and_change_its_engine() {
    let engine = again(|engine, _| {
        engine
            .evaluate("data.base.x + 1", None)
            .map_err(|error| error.to_string())
    });
    assert_eq!(
        engine.evaluate("acme.again(0) + data.base.x", None),
        Ok(Some(json!(3)))
    );

    let engine = again(|engine, _| {
        engine
            .load_policy("base", "package base\nx := 5")
            .map_err(|error| error.to_string())?;
        Ok(Some(json!(0)))
    });
    // The evaluation continues with the set that it started with.
    assert_eq!(
        engine.evaluate("acme.again(0) + data.base.x", None),
        Ok(Some(json!(1)))
    );
    assert_eq!(engine.evaluate("data.base.x", None), Ok(Some(json!(5))));
}

#[test]
fn failures_nest() {
    // The failure of an inner evaluation does not fail the outer one if the builtin handles it.
    let engine = again(|engine, _| Ok(Some(json!(engine.evaluate("data.base.y", None).is_err()))));
    assert_eq!(
        engine.evaluate("acme.again(0)", None),
        Ok(Some(json!(true)))
    );
    // A successful inner evaluation does not hide the failure of the outer one. The failed clause comes first.
    let inner = again(|engine, _| {
        engine
            .evaluate("data.base.x", None)
            .map_err(|error| error.to_string())
    });
    let outer = loaded(
        engine_with(inner.clone()),
        "f(x) := 1 if acme.fail(x)\nf(x) := 1 if acme.call(x) == 1\nallow if f(1) == 1",
    );
    let error = outer.evaluate("data.p.allow", None).unwrap_err();
    assert!(error.to_string().contains("acme.fail"), "{error}");
}

fn engine_with(other: Engine) -> Engine {
    engine(vec![
        builtin("acme.fail", 1, |_| Err("outer".to_owned())),
        builtin("acme.call", 1, move |_| {
            other
                .evaluate("acme.again(0)", None)
                .map_err(|error| error.to_string())
        }),
    ])
}

#[test]
fn recursion_without_end_is_an_error() {
    let depth = Arc::new(AtomicUsize::new(0));
    let engine = again(move |engine, _| {
        if depth.fetch_add(1, Ordering::Relaxed) > 20 {
            return Err("too deep for this host".to_owned());
        }
        engine
            .evaluate("acme.again(0)", None)
            .map_err(|error| error.to_string())
    });
    assert_eq!(
        code(engine.evaluate("acme.again(0)", None)).unwrap_err().0,
        "GRID_EVALUATION"
    );
}

#[test]
fn a_slow_builtin_has_no_answer() {
    let sleep = builtin("acme.sleep", 0, |_| {
        std::thread::sleep(Duration::from_millis(50));
        Ok(Some(json!(true)))
    });
    let options = EngineOptions {
        builtins: vec![sleep],
        max_evaluation_ms: 10,
        ..EngineOptions::default()
    };
    let engine = loaded(
        Engine::new(options).unwrap(),
        "allow if acme.sleep()\nother if not acme.sleep()",
    );
    for query in ["data.p.allow", "data.p.other", "acme.sleep()"] {
        let error = engine.evaluate(query, None).unwrap_err();
        assert_eq!(
            (error.code(), error.option()),
            ("GRID_LIMIT", Some("max_evaluation_ms")),
            "{query}"
        );
    }
}

#[test]
fn memory_of_builtins_is_uncapped_but_their_answers_count() {
    let limited = |builtins| {
        Engine::new(EngineOptions {
            builtins,
            max_evaluation_memory_bytes: 1 << 20,
            ..EngineOptions::default()
        })
        .unwrap()
    };
    let much = builtin("acme.much", 0, |_| {
        Ok(Some(json!(vec![0_u8; 8 << 20].len())))
    });
    let large = builtin("acme.large", 0, |_| Ok(Some(json!("x".repeat(4 << 20)))));
    let engine = limited(vec![much, large]);
    assert_eq!(
        engine.evaluate("acme.much()", None),
        Ok(Some(json!(8 << 20)))
    );
    let error = engine.evaluate("count(acme.large())", None).unwrap_err();
    assert_eq!(
        (error.code(), error.option()),
        ("GRID_LIMIT", Some("max_evaluation_memory_bytes"))
    );

    // The answer of a builtin is dropped outside the cap, where it was allocated, so it does not raise the limit.
    let small = builtin("acme.small", 0, |_| Ok(Some(json!("y".repeat(100_000)))));
    let engine = limited(vec![small]);
    let error = engine.evaluate(
        "count([x | some i in numbers.range(1, 30); x := concat(\"\", [acme.small(), \"z\"])])",
        None,
    );
    assert_eq!(code(error).unwrap_err().0, "GRID_LIMIT");

    // An inner evaluation that takes too much memory does not fail the outer one.
    let inner = limited(Vec::new());
    let call = builtin("acme.call", 0, move |_| {
        let error = inner
            .evaluate("count([x | some x in numbers.range(1, 1000000)])", None)
            .map(drop);
        Ok(Some(json!(code(error).unwrap_err().0)))
    });
    let engine = limited(vec![call]);
    let answer = engine.evaluate(
        "[acme.call(), count([x | some x in numbers.range(1, 1000)])]",
        None,
    );
    assert_eq!(answer, Ok(Some(json!(["GRID_LIMIT", 1000]))));
}
