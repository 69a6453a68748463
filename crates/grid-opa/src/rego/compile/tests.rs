//! The output of the first stages, as text. OPA produces the same for each of these sources.
#![allow(clippy::expect_used, clippy::panic)] // Tests may panic.

use super::*;
use crate::rego::syntax::ast::{ExprKind, TermKind, Version};
use crate::rego::syntax::parser::{ParseOptions, parse_module, parse_query};
use crate::rego::syntax::text;

const OPTIONS: ParseOptions = ParseOptions {
    version: Version::V2,
    max_depth: 200,
    file: 0,
    max_faults: 10,
    annotations: None,
};

/// All options off, and no limits.
fn settings(builtins: &Builtins) -> Settings<'_> {
    Settings {
        strict: false,
        print: false,
        max_faults: 0,
        data_exists: None,
        unsafe_builtins: &[],
        end: None,
        annotations: false,
        builtins,
    }
}

fn run(source: &str, strict: bool, print: bool, limit: usize) -> Result<Compiled, Vec<String>> {
    let module = parse_module(source, &OPTIONS).expect("the source parses");
    let builtins = Builtins::default();
    let settings = Settings {
        strict,
        print,
        max_faults: limit,
        ..settings(&builtins)
    };
    let sources = vec![Source {
        name: "a.rego",
        text: source,
        module,
    }];
    compile_until(sources, &settings, Some("RewritePrintCalls")).map_err(|faults| shown(&faults))
}

fn shown(faults: &[Fault]) -> Vec<String> {
    let shown = |f: &Fault| format!("{}:{} {}", f.span.row, f.span.column, f.message);
    faults.iter().map(shown).collect()
}

fn faults(source: &str, strict: bool) -> Vec<String> {
    run(source, strict, false, 0).err().unwrap_or_default()
}

/// The body of the first rule.
fn body(source: &str, print: bool) -> String {
    let compiled = run(source, false, print, 0).unwrap_or_else(|faults| panic!("{faults:?}"));
    text::of_body(&compiled.modules[0].rules[0].body)
}

#[test]
fn no_stage_starts_after_the_deadline() {
    let source = "package a\np := q";
    let builtins = Builtins::default();
    let within = |end| {
        let settings = Settings {
            end: Some(end),
            ..settings(&builtins)
        };
        let sources = vec![Source {
            name: "a.rego",
            text: source,
            module: parse_module(source, &OPTIONS).expect("the source parses"),
        }];
        compile(sources, &settings).map_err(|faults| shown(&faults))
    };
    let now = Instant::now();
    assert_eq!(
        within(now).err(),
        Some(vec!["0:0 the compilation took too long".to_owned()])
    );
    let later = within(now + std::time::Duration::from_secs(600));
    assert_eq!(later.err(), Some(vec!["2:6 var q is unsafe".to_owned()]));
}

#[test]
fn names_refer_to_rules_and_imports() {
    let source = "package a\nimport data.b.c as d\np if { q; d.e; [q | q := 1] }\nq := 1";
    let expected = "data.a.q; data.b.c.e; [__local0__ | __local0__ = 1]";
    assert_eq!(body(source, false), expected);
}

#[test]
fn declarations_become_equalities() {
    let some = "package a\np if { some x in input.xs; x > 1 }";
    assert_eq!(
        body(some, false),
        "__local2__ = input.xs[__local1__]; gt(__local2__, 1)"
    );
    let every = "package a\np if { every x in input.xs { x > 1 } }";
    assert_eq!(
        body(every, false),
        "every __local0__, __local1__ in input.xs { gt(__local1__, 1) }"
    );
}

#[test]
fn a_variable_may_hide_one_of_an_outer_scope() {
    let source = "package a\np if { x := 1; y := [x | x := 2]; x < y[0] }";
    let expected =
        "__local0__ = 1; __local2__ = [__local1__ | __local1__ = 2]; lt(__local0__, __local2__[0])";
    assert_eq!(body(source, false), expected);
}

#[test]
fn declarations_are_refused_as_opa_refuses_them() {
    for (rule, expected) in [
        ("p if { x := 1; x := 2; x }", "2:16 var x assigned above"),
        ("p if { x > 1; x := 2 }", "2:15 var x referenced above"),
        ("p if { some x; x := 1 }", "2:16 var x declared above"),
        ("p if { some x }", "2:8 declared var x unused"),
        (
            "p if { not x := 1 }",
            "2:8 cannot assign vars inside negated expression",
        ),
        ("f(x) if { x := 1 }", "2:11 arg x redeclared"),
        ("p if { some x in [x] }", "2:8 var x assigned before"),
        (
            "f(input) := 1",
            "2:1 args must not shadow input (use a different variable name)",
        ),
        (
            "input := 1",
            "2:1 rules must not shadow input (use a different rule name)",
        ),
        ("p := print(1)", "2:6 print(1) used as value"),
    ] {
        let source = format!("package a\n{rule}");
        assert_eq!(faults(&source, false), [expected], "{rule}");
    }
}

#[test]
fn strict_mode_rejects_unused_declarations() {
    for (rest, expected) in [
        ("import data.b\np := 1", "2:1 import data.b unused"),
        ("p if { x := 1 }", "2:8 assigned var x unused"),
        (
            "f(x) := 1",
            "2:1 unused argument x. (hint: use _ (wildcard variable) instead)",
        ),
    ] {
        let source = format!("package a\n{rest}");
        assert_eq!(faults(&source, true), [expected], "{rest}");
        assert!(faults(&source, false).is_empty(), "{rest}");
    }
}

#[test]
fn the_number_of_reported_errors_is_limited() {
    let source = "package a\np if { some a }\nq if { some b }\nr if { some c }";
    let faults = run(source, false, false, 2).err().unwrap_or_default();
    let expected = [
        "2:8 declared var a unused",
        "3:8 declared var b unused",
        "0:0 error limit reached",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn print_is_dropped_or_also_prints_undefined_operands() {
    let source = "package a\np if { print(input.x) }";
    assert_eq!(body(source, false), "true");
    let kept = "internal.print([{__local0__ | __local0__ = input.x}])";
    assert_eq!(body(source, true), kept);
}

#[test]
fn templates_become_calls() {
    let source = "package a\np if { $\"a {input.x}\" }";
    let expected = "internal.template_string([\"a \", {__local0__ | __local0__ = input.x}])";
    assert_eq!(body(source, false), expected);
    let unknown = "package a\np if { $\"{x + 1}\" }";
    assert_eq!(faults(unknown, false), ["0:0 var x is undeclared"]);
}

#[test]
fn closures_in_closures_do_not_take_exponential_time() {
    let (mut every, mut and) = ("1".to_owned(), "true".to_owned());
    for n in 0..30 {
        every = format!("[a | every z{n} in [1] {{ y{n} := {every}; y{n} == z{n} }}]");
        and = format!("(x and [1 | {and}]) and y");
    }
    assert!(run(&format!("package a\np := {every}"), false, false, 0).is_ok());
    assert!(run(&format!("package a\np if {{ {and} }}"), false, false, 0).is_ok());
}

#[test]
fn a_path_has_a_limit() {
    let source = format!("package a{}\np := 1", ".b".repeat(100_000));
    let faults = faults(&source, false);
    assert!(
        faults
            .iter()
            .all(|fault| fault.contains("the path of a rule")),
        "{faults:?}"
    );
    assert!(!faults.is_empty());
}

#[test]
fn queries_name_their_variables() {
    let base = run("package a\nq := 1", false, false, 0).unwrap_or_else(|f| panic!("{f:?}"));
    let builtins = Builtins::default();
    let settings = settings(&builtins);
    let query = parse_query("x := q; x > 0", &OPTIONS).expect("the query parses");
    let package = base.modules[0].package.clone();
    let context = QueryContext {
        package: Some(package),
        ..QueryContext::default()
    };
    let last = Some("RewritePrintCalls");
    let compiled = compile_query_until(&base, query, &context, &settings, last);
    let compiled = compiled.unwrap_or_else(|faults| panic!("{:?}", shown(&faults)));
    assert_eq!(
        text::of_body(&compiled.body),
        "__localq0__ = data.a.q; gt(__localq0__, 0)"
    );
    assert_eq!(compiled.variables(), [("x".into(), "__localq0__".into())]);
}

#[test]
fn sets_and_objects_lose_duplicates() {
    let source = "package a\np := {2, 1, 2.0}\nq := {\"k\": 1, \"k\": 2}";
    let compiled = run(source, false, false, 0).unwrap_or_else(|faults| panic!("{faults:?}"));
    let value = |rule: usize| compiled.modules[0].rules[rule].head.value.clone();
    assert!(matches!(value(0).map(|v| v.kind), Some(TermKind::Set(items)) if items.len() == 2));
    assert!(
        matches!(value(1).map(|v| v.kind), Some(TermKind::Object(fields)) if fields.len() == 1)
    );
    let body = &compiled.modules[0].rules[0].body;
    assert!(matches!(body.as_slice(), [expr] if matches!(expr.kind, ExprKind::Term(_))));
}
