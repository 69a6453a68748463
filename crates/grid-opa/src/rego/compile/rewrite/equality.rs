//! Equalities that the compiler generates.

use crate::rego::compile::Locals;
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::span::Span;

/// The operator of a builtin. It has no place in the source.
pub(crate) fn operator(name: &str) -> Term {
    let mut parts = name.split('.');
    let head = parts.next().map(|name| Term::var(name, Span::default()));
    let rest = parts.map(|part| Term::string(part, Span::default()));
    Term::new(
        TermKind::Ref(head.into_iter().chain(rest).collect()),
        Span::default(),
    )
}

/// `left = right`.
pub(crate) fn equal(left: Term, right: Term, span: Span) -> Expr {
    Expr::new(ExprKind::Call(vec![operator("eq"), left, right]), span)
}

/// A new variable for a term, and the equality of both.
pub(crate) fn capture(locals: &mut Locals, term: Term) -> (Term, Expr) {
    let span = term.span;
    let local = Term::new(TermKind::Var(locals.fresh()), span);
    let mut expr = equal(local.clone(), term, span);
    expr.generated = true;
    (local, expr)
}

/// Whether a body is the single expression `true`. As in OPA, `not` and modifiers do not count.
pub(crate) fn is_empty(body: &[Expr]) -> bool {
    match body {
        [
            Expr {
                kind: ExprKind::Term(term),
                ..
            },
        ] => matches!(term.kind, TermKind::Bool(true)),
        _ => false,
    }
}

/// Appends to a body; replaces a body that is just `true`.
pub(crate) fn append(body: &mut Body, exprs: Vec<Expr>) {
    if !exprs.is_empty() && is_empty(body) {
        body.clear();
    }
    body.extend(exprs);
}
