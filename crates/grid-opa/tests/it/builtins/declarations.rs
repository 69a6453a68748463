//! The names, arities and compile errors of host builtins.

use super::{builtin, code, engine, loaded, usual};
use grid_opa::{Builtin, BuiltinFunction, Engine, EngineOptions};
use serde_json::json;
use std::sync::Arc;

#[test]
fn names_and_numbers_of_arguments_are_checked() {
    let created = |name: &str, arity| {
        let one = builtin(name, arity, |_| Ok(None));
        code(Engine::new(EngineOptions {
            builtins: vec![one],
            ..EngineOptions::default()
        }))
        .map(drop)
    };
    for name in ["acme.lookup", "a.b.c", "_a._b1", "http.send"] {
        assert_eq!(created(name, 8), Ok(()), "{name}");
    }
    for name in [
        "",
        "lookup",
        ".a",
        "a.",
        "a..b",
        "a.1",
        "a.b-c",
        "a.ü",
        "data.a",
        "input.a",
        "a.in",
        "a.not",
        "a b.c",
        "time.now_ns",
        "strings.split_n",
        "count",
        "print",
        "array.concat",
    ] {
        let error = created(name, 1).unwrap_err();
        assert!(
            error.0 == "GRID_ARGUMENT" && error.1.contains(&format!("{name:?}")),
            "{error:?}"
        );
    }
    assert_eq!(created("a.b", 9).unwrap_err().0, "GRID_ARGUMENT");
    let twice = vec![
        builtin("a.b", 1, |_| Ok(None)),
        builtin("a.b", 2, |_| Ok(None)),
    ];
    let twice = Engine::new(EngineOptions {
        builtins: twice,
        ..EngineOptions::default()
    });
    assert_eq!(code(twice).map(drop).unwrap_err().0, "GRID_ARGUMENT");
}

#[test]
fn wrong_calls_do_not_compile() {
    for (body, line, column) in [
        ("x := acme.id(1, 2)", 2, 6),
        ("x if {\n  acme.id()\n}", 3, 3),
        ("x := acme.none(1)", 2, 6),
        (
            "x := acme.id([1, 2], )\ny := acme.id((1), f(1, 2))\nf(a, b) := a",
            3,
            6,
        ),
        ("import data.acme\nx := acme.id(1)", 3, 6),
        ("acme := 1\nx := acme.id(1)", 3, 6),
    ] {
        let engine = usual();
        let error = engine
            .load_policy("p.rego", &format!("package p\n{body}"))
            .unwrap_err();
        let place = (error.code(), error.file(), error.line(), error.column());
        assert_eq!(
            place,
            ("GRID_COMPILE", Some("p.rego"), Some(line), Some(column)),
            "{body}: {error}"
        );
    }
    let engine = loaded(usual(), "x := acme.id(1)");
    let error = engine
        .load_policy("q.rego", "package p\nacme := 2")
        .unwrap_err();
    assert_eq!(
        (error.code(), error.file(), error.line()),
        ("GRID_COMPILE", Some("p.rego"), Some(2))
    );
    assert_eq!(engine.evaluate("data.p.x", None), Ok(Some(json!(1))));
    for query in ["acme.id()", "[x | x := acme.id(1, 2)]"] {
        assert_eq!(
            code(engine.evaluate(query, None)).unwrap_err().0,
            "GRID_COMPILE"
        );
        assert_eq!(
            code(engine.check_query(query)).unwrap_err().0,
            "GRID_COMPILE"
        );
    }
    // Without the builtin a policy may define a function of this name.
    let without = Engine::new(EngineOptions::default()).unwrap();
    let sources = [
        ("acme", "package acme\nid(x) := x"),
        ("p", "package p\nimport data.acme\nx := acme.id(1)"),
    ];
    assert_eq!(without.load_policies(&sources), Ok(()));
}

#[test]
fn a_host_may_define_a_builtin_that_this_build_does_not_have() {
    let send = builtin("http.send", 1, |_| Ok(Some(json!({ "status_code": 200 }))));
    let engine = loaded(
        engine(vec![send]),
        "allow if http.send({}).status_code == 200",
    );
    assert_eq!(engine.evaluate("data.p.allow", None), Ok(Some(json!(true))));
    assert_eq!(
        engine.evaluate("http.send({}).status_code", None),
        Ok(Some(json!(200)))
    );
}

#[test]
fn options_with_the_same_functions_are_the_same() {
    let id: Arc<BuiltinFunction> = Arc::new(|arguments| Ok(arguments.first().cloned()));
    let options = |pure, call: &Arc<BuiltinFunction>| EngineOptions {
        builtins: vec![Builtin::new("acme.id", 1, pure, call.clone())],
        ..EngineOptions::default()
    };
    let other: Arc<BuiltinFunction> = Arc::new(|arguments| Ok(arguments.last().cloned()));
    assert_eq!(options(true, &id), options(true, &id));
    assert_ne!(options(true, &id), options(false, &id));
    assert_ne!(options(true, &id), options(true, &other));
    assert!(format!("{:?}", options(true, &id)).contains("acme.id"));
}
