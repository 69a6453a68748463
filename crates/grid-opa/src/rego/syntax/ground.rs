//! Whether terms contain variables, by OPA's definition.

use crate::rego::syntax::ast::{Comprehension, Expr, ExprKind, Term, TermKind};

/// Whether a term contains no variables. The head of a reference does not count; a template always contains variables.
pub(crate) fn is_ground(term: &Term) -> bool {
    match &term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => true,
        TermKind::Var(_) | TermKind::Template(_) => false,
        TermKind::Ref(parts) => parts.iter().skip(1).all(is_ground),
        TermKind::Array(terms) | TermKind::Set(terms) | TermKind::Call(terms) => {
            terms.iter().all(is_ground)
        }
        TermKind::Object(fields) => fields
            .iter()
            .all(|(key, value)| is_ground(key) && is_ground(value)),
        TermKind::ArrayComprehension(inner)
        | TermKind::SetComprehension(inner)
        | TermKind::ObjectComprehension(inner) => is_ground_comprehension(inner),
    }
}

fn is_ground_comprehension(inner: &Comprehension) -> bool {
    inner.key.as_ref().is_none_or(is_ground)
        && is_ground(&inner.term)
        && inner.body.iter().all(is_ground_expr)
}

fn is_ground_expr(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Term(term) => is_ground(term),
        ExprKind::Call(terms) => terms.iter().skip(1).all(is_ground),
        ExprKind::Not(not) => not.body.iter().all(is_ground_expr),
        ExprKind::And(logical) | ExprKind::Or(logical) => {
            logical.lhs.iter().chain(&logical.rhs).all(is_ground_expr)
        }
        // They declare variables.
        ExprKind::Some(_) | ExprKind::Every(_) => false,
    }
}
