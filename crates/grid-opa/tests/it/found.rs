//! Findings of the fuzzer (`npm run fuzz:engine`), each in its smallest form. Findings that concern every binding are in bindings/cases.

use grid_opa::{Engine, EngineOptions, ErrorKind};
use serde_json::{Value, json};

#[test]
fn the_order_of_sources_has_no_effect() {
    let sources = [
        ("a", "package q\nx := data.p.y"),
        ("b", "package p\ndefault allow := false"),
        ("c", "package p\nf(n) := n + 1"),
        ("d", "package p\nx := data.q.x"),
        ("e", "package p\ny := f(2)"),
    ];
    let complete: Value = json!({ "allow": false, "x": 3, "y": 3 });
    for first in 0..sources.len() {
        for backwards in [false, true] {
            let mut order = sources.to_vec();
            order.rotate_left(first);
            if backwards {
                order.reverse();
            }
            let engine = Engine::new(EngineOptions::default()).unwrap();
            engine.load_policies(&order).unwrap();
            assert_eq!(
                engine.evaluate("data.p", None),
                Ok(Some(complete.clone())),
                "{order:?}"
            );
        }
    }
}

#[cfg(target_arch = "x86_64")]
const ALONE: &str = "found::alone_in_a_process";

// Lazily initialised state of the core stayed unusable after a refused allocation during its initialisation.
#[cfg(target_arch = "x86_64")]
#[test]
fn a_refused_first_use_has_no_lasting_effect() {
    let program = std::env::current_exe().unwrap();
    let status = std::process::Command::new(program)
        .args(["--exact", ALONE, "--ignored"])
        .status();
    assert!(status.unwrap().success());
}

#[ignore = "another test runs it in its own process"]
#[test]
fn alone_in_a_process() {
    let call = "[lower(\"A\"), regex.is_valid(\"a\"), glob.match(\"a*\", [], \"ab\"), sprintf(\"%q\", [\"é\"])]";
    for bytes in (1..40_000)
        .step_by(400)
        .chain((40_000..4_000_000).step_by(20_000))
    {
        let engine = Engine::new(EngineOptions {
            max_evaluation_memory_bytes: bytes,
            ..EngineOptions::default()
        })
        .unwrap();
        if let Err(error) = engine.evaluate(call, None) {
            assert_eq!(error.kind(), ErrorKind::Limit, "{bytes}: {error}");
        }
    }
    let engine = Engine::new(EngineOptions::default()).unwrap();
    assert_eq!(
        engine.evaluate(call, None),
        Ok(Some(json!(["a", true, true, "\"é\""])))
    );
}
