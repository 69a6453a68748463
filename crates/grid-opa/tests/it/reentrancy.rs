//! Builtins of the host that ask and change engines, and what limits hold around them.

use crate::builtins::{builtin, code, engine, loaded};
use grid_opa::{Engine, EngineOptions};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

// An engine whose builtin `acme.again` does something with it.
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
fn a_builtin_may_ask_and_change_its_engine() {
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
    // The evaluation goes on with the set that it began with.
    assert_eq!(
        engine.evaluate("acme.again(0) + data.base.x", None),
        Ok(Some(json!(1)))
    );
    assert_eq!(engine.evaluate("data.base.x", None), Ok(Some(json!(5))));
}

#[test]
fn refusals_nest() {
    // What the inner evaluation could not say is no failure of the outer one, if the builtin takes it so.
    let engine = again(|engine, _| Ok(Some(json!(engine.evaluate("data.base.y", None).is_err()))));
    assert_eq!(
        engine.evaluate("acme.again(0)", None),
        Ok(Some(json!(true)))
    );
    // And an inner evaluation that can does not take the failure of the outer one away. The failed clause comes first.
    let inner = again(|engine, _| {
        engine
            .evaluate("data.base.x", None)
            .map_err(|error| error.to_string())
    });
    let outer = loaded(
        engine_with(inner.clone()),
        "f(x) := 1 if acme.fail(x)\nf(x) := 1 if acme.ask(x) == 1\nallow if f(1) == 1",
    );
    let error = outer.evaluate("data.p.allow", None).unwrap_err();
    assert!(error.to_string().contains("acme.fail"), "{error}");
}

fn engine_with(other: Engine) -> Engine {
    engine(vec![
        builtin("acme.fail", 1, |_| Err("outer".to_owned())),
        builtin("acme.ask", 1, move |_| {
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
fn one_that_runs_long_has_no_answer() {
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
fn what_it_takes_is_the_hosts_and_what_it_gives_the_evaluations() {
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

    // What a builtin gives is dropped where it was made: so it lifts no limit.
    let small = builtin("acme.small", 0, |_| Ok(Some(json!("y".repeat(100_000)))));
    let engine = limited(vec![small]);
    let error = engine.evaluate(
        "count([x | some i in numbers.range(1, 30); x := concat(\"\", [acme.small(), \"z\"])])",
        None,
    );
    assert_eq!(code(error).unwrap_err().0, "GRID_LIMIT");

    // An inner evaluation that takes too much is the inner one's.
    let inner = limited(Vec::new());
    let ask = builtin("acme.ask", 0, move |_| {
        let error = inner
            .evaluate("count([x | some x in numbers.range(1, 1000000)])", None)
            .map(drop);
        Ok(Some(json!(code(error).unwrap_err().0)))
    });
    let engine = limited(vec![ask]);
    let answer = engine.evaluate(
        "[acme.ask(), count([x | some x in numbers.range(1, 1000)])]",
        None,
    );
    assert_eq!(answer, Ok(Some(json!(["GRID_LIMIT", 1000]))));
}
