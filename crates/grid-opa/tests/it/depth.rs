//! Policies that nest deep: up to the limit they have enough stack, above it they are a limit.

use crate::hostile::{MEBIBYTE, engine, on_small_stack, still_works};
use grid_opa::{Engine, EngineOptions, ErrorKind};

/// A policy whose rule `r` is about `levels` levels deep, in one of several shapes.
fn deep(shape: &str, levels: usize) -> String {
    let chain = |per_rule: usize, first: &str, link: &dyn Fn(usize) -> String| {
        let count = levels / per_rule - 2;
        let links: String = (0..count).map(|index| link(index) + "\n").collect();
        format!("package p\n{first}\n{links}r := x if {{ x := r{count} }}")
    };
    let body = |count: usize, line: &str| {
        let lines: String = (0..count)
            .map(|index| line.replace('#', &index.to_string()) + "\n")
            .collect();
        format!("package p\nr if {{\n{lines}}}")
    };
    match shape {
        "rules" => chain(4, "r0 := 1", &|index| {
            format!("r{} := r{index} + 1", index + 1)
        }),
        "sets" => chain(4, "r0 contains 1", &|index| {
            format!("r{} contains x if {{ some x in r{index} }}", index + 1)
        }),
        "with" => chain(4, "r0 := 1", &|index| {
            format!(
                "r{} := x if {{ x := r{index} with input.a as 1 }}",
                index + 1
            )
        }),
        "arrays" => chain(3, "r0 := 1", &|index| {
            format!("r{} := [r{index}]", index + 1)
        }),
        "comprehensions" => chain(8, "r0 := 1", &|index| {
            format!("r{} := [x | x := [y | y := r{index}]]", index + 1)
        }),
        "every" => chain(6, "r0 := 1", &|index| {
            format!("r{} if {{ every x in [1] {{ x; r{index} }} }}", index + 1)
        }),
        "functions" => {
            let count = levels / 5 - 2;
            let links: String = (0..count)
                .map(|index| format!("f{}(x) := f{index}(x) + 1\n", index + 1))
                .collect();
            format!("package p\nf0(x) := x\n{links}r := f{count}(1)")
        }
        "loops" => body(levels / 2 - 4, "some x# in [1]"),
        "lookups" => body(levels - 8, "x# := input.a[_]").replace("input.a", "[1]"),
        "sum" => format!("package p\nr := {}1", "1 + ".repeat(levels - 4)),
        "path" => format!("package p\nr := true if not input{}", ".a".repeat(levels)),
        "calls" => format!("package p\nr := {}1{}", "abs(".repeat(30), ")".repeat(30)),
        _ => panic!("{shape}"),
    }
}

const SHAPES: [&str; 12] = [
    "rules",
    "sets",
    "with",
    "arrays",
    "comprehensions",
    "every",
    "functions",
    "loops",
    "lookups",
    "sum",
    "path",
    "calls",
];

#[test]
fn the_allowed_depth_has_enough_stack() {
    on_small_stack(|| {
        for shape in SHAPES {
            let engine = Engine::new(EngineOptions {
                max_nesting: 2000,
                max_evaluation_ms: 60_000,
                ..EngineOptions::default()
            })
            .unwrap();
            eprintln!("{shape}");
            let most = engine.options().max_depth as usize;
            engine
                .load_policy("p", &deep(shape, most))
                .unwrap_or_else(|error| panic!("{shape}: {error}"));
            let answer = engine
                .evaluate("data.p.r", None)
                .unwrap_or_else(|error| panic!("{shape}: {error}"));
            assert!(answer.is_some(), "{shape}");
        }
    });
}

#[test]
fn a_greater_depth_is_an_answer_or_a_limit() {
    on_small_stack(|| {
        let engine = engine(64 * MEBIBYTE);
        for shape in SHAPES.iter().filter(|shape| **shape != "calls") {
            for levels in [2_500, 20_000] {
                let loaded = engine.load_policy("p", &deep(shape, levels));
                let answer = loaded.and_then(|()| engine.evaluate("data.p.r", None));
                match answer {
                    Ok(answer) => assert!(answer.is_some(), "{shape}"),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Limit, "{shape}: {error}");
                        let option = error.option();
                        // An answer may nest too deep for the stack that writes it.
                        let options = [Some("max_depth"), Some("max_nesting"), None];
                        assert!(options.contains(&option), "{shape}: {error}");
                    }
                }
                still_works(&engine);
            }
        }
        let error = engine
            .evaluate(&("1 + ".repeat(50_000) + "1"), None)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    });
}
