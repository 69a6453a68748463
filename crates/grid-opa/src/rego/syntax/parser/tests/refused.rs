//! Errors: their places, hints and order.

use super::{lines, module, query};
use crate::rego::syntax::ast::Version::{self, V0, V0CompatV1, V1, V2};

fn refused(version: Version, source: &str) -> Vec<String> {
    match module(version, source) {
        Ok(module) => panic!("{source}: {module:?}"),
        Err(faults) => lines(&faults),
    }
}

#[test]
fn modules() {
    for (version, source, expected) in [
        (V1, "", vec!["0:0 empty module"]),
        (V1, "p := 1", vec!["1:1 package expected"]),
        (V1, "package a\npackage b", vec!["2:1 unexpected package"]),
        (V1, "package a-b", vec!["1:10 unexpected minus token"]),
        (
            V1,
            "package a[x]",
            vec!["1:11 unexpected var token: expecting string"],
        ),
        (
            V1,
            "package a\np { x }",
            vec!["2:1 `if` keyword is required before rule body"],
        ),
        (
            V1,
            "package a\np[x] { x }\np",
            vec![
                "3:1 var cannot be used for rule name",
                "2:1 `if` keyword is required before rule body",
                "2:1 `contains` keyword is required for partial set rules",
            ],
        ),
        (V1, "package a\nf(x)", vec![]),
        (
            V1,
            "package a\np.q.r",
            vec!["2:1 rule must have value assignment and/or body declaration"],
        ),
        (
            V1,
            "package a\nevery := 1",
            vec!["2:1 every keyword cannot be used for rule name"],
        ),
        (
            V0CompatV1,
            "package a\nif := 1",
            vec!["2:1 if keyword cannot be used for rule name"],
        ),
        (
            V0,
            "package a\np if { x }",
            vec![
                "2:1 var cannot be used for rule name (hint: `import future.keywords.if` for `p if { ... }` rules)",
            ],
        ),
        (
            V0,
            "package a\np { some x in y }",
            vec![
                "2:12 unexpected identifier token: expected \\n or ; or } (hint: `import future.keywords.in` for `some x in xs` expressions)",
            ],
        ),
        (
            V0,
            "package a\np { every x in y { z } }",
            vec![
                "2:11 unexpected identifier token: expected \\n or ; or } (hint: `import future.keywords.every` for `every x in xs { ... }` expressions)",
            ],
        ),
        (
            V0,
            "package a\np { x, y in z }",
            vec![
                "2:6 unexpected , token: expected \\n or ; or } (hint: `import future.keywords.in` for `x in xs` expressions)",
            ],
        ),
        (
            V0,
            "package a\np = $\"x\"",
            vec![
                "2:5 template strings are not supported by current capabilities",
                "2:5 unexpected template-string-end token: expected rule value term (e.g., p[<nil>] = <VALUE> { ... })",
            ],
        ),
        (
            V0,
            "package a\ndefault p = x",
            vec!["2:1 illegal default rule (value cannot contain var)"],
        ),
        (
            V1,
            "package a\ndefault f(x, x) := 1",
            vec!["2:1 illegal default rule (arguments cannot be repeated x)"],
        ),
        (
            V1,
            "package a\ncount(x)",
            vec!["2:1 rule name conflicts with built-in function"],
        ),
        (
            V1,
            "package a\np if x else y",
            vec!["2:13 unexpected identifier token: expected else value term or rule body"],
        ),
        (
            V1,
            "package a\nimport foo.bar",
            vec![
                "2:8 unexpected import path, must begin with one of: {data, future, input, rego}, got: foo (hint: if this is unexpected, try updating OPA)",
            ],
        ),
        (
            V1,
            "package a\nimport rego.v3",
            vec!["2:8 invalid import `rego.v3`, must be one of: `rego.v1`, `rego.v2`"],
        ),
        (
            V1,
            "package a\nimport data.if",
            vec![
                "2:13 unexpected import path, must not end with a keyword, got: if (hint: import a different path or use an alias)",
            ],
        ),
        (
            V1,
            "package a\nimport future.keywords.with",
            vec!["2:8 unexpected keyword, must be one of [and contains every if in not or]"],
        ),
    ] {
        if expected.is_empty() {
            assert!(module(version, source).is_ok(), "{source}");
        } else {
            assert_eq!(refused(version, source), expected, "{source}");
        }
    }
}

#[test]
fn queries() {
    for (source, expected) in [
        ("x ==", vec!["1:4 unexpected eof token"]),
        (
            "[x + ), y]",
            vec![
                "1:6 unexpected ) token",
                "1:6 unexpected ) token: expected \",\" or \"]\"",
            ],
        ),
        (
            "01",
            vec!["1:1 unexpected number token: expected number without leading zero"],
        ),
        ("1e99999", vec!["1:1 number too big"]),
        ("1a", vec!["1:1 illegal number format"]),
        ("\"a", vec!["1:1 non-terminated string"]),
        (
            "\"\\u00zz\"",
            vec!["1:1 illegal string literal: \"\\u00zz\""],
        ),
        ("a\u{0}", vec!["1:1 illegal null character"]),
        (
            "a \u{a0}b",
            vec!["1:3 illegal non-breaking space character, use a regular space instead"],
        ),
        ("\"a\".b", vec!["1:1 illegal ref (head cannot be string)"]),
        ("(x", vec!["1:2 non-terminated expression"]),
        (
            "not some x",
            vec!["1:5 unexpected some keyword: illegal negation of 'some'"],
        ),
        (
            "some x == y",
            vec!["1:11 unexpected eof token: expected `x in xs` or `x, y in xs` expression"],
        ),
        (
            "every x { y }",
            vec!["1:9 unexpected { token: expected `x[, y] in xs { ... }` expression"],
        ),
        (
            "$\"{x = y}\"",
            vec!["1:4 unexpected unification ('=') in template-string expression"],
        ),
    ] {
        let found = query(V1, source).map_err(|faults| lines(&faults));
        let mut found = found.err().unwrap_or_default();
        // An invalid token often causes further errors.
        found.truncate(expected.len());
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn operands() {
    for (source, expected) in [
        (
            "{1, 2} and x",
            "1:1 operand of `and` cannot begin with `{` unless the braces hold a body (hint: wrap the operand to keep the value: `({1, 2}) and ...`)",
        ),
        ("{} or x", "1:1 found empty body"),
        (
            "not {1: 2}",
            "1:5 `{...}` in an operand position must contain expression(s), got: object (hint: write `not ({1: 2})` to negate the value, or `not {{1: 2}}` for a body holding it)",
        ),
        (
            "{a | b} and x",
            "1:1 ambiguous `{ ... | ... }` operand: read as a body holding a set-union expression, not as a comprehension (hint: write `({a | b})` for the comprehension, or `{(a | b)}` for the set union)",
        ),
        (
            "x with input as 1 and y",
            "1:3 `with` modifier is not allowed on operand of `and` (hint: Wrap the operand in `(...)` or `{...}` to scope, or move `with` after the `and` expression to apply it to the whole expression)",
        ),
        (
            "print(x) or y",
            "1:1 operand of `or` cannot consist only of calls to `print` (hint: `print` produces no value and always succeeds, so the operand can never fail; move it out of the operand, or add an expression that can fail)",
        ),
        ("not ()", "1:5 empty parenthesized group"),
        ("(a or b", "1:7 expected ) to close parenthesized group"),
        (
            "not ({a; b})",
            "1:5 `(...)` in an operand position cannot contain a body (hint: drop the parens to keep the body: `not {a; b}`)",
        ),
    ] {
        let found = query(V2, source).map_err(|faults| lines(&faults));
        let found = found.err().unwrap_or_default();
        assert_eq!(
            found.first().map(String::as_str),
            Some(expected),
            "{source}"
        );
    }
}

#[test]
fn details_are_the_line_and_a_caret() {
    let faults = query(V1, "x := 1\n\t\ty := ]").expect_err("a bracket is no term");
    assert_eq!(faults[0].details, ["y := ]", "     ^"]);
}
