//! The heads of rules.

use crate::rego::syntax::ast::{Head, Term, TermKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::text;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// A head, and whether it uses `contains`. `None` if it is not a head, which is not always an error.
    pub(crate) fn head(&mut self, is_default: bool) -> Option<(Head, bool)> {
        let at = self.now.span;
        let name = self.variable();
        let Some(term) = self.finish_head(name) else {
            self.illegal("expected rule head name");
            return None;
        };
        let mut head = self.head_of(term)?;
        let contains = self.now.token == Token::Contains;
        if contains {
            self.contained(&mut head);
        } else {
            self.head_value(&mut head, is_default);
        }
        head.span = self.extended(at);
        if head.args.as_ref().is_some_and(Vec::is_empty) {
            head.args = None;
        }
        Some((head, contains))
    }

    fn head_of(&mut self, term: Term) -> Option<Head> {
        let span = term.span;
        let (reference, args) = match term.kind {
            TermKind::Var(_) => (vec![term], None),
            TermKind::Ref(parts) => (parts, None),
            TermKind::Call(terms) => {
                let mut terms = terms.into_iter();
                let operator = terms.next()?;
                let TermKind::Ref(parts) = operator.kind else {
                    return None;
                };
                if parts.first().is_none_or(|head| head.as_var().is_none()) {
                    let reference = text::of_ref(&parts);
                    self.illegal(format!("rule head ref {reference} invalid"));
                    return None;
                }
                (parts, Some(terms.collect()))
            }
            _ => return None,
        };
        Some(Head {
            reference,
            args,
            key: None,
            value: None,
            assign: false,
            generated_value: false,
            span,
        })
    }

    fn contained(&mut self, head: &mut Head) {
        if head.args.is_some() {
            let name = text::of_ref(&head.reference);
            self.illegal(format!(
                "the contains keyword can only be used with multi-value rule definitions (e.g., {name} contains <VALUE> {{ ... }})"
            ));
        }
        self.scan();
        head.key = self.infix(true);
        if head.key.is_none() {
            let name = text::of_ref(&head.reference);
            self.illegal(format!(
                "expected rule key term (e.g., {name} contains <VALUE> {{ ... }})"
            ));
        }
    }

    fn head_value(&mut self, head: &mut Head, is_default: bool) {
        let operator = self.now.token;
        if matches!(operator, Token::Unify | Token::Assign) {
            self.scan();
            head.assign = operator == Token::Assign;
            head.value = self.infix(true);
            if head.value.is_none() {
                let note = missing_value(head, is_default);
                self.illegal(note);
            }
        }
        let has_args = head.args.as_ref().is_some_and(|args| !args.is_empty());
        if head.value.is_none() && (head.reference.len() != 2 || has_args) {
            head.generated_value = true;
            head.value = Some(Term::new(TermKind::Bool(true), self.nowhere()));
        }
    }
}

fn missing_value(head: &Head, is_default: bool) -> String {
    let name = text::of_ref(&head.reference);
    if !head.assign {
        format!("expected rule value term (e.g., {name}[<nil>] = <VALUE> {{ ... }})")
    } else if head.args.as_ref().is_some_and(|args| !args.is_empty()) {
        format!("expected function value term (e.g., {name}(...) := <VALUE> {{ ... }})")
    } else if is_default {
        format!("expected default rule value term (e.g., default {name} := <VALUE>)")
    } else {
        format!("expected rule value term (e.g., {name} := <VALUE> {{ ... }})")
    }
}
