//! References that annotations contain as texts.

use super::Unread;
use crate::rego::syntax::ast::{ExprKind, Term, TermKind, Version};
use crate::rego::syntax::parser::{ParseOptions, parse_query};
use crate::rego::syntax::text::{of_body, of_term, quoted};

/// The maximum number of brackets in such a text, because unclosed brackets are read repeatedly.
const MOST_BRACKETS: usize = 8;
const MAX_DEPTH: u32 = 32;

/// The path of a schema entry.
pub(super) fn path_of(text: &str) -> Result<Vec<String>, Unread> {
    match reference(text) {
        Ok(terms) => Ok(names_of(&terms)),
        Err(Unread::Wrong(_)) => Err("invalid document reference".into()),
        Err(limit) => Err(limit),
    }
}

/// The reference to a schema: `schema`, or a path below it.
pub(super) fn schema_of(text: &str) -> Result<Vec<String>, Unread> {
    let refused = || Err("invalid schema reference".into());
    match term(text).map(|term| term.kind) {
        Ok(TermKind::Var(name)) if &*name == "schema" => Ok(vec!["schema".to_owned()]),
        Ok(TermKind::Ref(terms)) => match terms.first().and_then(Term::as_var) {
            Some(name) if &**name == "schema" => Ok(names_of(&terms)),
            _ => refused(),
        },
        Ok(_) | Err(Unread::Wrong(_)) => refused(),
        Err(limit) => Err(limit),
    }
}

/// Checks an unknown for partial evaluation.
pub(super) fn unknown(text: &str) -> Result<(), Unread> {
    let named = |error| format!("invalid unknowns element {}: {error}", quoted(text));
    reference(text).map(drop).map_err(|unread| match unread {
        Unread::Wrong(error) => Unread::Wrong(named(error)),
        limit @ Unread::Limit(_) => limit,
    })
}

/// Checks the name of a mask rule.
pub(super) fn check_mask(text: &str) -> Result<(), Unread> {
    match term(text).map(|term| term.kind) {
        Ok(TermKind::Var(_) | TermKind::String(_) | TermKind::Ref(_)) => Ok(()),
        Ok(_) => {
            let text = quoted(text);
            Err(format!("invalid mask_rule annotation type {text}: string").into())
        }
        Err(Unread::Wrong(error)) => {
            let text = quoted(text);
            Err(format!("invalid mask_rule annotation {text}: {error}").into())
        }
        Err(limit) => Err(limit),
    }
}

/// Strings as they are, other terms as source text.
fn names_of(terms: &[Term]) -> Vec<String> {
    let name = |term: &Term| match term.as_string() {
        Some(text) => text.to_string(),
        None => of_term(term),
    };
    terms.iter().map(name).collect()
}

fn reference(text: &str) -> Result<Vec<Term>, Unread> {
    match term(text) {
        Ok(Term {
            kind: TermKind::Ref(terms),
            ..
        }) => Ok(terms),
        Ok(term) => Err(format!("expected ref but got {}", of_term(&term)).into()),
        Err(Unread::Wrong(error)) => Err(format!("failed to parse ref: {error}").into()),
        Err(limit) => Err(limit),
    }
}

fn term(text: &str) -> Result<Term, Unread> {
    let brackets = text.bytes().filter(|byte| b"[{(".contains(byte)).count();
    if brackets > MOST_BRACKETS {
        let limit = "a reference in an annotation has too many brackets";
        return Err(Unread::Limit(limit.to_owned()));
    }
    let options = ParseOptions {
        version: Version::V1,
        max_depth: MAX_DEPTH,
        file: 0,
        max_faults: 10,
        annotations: None,
    };
    let mut body = parse_query(text, &options).map_err(|faults| {
        let mut all = format!("failed to parse term: {} error", faults.len());
        all.push_str(match faults.len() {
            1 => " occurred: ",
            _ => "s occurred:\n",
        });
        let lines = faults.iter().map(|fault| {
            let (row, column) = (fault.span.row, fault.span.column);
            let begin = format!("{row}:{column}: {}: {}", fault.code.name(), fault.message);
            std::iter::once(begin)
                .chain(fault.details.iter().cloned())
                .collect::<Vec<_>>()
                .join("\n\t")
        });
        all + &lines.collect::<Vec<_>>().join("\n")
    })?;
    if body.len() != 1 {
        let body = of_body(&body);
        return Err(format!("expected exactly one term but got: {body}").into());
    }
    match body.pop().map(|expr| expr.kind) {
        Some(ExprKind::Term(term)) => Ok(*term),
        Some(ExprKind::Call(terms)) => {
            let terms: Vec<String> = terms.iter().map(of_term).collect();
            Err(format!("expected term but got [{}]", terms.join(" ")).into())
        }
        _ => Err("expected term but got another expression".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_references_or_errors() {
        let wrong = |text: &str| Err(Unread::Wrong(text.to_owned()));
        let path = |names: &[&str]| Ok(names.iter().map(|name| (*name).to_owned()).collect());
        for (text, found) in [
            ("input", path(&["input"])),
            (
                "input.a[\"b c\"][1].x",
                path(&["input", "a", "b c", "1", "x"]),
            ),
            ("x", wrong("invalid document reference")),
            ("input.", wrong("invalid document reference")),
            ("", wrong("invalid document reference")),
        ] {
            assert_eq!(path_of(text), found, "{text}");
        }
        assert_eq!(schema_of("schema"), path(&["schema"]));
        assert_eq!(schema_of("schema.a"), path(&["schema", "a"]));
        assert_eq!(schema_of("data.a"), wrong("invalid schema reference"));
        for text in ["a.b", "a", "\"a\""] {
            assert_eq!(check_mask(text), Ok(()), "{text}");
        }
        let message = "invalid mask_rule annotation type \"5\": string";
        assert_eq!(check_mask("5"), Err(message.into()));
        let message = "invalid unknowns element \"1 + a\": failed to parse ref: expected term but got [plus 1 a]";
        assert_eq!(unknown("1 + a"), Err(message.into()));
        let many = "[".repeat(MOST_BRACKETS + 1);
        assert!(matches!(path_of(&many), Err(Unread::Limit(_))));
    }
}
