//! The faults of references.

use crate::rego::syntax::ast::Term;
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::types::messages::elide::MAX_PARTS;
use crate::rego::types::messages::faults::{cut, fault};
use crate::rego::types::messages::show;
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::Type;

/// An invalid part of a reference.
pub(crate) struct BadPart {
    /// The number of the part.
    pub(crate) place: usize,
    /// The type of the part, if it is not a constant.
    pub(crate) have: Option<Type>,
    pub(crate) want: Option<Type>,
    /// The possible values of the part, if they are known.
    pub(crate) one_of: Vec<Constant>,
}

/// The fault of a reference with a part that cannot exist.
pub(crate) fn invalid_ref(span: Span, terms: &[Term], part: &BadPart) -> Fault {
    let before = terms.get(..part.place).unwrap_or_default();
    let pad = " ".repeat(text::of_ref(before).len() + 1);
    let have = match (&part.have, terms.get(part.place)) {
        (Some(have), _) => format!("have (type): {}", show::text(Some(have))),
        (None, Some(term)) => format!("have: {}", text::of_term(term)),
        (None, None) => String::new(),
    };
    let want = match &part.want {
        Some(want) if part.one_of.is_empty() => format!("want (type): {}", show::text(Some(want))),
        _ => {
            let more = (part.one_of.len() > MAX_PARTS).then(|| "...".to_owned());
            let one_of = part.one_of.iter().take(MAX_PARTS).map(Constant::rego_text);
            let one_of: Vec<_> = one_of.chain(more).collect();
            format!("want (one of): [{}]", one_of.join(" "))
        }
    };
    let line = |text: &str| cut(format!("{pad}{text}"));
    let lines = vec![
        cut(text::of_ref(terms)),
        line("^"),
        line(&have),
        line(&want),
    ];
    fault(undefined_ref(terms), span, lines)
}

/// The fault of a reference that continues after a value without parts, or that names a function.
pub(crate) fn unsupported_ref(
    span: Span,
    terms: &[Term],
    place: usize,
    have: Option<&Type>,
) -> Fault {
    let message = match have {
        Some(Type::Function(_)) => {
            // The compiler generated the part after the function's name, so the message omits it.
            let generated = terms
                .last()
                .is_some_and(|term| has_local(&text::of_term(term)));
            let shown = if generated {
                terms.len().saturating_sub(1)
            } else {
                terms.len()
            };
            let shown = text::of_ref(terms.get(..shown).unwrap_or_default());
            format!("function {shown} used as reference, not called")
        }
        _ => undefined_ref(terms),
    };
    let marked = text::of_ref(terms.get(..=place).unwrap_or_default()).len();
    let have = have.map_or_else(|| "<nil>".to_owned(), |have| show::text(Some(have)));
    let lines = [
        text::of_ref(terms),
        "^".repeat(marked),
        format!("have: {have}"),
    ];
    fault(message, span, lines.map(cut).into())
}

fn undefined_ref(terms: &[Term]) -> String {
    format!("undefined ref: {}", text::of_ref(terms))
}

/// Whether a text contains `__local`, digits and `__`.
fn has_local(text: &str) -> bool {
    text.split("__local").skip(1).any(|behind| {
        let rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < behind.len() && rest.starts_with("__")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(parts: &[&str]) -> Vec<Term> {
        let span = Span::default();
        let head = parts.iter().take(1).map(|head| Term::var(head, span));
        let rest = parts.iter().skip(1).map(|part| Term::string(part, span));
        head.chain(rest).collect()
    }

    #[test]
    fn bad_parts_of_references_are_marked() {
        let terms = reference(&["data", "a b", "c"]);
        let part = BadPart {
            place: 2,
            have: None,
            want: Some(Type::String),
            one_of: vec![Constant::String("d".into()), Constant::Bool(true)],
        };
        let found = invalid_ref(Span::default(), &terms, &part);
        assert_eq!(found.message, "undefined ref: data[\"a b\"].c");
        let pad = " ".repeat("data[\"a b\"].".len());
        let lines = ["^", "have: \"c\"", "want (one of): [\"d\" true]"];
        assert_eq!(
            found.details.first().map(String::as_str),
            Some("data[\"a b\"].c")
        );
        assert_eq!(
            found.details.get(1..),
            Some(lines.map(|line| pad.clone() + line).as_slice())
        );
    }

    #[test]
    fn functions_as_references_have_their_own_message() {
        let mut terms = reference(&["data", "p", "f"]);
        terms.push(Term::var("__local3__", Span::default()));
        let of = Type::function(Vec::new(), Some(Type::Any));
        let found = unsupported_ref(Span::default(), &terms, 2, Some(&of));
        assert_eq!(
            found.message,
            "function data.p.f used as reference, not called"
        );
        let lines = ["data.p.f[__local3__]", "^^^^^^^^", "have: () => any"];
        assert_eq!(found.details, lines);
        let found = unsupported_ref(Span::default(), &terms, 2, None);
        assert_eq!(
            found.details.last().map(String::as_str),
            Some("have: <nil>")
        );
        assert!(has_local("a__local12__") && !has_local("__local__") && !has_local("__local1"));
    }
}
