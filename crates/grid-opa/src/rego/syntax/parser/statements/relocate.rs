//! Gives all parts of a tree the same place.

use crate::rego::syntax::ast::{Expr, ExprKind, Head, TemplatePart, Term, TermKind};
use crate::rego::syntax::span::Span;

/// Sets the place of a head, but not of its reference.
pub(crate) fn head(head: &mut Head, span: Span) {
    head.span = span;
    terms(head.args.iter_mut().flatten(), span);
    terms(head.key.iter_mut().chain(&mut head.value), span);
}

/// Sets the place of all expressions.
pub(crate) fn body(body: &mut [Expr], span: Span) {
    for one in body {
        expr(one, span);
    }
}

fn terms<'t>(terms: impl IntoIterator<Item = &'t mut Term>, span: Span) {
    for one in terms {
        term(one, span);
    }
}

fn expr(expr: &mut Expr, span: Span) {
    expr.span = span;
    match &mut expr.kind {
        ExprKind::Term(inner) => term(inner, span),
        ExprKind::Call(inner) | ExprKind::Some(inner) => terms(inner, span),
        ExprKind::Every(every) => {
            every.span = span;
            terms(&mut every.key, span);
            term(&mut every.value, span);
            term(&mut every.domain, span);
            body(&mut every.body, span);
        }
        ExprKind::Not(not) => {
            not.span = span;
            body(&mut not.body, span);
        }
        ExprKind::And(logical) | ExprKind::Or(logical) => {
            logical.span = span;
            body(&mut logical.lhs, span);
            body(&mut logical.rhs, span);
        }
    }
    for with in &mut expr.with {
        with.span = span;
        term(&mut with.target, span);
        term(&mut with.value, span);
    }
}

fn term(of: &mut Term, span: Span) {
    of.span = span;
    match &mut of.kind {
        TermKind::Null
        | TermKind::Bool(_)
        | TermKind::Number(_)
        | TermKind::String(_)
        | TermKind::Var(_) => {}
        TermKind::Ref(inner)
        | TermKind::Array(inner)
        | TermKind::Set(inner)
        | TermKind::Call(inner) => terms(inner, span),
        TermKind::Object(fields) => {
            for (key, value) in fields {
                term(key, span);
                term(value, span);
            }
        }
        TermKind::ArrayComprehension(inner)
        | TermKind::SetComprehension(inner)
        | TermKind::ObjectComprehension(inner) => {
            terms(&mut inner.key, span);
            term(&mut inner.term, span);
            body(&mut inner.body, span);
        }
        TermKind::Template(template) => {
            for part in &mut template.parts {
                match part {
                    TemplatePart::Text(text) => term(text, span),
                    TemplatePart::Expr(inner) => expr(inner, span),
                }
            }
        }
    }
}
