//! The trees of valid sources.

use super::{module, query};
use crate::rego::syntax::ast::{Rule, TermKind, Version};
use crate::rego::syntax::text;

#[test]
fn queries() {
    for (source, expected) in [
        ("1 + 2 * 3 - x.y", "minus(plus(1, mul(2, 3)), x.y)"),
        ("a | b & c == d", "equal(or(a, and(b, c)), d)"),
        (
            "x in xs; k, v in xs",
            "internal.member_2(x, xs); internal.member_3(k, v, xs)",
        ),
        ("x := [_ | _ = y[_]]", "assign(x, [_ | _ = y[_]])"),
        ("{x | y}\n{x | y; z}", "{x | y}; {x | y; z}"),
        ("[x | y, z]", "[or(x, y), z]"),
        ("{x | y, z}", "{z, or(x, y)}"),
        ("{\"a\": x | y, \"b\": z}", "{\"a\": or(x, y), \"b\": z}"),
        ("{1, 1.0, 2,}", "{1, 2}"),
        ("set() == {}", "equal(set(), {})"),
        ("f(x)(y).z", "f(x); y.z"),
        ("f(x).y[z](w)", "f(x).y[z](w)"),
        ("-x.y; - 1; -.5; .5e3", "minus(0, x.y); -1; -.5; .5e3"),
        ("`a\\n`; \"a\\u0041\\n\"", "\"a\\\\n\"; \"aA\\n\""),
        ("x\n(y)", "x; y"),
        ("x\n[y]", "x; [y]"),
        (
            "not x with input as 1 with data.y as f(2)",
            "not x with input as 1 with data.y as f(2)",
        ),
        ("some x, y; some z in [1]", "some x, y; some z in [1]"),
        ("every k, v in xs { k; v }", "every k, v in xs { k; v }"),
        (
            "input.if.in[\"a b\"].not",
            "input[\"if\"][\"in\"][\"a b\"][\"not\"]",
        ),
        ("contains := x", "assign(contains, x)"),
    ] {
        assert_eq!(
            query(Version::V1, source).as_deref(),
            Ok(expected),
            "{source}"
        );
    }
}

#[test]
fn logical_operators() {
    for (source, expected) in [
        ("a and b or not c and d", "a and b or not c and d"),
        ("a or (b or c)", "a or (b or c)"),
        ("{ a; b } and not { c }", "{ a; b } and not {c}"),
        (
            "not (a or b) with input as 1",
            "not (a or b) with input as 1",
        ),
        ("(a with input as 1) and b", "(a with input as 1) and b"),
        ("or(a, b); and(a, b)", "or(a, b); and(a, b)"),
        ("({a | b}) and x", "({a | b}) and x"),
        ("x := (a)", "assign(x, a)"),
    ] {
        assert_eq!(
            query(Version::V2, source).as_deref(),
            Ok(expected),
            "{source}"
        );
        let source = format!(
            "package a\nimport future.keywords.and\nimport future.keywords.or\nimport future.keywords.not\np if {{ {source} }}"
        );
        let module = module(Version::V1, &source).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(text::of_body(&module.rules[0].body), expected, "{source}");
    }
}

#[test]
fn templates_have_text_and_expressions() {
    let source = "$\"a\\{b {x.y} {1} {f(z)}\\n\"";
    assert_eq!(
        query(Version::V1, source).as_deref(),
        Ok("$\"a\\{b {x.y} 1 {f(z)}\\n\"")
    );
    assert_eq!(query(Version::V1, "$`\n{x}`").as_deref(), Ok("$\"\\n{x}\""));
}

/// A rule as one line: reference, parameters, key, value, generated parts and body.
fn line(rule: &Rule) -> String {
    let head = &rule.head;
    let mut out = text::of_ref(&head.reference);
    for arg in head.args.iter().flatten() {
        match &arg.kind {
            TermKind::Var(name) => out += &format!(" arg {name}"),
            _ => out += &format!(" arg {}", text::of_term(arg)),
        }
    }
    if let Some(key) = &head.key {
        out += &format!(" key {}", text::of_term(key));
    }
    if let Some(value) = &head.value {
        let sign = if head.assign { ":=" } else { "=" };
        out += &format!(" {sign} {}", text::of_term(value));
    }
    for (applies, word) in [
        (head.generated_value, " generated-value"),
        (rule.generated_body, " generated-body"),
        (rule.is_default, " default"),
    ] {
        out += if applies { word } else { "" };
    }
    out += &format!(" {{ {} }}", text::of_body(&rule.body));
    if let Some(otherwise) = &rule.otherwise {
        out += &format!(" else {}", line(otherwise));
    }
    out
}

fn rules(version: Version, source: &str) -> Vec<String> {
    match module(version, &format!("package a\n{source}")) {
        Ok(module) => module.rules.iter().map(line).collect(),
        Err(faults) => super::lines(&faults),
    }
}

#[test]
fn rules_of_v0() {
    for (source, expected) in [
        ("p { x }", vec!["p = true generated-value { x }"]),
        ("p[x] { y }", vec!["p key x { y }"]),
        ("p[x]", vec!["p key x generated-body { true }"]),
        ("p[x] = y { z }", vec!["p[x] key x = y { z }"]),
        ("p[x] = y", vec!["p[x] key x = y generated-body { true }"]),
        (
            "p.q.r",
            vec!["p.q.r = true generated-value generated-body { true }"],
        ),
        ("p = 1", vec!["p = 1 generated-body { true }"]),
        ("f(x)", vec!["f arg x = true generated-body { true }"]),
        (
            "f(_) { x } { y }",
            vec![
                "f arg $0 = true generated-value { x }",
                "f arg $1 = true generated-value { y }",
            ],
        ),
        ("default p = 1", vec!["p = 1 default { true }"]),
        (
            "p { x } else = 1 { y } else { z }",
            vec![
                "p = true generated-value { x } else p = 1 { y } else p = true generated-value { z }",
            ],
        ),
        (
            "p { not.x } else.y { z }",
            vec!["p = true generated-value { not.x }", "else key \"y\" { z }"],
        ),
    ] {
        assert_eq!(rules(Version::V0, source), expected, "{source}");
    }
}

#[test]
fn rules_of_v1() {
    for (source, expected) in [
        ("p if x", "p = true generated-value { x }"),
        ("p if { x }", "p = true generated-value { x }"),
        ("p if {1 | x}", "p = true generated-value { {1 | x} }"),
        ("p contains x", "p key x generated-body { true }"),
        ("p.q contains x if y", "p.q key x { y }"),
        ("p[x] if y", "p[x] key x = true generated-value { y }"),
        ("p[x].q := 1 if y", "p[x].q := 1 { y }"),
        (
            "p := 1 if x else := 2",
            "p := 1 { x } else p := 2 generated-body { true }",
        ),
        ("default f(_) := 1", "f arg $0 := 1 default { true }"),
        ("input.p := 1 if x", "input.p := 1 { x }"),
    ] {
        assert_eq!(rules(Version::V1, source), [expected], "{source}");
    }
}

#[test]
fn imports_make_a_module_of_both_versions() {
    for (version, import, expected) in [
        (Version::V0, "data.x as y", Version::V0),
        (Version::V0, "rego.v1", Version::V0CompatV1),
        (Version::V0, "rego.v2", Version::V0CompatV1),
        (Version::V1, "rego.v2", Version::V1),
        (Version::V2, "rego.v1", Version::V2),
    ] {
        let module = module(
            version,
            &format!("package a\nimport {import}\n# c\r\np := 1"),
        );
        let module = module.unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(module.version, expected, "{import}");
        assert_eq!(module.comments[0].text, " c", "{import}");
    }
}
