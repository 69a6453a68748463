//! Where parentheses are needed: `|` separates a comprehension, and a brace opens a body.

use super::calls::infix;
use super::exprs::is_logical;
use super::writer::Writer;
use crate::rego::syntax::ast::{Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::text;

/// Whether an expression is a set term, whose braces must not become those of a body.
pub(super) fn is_set_term(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Term(term) => !expr.negated && matches!(term.kind, TermKind::Set(_)),
        _ => false,
    }
}

/// Whether a term is the union of two sets.
pub(super) fn is_union_call(term: &Term) -> bool {
    match &term.kind {
        TermKind::Call(terms) => terms.first().is_some_and(is_or),
        _ => false,
    }
}

/// Whether an expression is the union of two sets.
pub(super) fn is_union(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(terms) => terms.len() == 3 && terms.first().is_some_and(is_or),
        _ => false,
    }
}

fn is_or(operator: &Term) -> bool {
    text::of_operator(operator) == "or"
}

/// Whether the operand of a `not` needs parentheses.
pub(super) fn negation_needs(expr: &Expr) -> bool {
    !expr.with.is_empty()
        || is_logical(expr)
        || matches!(expr.kind, ExprKind::Not(_))
        || begins_with_brace(expr)
}

/// Whether an operand of `and` or `or` needs parentheses.
pub(super) fn operand_needs(expr: &Expr, operator: &str, is_right: bool) -> bool {
    if !expr.with.is_empty() {
        return true;
    }
    match &expr.kind {
        ExprKind::Or(_) => operator == "and" || is_right,
        ExprKind::And(_) => operator == "and" && is_right,
        _ => begins_with_brace(expr),
    }
}

fn begins_with_brace(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Term(term) => term_begins_with_brace(term),
        ExprKind::Call(terms) => leading(terms, true).is_some_and(term_begins_with_brace),
        _ => false,
    }
}

fn term_begins_with_brace(term: &Term) -> bool {
    match &term.kind {
        TermKind::Set(terms) => !terms.is_empty(),
        TermKind::Object(_) | TermKind::SetComprehension(_) | TermKind::ObjectComprehension(_) => {
            true
        }
        TermKind::Ref(terms) => terms.first().is_some_and(term_begins_with_brace),
        TermKind::Call(terms) => leading(terms, false).is_some_and(term_begins_with_brace),
        _ => false,
    }
}

// The operand that an infix call is written with first: its result, if it has one as the last operand.
fn leading(terms: &[Term], may_have_result: bool) -> Option<&Term> {
    let (_, arity) = infix(terms.first()?)?;
    if terms.len() == arity + 1 {
        terms.get(1)
    } else if may_have_result && terms.len() == arity + 2 {
        terms.last()
    } else {
        None
    }
}

impl Writer<'_> {
    /// Marks the union that an expression begins with, to be written in parentheses.
    pub(super) fn mark_leading_union(&mut self, expr: &Expr) {
        if expr.negated {
            return;
        }
        if is_logical(expr) {
            if let Some(first) = self.leading_operand(expr) {
                self.mark_leading_union(first);
            }
            return;
        }
        if is_union(expr) {
            self.paren_expr = Some(expr);
            return;
        }
        if let ExprKind::Call(terms) = &expr.kind
            && let Some(first) = leading(terms, true)
            && is_union_call(first)
        {
            self.paren_term = Some(first);
        }
    }
}
