//! The check of expensive sources ends early.

use super::checked;
use crate::rego::syntax::fault::Code;
use std::fmt::Write as _;

/// The result of a check of a source that is made to be expensive: no fault, or the limit.
fn ends(text: &str) -> Option<Code> {
    let (_, faults, _) = checked(text);
    faults.first().map(|fault| fault.code)
}

#[test]
fn doubling_types_are_checked() {
    let mut text = "q if {\n\tx0 = [1, \"a\"]\n".to_owned();
    for n in 1..2_000 {
        let _ = writeln!(
            text,
            "\tx{n} = [x{}, x{}]\n\tx{n}[_][_] = x{}[_]",
            n - 1,
            n - 1,
            n - 1
        );
    }
    assert_eq!(ends(&(text + "}")), None);
}

#[test]
fn nested_bodies_end_at_the_limit() {
    let nested = |depth: usize| {
        let inner = (0..depth).fold("1".to_owned(), |inner, n| {
            format!("[x{n} | x{n} = {inner}]")
        });
        ends(&format!("q if x = {inner}"))
    };
    assert_eq!(nested(8), None);
    assert_eq!(nested(60), Some(Code::Limit));
}

#[test]
fn many_types_at_one_place_end_at_the_limit() {
    let rules = |many: usize| {
        let mut text = String::new();
        for n in 0..many {
            let _ = writeln!(text, "q contains {{\"k{n}\": 1}}");
        }
        ends(&text)
    };
    assert_eq!(rules(1_000), None);
}
