//! Input that could end a process: each is a typed error, and the engine keeps working.

use grid_opa::{
    Engine, EngineOptions, ErrorKind, LimitKind, MAX_JSON_DEPTH, MemoryCap, memory_cap,
};
use serde_json::json;

pub(crate) const MEBIBYTE: u32 = 1 << 20;

pub(crate) fn engine(memory: u32) -> Engine {
    let engine = Engine::new(EngineOptions {
        max_evaluation_memory_bytes: memory,
        max_evaluation_ms: 60_000,
        // Debug builds are slow, and other tests run at the same time.
        max_load_ms: 60_000,
        ..EngineOptions::default()
    })
    .unwrap();
    engine
        .load_policy("good.rego", "package good\nanswer := 42")
        .unwrap();
    engine
}

pub(crate) fn still_works(engine: &Engine) {
    assert_eq!(
        engine.evaluate("data.good.answer", None),
        Ok(Some(json!(42)))
    );
}

/// Runs on a thread with little stack, like the threads of a pool.
pub(crate) fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn memory_is_refused_before_it_is_taken() {
    assert_eq!(memory_cap(), MemoryCap::Counted);
    let engine = engine(16 * MEBIBYTE);
    for query in [
        "count(numbers.range(1, 1000000000))",
        "count(net.cidr_expand(\"0.0.0.0/0\"))",
        "count([x | some a in numbers.range(1, 1000); some b in numbers.range(1, 1000); x := [a, b, \"text\"]])",
        "count({x | some a in numbers.range(1, 1000); some b in numbers.range(1, 1000); x := a * 1000 + b})",
        "count(replace(replace(replace(replace(concat(\"\", [\"a\" | some _ in numbers.range(1, 1000)]), \"a\", \
        \"aaaaaaaaaaaaaaaaaaaa\"), \"a\", \"aaaaaaaaaaaaaaaaaaaa\"), \"a\", \"aaaaaaaaaaaaaaaaaaaa\"), \"a\", \"aaaaaaaaaaaaaaaaaaaa\"))",
    ] {
        let error = engine.evaluate(query, None).unwrap_err();
        assert_eq!(
            (error.kind(), error.option()),
            (ErrorKind::Limit, Some("max_evaluation_memory_bytes")),
            "{query}: {error}"
        );
        still_works(&engine);
    }
}

#[test]
fn panics_of_builtins_are_errors() {
    let engine = engine(64 * MEBIBYTE);
    {
        let (query, code) = ("numbers.range(0, 9223372036854775807)", "GRID_LIMIT");
        let error = engine.evaluate(query, None).unwrap_err();
        assert_eq!(error.code(), code, "{query}: {error}");
        still_works(&engine);
    }
}

#[test]
fn a_reload_that_takes_too_much_memory_leaves_the_old_set() {
    let engine = Engine::new(EngineOptions {
        max_load_memory_bytes: 8 * MEBIBYTE,
        ..EngineOptions::default()
    })
    .unwrap();
    engine
        .load_policy("good.rego", "package good\nanswer := 42")
        .unwrap();
    let rules: String = (0..20_000)
        .map(|index| format!("r{index} := {index}\n"))
        .collect();
    let data = json!({ "list": (0..600_000).map(|index| index.to_string()).collect::<Vec<_>>() });
    for error in [
        engine
            .load_policy("p", &format!("package p\n{rules}"))
            .unwrap_err(),
        engine.set_data(&data).unwrap_err(),
        engine.set_data_json(&data.to_string()).unwrap_err(),
    ] {
        assert_eq!(error.option(), Some("max_load_memory_bytes"), "{error}");
        still_works(&engine);
    }
    assert_eq!(engine.loaded_policies(), ["good.rego"]);
}

#[test]
fn the_path_of_a_rule_is_at_most_as_deep_as_data() {
    on_small_stack(|| {
        let engine = engine(64 * MEBIBYTE);
        for part in [".a", "[\"a\"]"] {
            // The root, the package and the name of the rule are three of them.
            let most = MAX_JSON_DEPTH - 3;
            for (depth, fits) in [(most, true), (most + 1, false), (100_000, false)] {
                let source = format!("package p\nr{} := 1", part.repeat(depth));
                let loaded = engine.load_policy("p", &source);
                assert_eq!(loaded.is_ok(), fits, "{part} {depth}: {loaded:?}");
                if let Err(error) = loaded {
                    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
                }
                still_works(&engine);
            }
        }
    });
}

/// An engine with a time limit of 1 ms for changes and for the compilation of queries.
fn hasty() -> Engine {
    let options = EngineOptions {
        max_load_ms: 1,
        ..EngineOptions::default()
    };
    // On a busy machine even the empty set may take that long.
    (0..1_000)
        .find_map(|_| Engine::new(options.clone()).ok())
        .unwrap()
}

/// Comprehensions in each other. Each level doubles the number of types to check.
fn nested_comprehensions(levels: usize) -> String {
    (0..levels).fold("1".to_owned(), |inner, level| {
        format!("[a{level} | a{level} := {inner}]")
    })
}

#[test]
fn a_change_that_takes_too_long_leaves_the_old_set() {
    let engine = hasty();
    let rules: String = (0..5_000)
        .map(|index| format!("r{index} := {index}\n"))
        .collect();
    let policies = [("p", format!("package p\n{rules}")), ("q", rules)];
    let policies = policies.each_ref().map(|(name, text)| (*name, &**text));
    // The second policy, which does not parse, is not reached.
    let error = engine.load_policies(&policies).unwrap_err();
    assert_eq!(
        (error.option(), error.limit(), error.limit_kind()),
        (Some("max_load_ms"), Some(1), Some(LimitKind::Time)),
        "{error}"
    );
    // A single policy that takes too long: the result of the last phase is discarded too.
    let error = engine
        .load_policy(policies[0].0, policies[0].1)
        .unwrap_err();
    assert_eq!(error.option(), Some("max_load_ms"), "{error}");
    let operations = (0..20_000).map(|_| json!({ "op": "add", "path": "/a", "value": 1 }));
    let error = engine.patch_data(&operations.collect()).unwrap_err();
    assert_eq!(error.option(), Some("max_load_ms"), "{error}");
    assert_eq!(engine.revision(), 0);
}

#[test]
fn a_type_check_that_ends_early_reports_only_that() {
    let nested = nested_comprehensions(16);
    let error = engine(64 * MEBIBYTE)
        .load_policy("p", &format!("package p\np := {nested}\n"))
        .unwrap_err();
    assert_eq!(error.code(), "GRID_LIMIT", "{error}");
    assert_eq!(error.others(), [], "{error}");
}

#[test]
fn a_query_that_takes_too_long_to_compile_is_refused() {
    let query = format!("x := {}", nested_comprehensions(16));
    let error = hasty().query(&query, None).unwrap_err();
    assert_eq!(
        (error.option(), error.limit(), error.limit_kind()),
        (Some("max_load_ms"), Some(1), Some(LimitKind::Time)),
        "{error}"
    );
}

#[test]
fn a_patch_cannot_exceed_the_depth_of_data() {
    on_small_stack(|| {
        let engine = engine(64 * MEBIBYTE);
        engine.set_data(&json!({ "a": {} })).unwrap();
        let deeper = |count: usize| {
            let operations =
                (0..count).map(|_| json!({ "op": "copy", "from": "/a", "path": "/a/a" }));
            operations.collect::<serde_json::Value>()
        };
        engine.patch_data(&deeper(MAX_JSON_DEPTH - 2)).unwrap();
        for count in [1, 20_000] {
            let error = engine.patch_data(&deeper(count)).unwrap_err();
            assert_eq!(
                (error.limit(), error.limit_kind()),
                (Some(MAX_JSON_DEPTH as u64), Some(LimitKind::Nesting)),
                "{error}"
            );
            still_works(&engine);
        }
    });
}
