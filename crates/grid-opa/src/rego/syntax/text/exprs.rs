//! The texts of bodies and expressions.

use super::Text;
use crate::rego::syntax::ast::{Expr, ExprKind, Logical, Not, Term, TermKind};
use std::fmt::Write as _;

impl Text {
    pub(super) fn body(&mut self, body: &[Expr]) {
        self.list(body, "; ", Self::expr);
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
        if expr.negated {
            self.put("not ");
        }
        match &expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => match terms.as_slice() {
                [operator, left, right] if is_equality(operator) => {
                    self.term(left);
                    self.put(" = ");
                    self.term(right);
                }
                terms => self.call(terms),
            },
            ExprKind::Some(terms) => self.some(terms),
            ExprKind::Every(every) => {
                self.put("every ");
                if let Some(key) = &every.key {
                    self.term(key);
                    self.put(", ");
                }
                self.term(&every.value);
                self.put(" in ");
                self.term(&every.domain);
                self.put(" { ");
                self.body(&every.body);
                self.put(" }");
            }
            ExprKind::Not(not) => self.not(not),
            ExprKind::And(logical) => self.logical(logical, "and"),
            ExprKind::Or(logical) => self.logical(logical, "or"),
        }
        for with in &expr.with {
            self.put(" with ");
            self.term(&with.target);
            self.put(" as ");
            self.term(&with.value);
        }
    }

    fn some(&mut self, terms: &[Term]) {
        self.put("some ");
        let call = match terms.first().map(|term| &term.kind) {
            Some(TermKind::Call(call)) => call.as_slice(),
            _ => &[],
        };
        match call {
            [_, value, domain] => {
                self.term(value);
                self.put(" in ");
                self.term(domain);
            }
            [_, key, value, domain] => {
                self.term(key);
                self.put(", ");
                self.term(value);
                self.put(" in ");
                self.term(domain);
            }
            _ => self.list(terms, ", ", Self::term),
        }
    }

    fn not(&mut self, not: &Not) {
        match not.body.as_slice() {
            [expr] if !not.explicit => {
                let nested = matches!(
                    expr.kind,
                    ExprKind::Or(_) | ExprKind::And(_) | ExprKind::Not(_)
                );
                let brackets = nested || !expr.with.is_empty() || begins_with_brace(expr);
                self.put(if brackets { "not (" } else { "not " });
                self.expr(expr);
                self.put(if brackets { ")" } else { "" });
            }
            body => {
                self.put("not {");
                self.body(body);
                self.put("}");
            }
        }
    }

    fn logical(&mut self, logical: &Logical, word: &str) {
        self.operand(&logical.lhs, logical.explicit_lhs, word, false);
        let _ = write!(self.out, " {word} ");
        self.operand(&logical.rhs, logical.explicit_rhs, word, true);
    }

    fn operand(&mut self, body: &[Expr], explicit: bool, word: &str, right: bool) {
        match body {
            [expr] if !explicit => {
                let nested = match &expr.kind {
                    ExprKind::Or(_) => word == "and" || right,
                    ExprKind::And(_) => word == "and" && right,
                    _ => false,
                };
                let brackets = nested || !expr.with.is_empty() || begins_with_brace(expr);
                self.put(if brackets { "(" } else { "" });
                self.expr(expr);
                self.put(if brackets { ")" } else { "" });
            }
            body => {
                self.put("{ ");
                self.body(body);
                self.put(" }");
            }
        }
    }
}

fn is_equality(operator: &Term) -> bool {
    matches!(&operator.kind, TermKind::Ref(terms) if matches!(terms.as_slice(), [head] if head.as_var().is_some_and(|name| &**name == "eq")))
}

fn begins_with_brace(expr: &Expr) -> bool {
    fn begins(term: &Term) -> bool {
        match &term.kind {
            TermKind::Set(terms) => !terms.is_empty(),
            TermKind::Object(_)
            | TermKind::SetComprehension(_)
            | TermKind::ObjectComprehension(_) => true,
            TermKind::Ref(terms) => terms.first().is_some_and(begins),
            _ => false,
        }
    }
    matches!(&expr.kind, ExprKind::Term(term) if begins(term))
}
