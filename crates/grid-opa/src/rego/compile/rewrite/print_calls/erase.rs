//! Drops calls of `print`.

use crate::rego::compile::rewrite::print_calls::is_print;
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Head, Term, TermKind};
use crate::rego::syntax::visit::{VisitorMut, change_body, change_head};

pub(super) fn in_head(head: &mut Head) {
    change_head(head, &mut Erase);
}

/// Drops the calls in a body. A body without other expressions becomes `true`.
pub(super) fn in_body(body: &mut Body) {
    drop_calls(body);
    change_body(body, &mut Erase);
}

fn drop_calls(body: &mut Body) {
    let Some(first) = body.first().map(|expr| expr.span) else {
        return;
    };
    body.retain(|expr| !is_print(expr));
    if body.is_empty() {
        let always = Term::new(TermKind::Bool(true), first);
        body.push(Expr::new(ExprKind::Term(Box::new(always)), first));
    }
}

struct Erase;

impl VisitorMut for Erase {
    fn expr(&mut self, expr: &mut Expr) -> bool {
        match &mut expr.kind {
            ExprKind::Every(every) => drop_calls(&mut every.body),
            ExprKind::Not(not) => drop_calls(&mut not.body),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                drop_calls(&mut logical.lhs);
                drop_calls(&mut logical.rhs);
            }
            ExprKind::Term(_) | ExprKind::Call(_) | ExprKind::Some(_) => {}
        }
        true
    }

    fn term(&mut self, term: &mut Term) -> bool {
        match &mut term.kind {
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => drop_calls(&mut inner.body),
            _ => {}
        }
        true
    }
}
