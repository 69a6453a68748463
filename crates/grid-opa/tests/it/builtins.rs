//! Builtins of the host: their values, failures and names.

mod declarations;

use grid_opa::{Builtin, BuiltinFunction, Engine, EngineOptions, Error};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) fn builtin(
    name: &str,
    arity: u8,
    call: impl Fn(&[Value]) -> Result<Option<Value>, String> + Send + Sync + 'static,
) -> Builtin {
    Builtin::new(name, arity, false, Arc::new(call))
}

pub(crate) fn engine(builtins: Vec<Builtin>) -> Engine {
    Engine::new(EngineOptions {
        builtins,
        ..EngineOptions::default()
    })
    .unwrap()
}

// `acme.fail` fails, `acme.none` is undefined, `acme.id` returns its argument.
fn usual() -> Engine {
    engine(vec![
        builtin("acme.fail", 1, |arguments| {
            Err(format!("no {}", arguments[0]))
        }),
        builtin("acme.none", 0, |_| Ok(None)),
        builtin("acme.id", 1, |arguments| Ok(Some(arguments[0].clone()))),
    ])
}

pub(crate) fn loaded(engine: Engine, body: &str) -> Engine {
    let source = format!("package p\n{body}");
    engine.load_policy("p.rego", &source).unwrap();
    engine
}

pub(crate) fn code<T>(result: Result<T, Error>) -> Result<T, (&'static str, String)> {
    result.map_err(|error| (error.code(), error.to_string()))
}

#[test]
fn values_go_in_and_out_as_json() {
    let engine = usual();
    for value in [
        json!(null),
        json!([1, -2.5, "größe \0", { "a": [{}, true] }]),
        json!(u64::MAX),
        json!(i64::MIN),
    ] {
        let query = format!("acme.id({value})");
        assert_eq!(engine.evaluate(&query, None), Ok(Some(value.clone())));
        let answer = loaded(usual(), "x := acme.id(input)").evaluate("data.p.x", Some(&value));
        assert_eq!(answer, Ok(Some(value)));
    }
    assert_eq!(
        engine.evaluate("acme.id({3, 1})", None),
        Ok(Some(json!([1, 3])))
    );
    assert_eq!(engine.evaluate("acme.none()", None), Ok(None));
    assert_eq!(engine.evaluate("acme.id(acme.none())", None), Ok(None));
    assert_eq!(
        engine.query("x := acme.id(1)", None).map(|rows| rows.len()),
        Ok(1)
    );
    let beyond = code(engine.evaluate("acme.id(18446744073709551616)", None));
    assert!(matches!(beyond, Err(("GRID_EVALUATION", text)) if text.contains("acme.id")));
}

#[test]
fn text_keeps_digits_and_is_checked() {
    let answer_of = |text: &'static str| {
        let call = move |_: &str| Ok(Some(text.to_owned()));
        let json = Builtin::json("acme.json", 1, false, Arc::new(call));
        engine(vec![json]).evaluate_json("acme.json(1)", None)
    };
    assert_eq!(answer_of("{\"a\":[1]}"), Ok(Some("{\"a\":[1]}".to_owned())));
    for wrong in ["", "{", "1 2", "1e100000"] {
        let error = code(answer_of(wrong)).unwrap_err();
        assert!(
            error.0 == "GRID_EVALUATION" && error.1.contains("answer of the builtin acme.json"),
            "{error:?}"
        );
    }
    let seen = Arc::new(Mutex::new(String::new()));
    let keep = seen.clone();
    let call = move |text: &str| {
        text.clone_into(&mut keep.lock().unwrap());
        Ok(None)
    };
    let json = Builtin::json("acme.json", 2, false, Arc::new(call));
    let answer = engine(vec![json]).evaluate(
        "acme.json(170141183460469231731687303715884105727, {2, 1})",
        None,
    );
    assert_eq!(answer, Ok(None));
    assert_eq!(
        *seen.lock().unwrap(),
        "[170141183460469231731687303715884105727,[1,2]]"
    );
}

#[test]
fn a_failure_ends_the_evaluation_and_nothing_hides_it() {
    for body in [
        "allow if acme.fail(1)",
        "allow if not acme.fail(1)",
        "default allow := true\nallow := false if acme.fail(1)",
        "f(x) := true if acme.fail(x)\nf(x) := true if x == 1\nallow := f(1)",
        "f(x) := true if x == 1\nf(x) := acme.fail(x)\nallow := f(1)",
        "allow if count([1 | acme.fail(1)]) == 0",
        "allow if every x in [1] { acme.fail(x) }",
        "allow if { some x in [1, 2]; not acme.fail(x) }",
        "g if acme.fail(1)\nallow if not g",
    ] {
        let engine = loaded(usual(), body);
        for query in [
            "data.p.allow",
            "data.p",
            "not data.p.allow",
            "data.p.allow == true",
        ] {
            let error = code(engine.evaluate(query, None)).unwrap_err();
            assert_eq!(error.0, "GRID_EVALUATION", "{body}");
            assert!(
                error.1.contains("the builtin acme.fail failed: no "),
                "{body}: {error:?}"
            );
        }
    }
    let error = loaded(usual(), "\n  allow if acme.fail(1)")
        .evaluate("data.p.allow", None)
        .unwrap_err();
    assert_eq!(
        (error.file(), error.line(), error.column()),
        (Some("p.rego"), Some(3), Some(12))
    );
    let error = usual().evaluate("not acme.fail(1)", None).unwrap_err();
    assert_eq!(
        (error.file(), error.code()),
        (Some("<query>"), "GRID_EVALUATION")
    );
    // A failure ends only its own evaluation.
    let engine = loaded(usual(), "x := 1");
    assert!(engine.evaluate("acme.fail(1)", None).is_err());
    assert_eq!(engine.evaluate("data.p.x + 0", None), Ok(Some(json!(1))));
}

#[test]
fn after_a_failure_nothing_more_is_called() {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    let fail = builtin("acme.fail", 1, move |arguments| {
        count.fetch_add(1, Ordering::Relaxed);
        Err(format!("no {}", arguments[0]))
    });
    let body = "f(x) := true if acme.fail(x)\nf(x) := true if acme.fail(x + 1)\nallow := f(1)";
    let error = loaded(engine(vec![fail]), body)
        .evaluate("data.p.allow", None)
        .unwrap_err();
    assert!(error.to_string().contains("no 1"), "{error}");
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[test]
fn a_panic_is_a_failure_of_the_builtin() {
    let engine = engine(vec![builtin("acme.panic", 0, |_| {
        std::panic::resume_unwind(Box::new("window"))
    })]);
    let error = code(engine.evaluate("acme.panic()", None)).unwrap_err();
    assert!(
        error.0 == "GRID_EVALUATION"
            && error.1.contains("acme.panic")
            && error.1.contains("window"),
        "{error:?}"
    );
    assert_eq!(engine.evaluate("1 + 1", None), Ok(Some(json!(2))));
}

#[test]
fn only_decisions_of_pure_builtins_are_cached() {
    for pure in [true, false] {
        let calls = Arc::new(AtomicUsize::new(0));
        let count = calls.clone();
        let call: Arc<BuiltinFunction> =
            Arc::new(move |_| Ok(Some(json!(count.fetch_add(1, Ordering::Relaxed)))));
        let next = Builtin::new("acme.next", 0, pure, call);
        let options = EngineOptions {
            builtins: vec![next],
            decision_cache_bytes: 100_000,
            ..EngineOptions::default()
        };
        let engine = loaded(Engine::new(options).unwrap(), "x := acme.next()");
        let answers: Vec<_> = (0..2)
            .map(|_| {
                engine
                    .evaluate_json("data.p.x", Some("1"))
                    .unwrap()
                    .unwrap()
            })
            .collect();
        assert_eq!(answers, if pure { ["0", "0"] } else { ["0", "1"] });
    }
}

#[test]
fn may_call_host_follows_the_loaded_policies() {
    let engine = usual();
    assert!(!engine.may_call_host("data.p.x") && engine.may_call_host("1 + acme.id(1)"));
    let engine = loaded(engine, "x := acme.id(1)");
    assert!(engine.may_call_host("data.p.x"));
    engine.clear_policies().unwrap();
    assert!(!engine.may_call_host("data.p.x"));
}
