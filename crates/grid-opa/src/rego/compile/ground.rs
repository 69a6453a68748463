//! Terms without variables.

use crate::rego::syntax::ast::{Expr, ExprKind, Term, TermKind};

/// Whether a term has no variables, as OPA sees it: the first terms of references do not count.
pub(crate) fn is_ground(term: &Term) -> bool {
    match &term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => true,
        TermKind::Var(_) | TermKind::Template(_) => false,
        TermKind::Ref(terms) => terms.iter().skip(1).all(is_ground),
        TermKind::Array(terms) | TermKind::Set(terms) | TermKind::Call(terms) => {
            terms.iter().all(is_ground)
        }
        TermKind::Object(fields) => fields
            .iter()
            .all(|(key, value)| is_ground(key) && is_ground(value)),
        TermKind::ArrayComprehension(inner)
        | TermKind::SetComprehension(inner)
        | TermKind::ObjectComprehension(inner) => {
            inner.key.iter().all(is_ground)
                && is_ground(&inner.term)
                && inner.body.iter().all(is_ground_expr)
        }
    }
}

fn is_ground_expr(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Term(term) => is_ground(term),
        ExprKind::Call(terms) => terms.iter().skip(1).all(is_ground),
        ExprKind::Not(not) => not.body.iter().all(is_ground_expr),
        ExprKind::And(logical) | ExprKind::Or(logical) => {
            logical.lhs.iter().chain(&logical.rhs).all(is_ground_expr)
        }
        ExprKind::Some(_) | ExprKind::Every(_) => false,
    }
}
