//! The parse of hostile sources ends early.

use super::{options, query};
use crate::rego::syntax::ast::Version;
use crate::rego::syntax::fault::Code;
use crate::rego::syntax::parser::parse_module;

fn is_limit(source: &str) -> bool {
    query(Version::V2, source)
        .is_err_and(|faults| matches!(faults[0].code, Code::Nesting | Code::Limit))
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{1:", "}"),
        ("f(", ")"),
        ("x[", "]"),
        ("not {", "}"),
        ("{x} and (", ")"),
        ("every x in y {", "}"),
        ("$\"{", "}\""),
    ] {
        let nested = |levels| format!("{}x{}", open.repeat(levels), close.repeat(levels));
        assert!(query(Version::V2, &nested(12)).is_ok(), "{open}");
        assert!(is_limit(&nested(100_000)), "{open}");
    }
}

#[test]
fn chains_count_as_depth() {
    for operator in ["+", "|", "==", "in", "and", "or"] {
        let chain = |length| format!("x{}", format!(" {operator} x").repeat(length));
        assert!(query(Version::V2, &chain(50)).is_ok(), "{operator}");
        assert!(is_limit(&chain(100_000)), "{operator}");
    }
    let sum = format!("(x{})", " + x".repeat(40));
    assert!(is_limit(&format!("{sum}{}", " + x".repeat(40))));
    assert!(
        query(
            Version::V2,
            &format!("[{}]", format!("{sum}, ").repeat(100))
        )
        .is_ok()
    );
    let calls = format!("f(x){}", ".y(x)".repeat(100));
    assert!(is_limit(&calls));
    let rule = format!("package a\np := 1 if x{}", " else := 1 if x".repeat(100));
    let faults = parse_module(&rule, &options(Version::V1)).expect_err("too many `else`");
    assert_eq!(faults[0].code, Code::Nesting);
}

#[test]
fn readings_are_bounded() {
    // Each level is read twice.
    assert!(is_limit(&format!(
        "{}x{}",
        "{1 | ".repeat(50),
        "}".repeat(50)
    )));
    // Here the readings of the inner levels are cached.
    let nested = |n| format!("{}x{}", "[x | ".repeat(n), ", z]".repeat(n));
    assert!(query(Version::V1, &nested(25)).is_ok());
}
