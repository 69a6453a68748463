//! The places of nodes.

use super::module;
use crate::rego::syntax::ast::{ExprKind, TermKind, Version};

#[test]
fn nodes_have_the_text_that_opa_gives_them() {
    let source = "package a\np contains x if {\n\tnot y.z\n\t(a + b) == [1][0]\n} # c\n";
    let module = module(Version::V1, source).unwrap_or_else(|faults| panic!("{faults:?}"));
    let rule = &module.rules[0];
    assert_eq!(rule.head.span.text(source), "p contains x");
    assert!(rule.span.text(source).ends_with("[0]\n}"));
    let negated = &rule.body[0];
    assert_eq!(
        (
            negated.span.row,
            negated.span.column,
            negated.span.text(source)
        ),
        (3, 2, "not y.z")
    );
    let ExprKind::Call(terms) = &rule.body[1].kind else {
        panic!("{:?}", rule.body[1]);
    };
    // The column is that of `a`, and a reference into an array begins with its bracket.
    assert_eq!(
        (terms[1].span.column, terms[1].span.text(source)),
        (3, "(a + b)")
    );
    assert_eq!(
        (terms[2].span.column, terms[2].span.text(source)),
        (13, "][0]")
    );
    assert!(matches!(&terms[0].kind, TermKind::Ref(parts) if parts[0].span.text(source) == "=="));
    assert_eq!(module.comments[0].span.text(source), "# c");
}

#[test]
fn columns_count_characters() {
    let source = "\u{feff}package a\np := \"\u{e4}\u{1f600}\" == x";
    let module = module(Version::V0, source).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(
        (module.package.span.row, module.package.span.column),
        (1, 2)
    );
    let value = module.rules[0].head.value.as_ref().map(|term| &term.kind);
    let Some(TermKind::Call(terms)) = value else {
        panic!("{value:?}");
    };
    assert_eq!(
        (terms[2].span.column, terms[2].span.text(source)),
        (14, "x")
    );
}
