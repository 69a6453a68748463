//! The reasons of rules and queries that have no plan.

use super::Both;
use grid_opa::{Engine, EngineOptions, EvaluationPath};

#[test]
fn what_has_no_plan_tells_its_reason_and_answers_as_the_core() {
    let mut wrong = Vec::new();
    for (clause, reason) in [
        ("r if input.a == 1 with input.a as 1", "p0.rego:2: a `with`"),
        ("r if print(input.a)", "the builtin print"),
        ("r if time.now_ns() > 0", "the builtin time.now_ns"),
        (
            "r if { y > 1; y = input.a }",
            "a variable that gets its value later",
        ),
        (
            "r := [v | v := input.list[i]]",
            "a variable that gets its value later",
        ),
        (
            "r if { [x, 1] = input.a; x == 1 }",
            "a variable that gets its value later",
        ),
        (
            "r if { [x, _] := input.a; x == 1 }",
            "an assignment to a pattern",
        ),
        ("r if { some [x, _] in input.list; x == 1 }", "a pattern"),
        ("r := -input.a", "a minus sign"),
        ("r := data.p", "a package as a value"),
        ("r := input.a[data.p.f]\nf(x) := x", "a function as a value"),
        ("r.x := 1", "a head that is a path"),
        (
            "r if q\nq if input.a == 1 with input.a as 1",
            "q, which has no plan (p0.rego:3: a `with`)",
        ),
        ("r := f([1])\nf([x]) := x", "f, which has no plan"),
        (
            "r if { r := 1; r == 1 }",
            "a variable with a name that is taken",
        ),
        (
            "r := 1 if input.a else := input.b if input.b",
            "an `else` beside values that are computed",
        ),
        (
            "r contains 1 if input.a\nr[2] := 3 if input.b",
            "rules of several kinds",
        ),
    ] {
        let source = format!("package p\n{clause}");
        let engine = Engine::new(EngineOptions::default()).unwrap();
        if let Err(error) = engine.load_policies(&[("p0.rego", &source)]) {
            wrong.push(format!("{source}: {error}"));
            continue;
        }
        let both = Both::of(&[&source]);
        match both.path("r") {
            EvaluationPath::Core { why } if why.contains(reason) => {}
            path => wrong.push(format!("{source}: {path:?}")),
        }
        for input in ["{}", r#"{"a": 1, "list": [1], "b": 2}"#, r#"{"a": [1, 1]}"#] {
            let [plan, core] = both.answers("r", Some(input));
            // Two times are not the same.
            if clause.contains("now_ns") || plan == core {
                continue;
            }
            wrong.push(format!("{source} of {input}: {plan:?} {core:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_rule_and_what_options_forbid_is_told() {
    let source = "package p\nr if input.a";
    let both = Both::of(&[source]);
    let reason = |engine: &Engine, query: &str| match engine.evaluation_path(query) {
        EvaluationPath::Core { why } => why,
        other => format!("{other:?}"),
    };
    assert_eq!(reason(&both.plan, "data.p"), "it is not the path of a rule");
    assert_eq!(
        reason(&both.plan, "data.p.r == 1"),
        "it is not the path of a rule"
    );
    assert_eq!(reason(&both.core, "data.p.r"), "the option plans is false");
    let strict = Engine::new(EngineOptions {
        strict_builtin_errors: true,
        ..EngineOptions::default()
    })
    .unwrap();
    strict.load_policy("p", source).unwrap();
    assert_eq!(
        reason(&strict, "data.p.r"),
        "the option strict_builtin_errors is true"
    );
}
