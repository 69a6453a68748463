//! Calls of `print` in bodies outside of other bodies.

use crate::rego::compile::rewrite::print_calls::keep::{Keep, change_withs};
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::visit::{VisitorMut, change_body, change_term};

/// Rewrites the bodies that are not inside another body: those in the heads of comprehensions and in the domain of `every`. As in OPA, only
/// the parameters have values there.
pub(super) struct Unreached<'u, 'k> {
    pub(super) keep: &'u mut Keep<'k>,
    pub(super) reached: bool,
}

impl Unreached<'_, '_> {
    fn body(&mut self, body: &mut Body) {
        if self.reached || self.keep.body(body) {
            let reached = std::mem::replace(&mut self.reached, true);
            change_body(body, self);
            self.reached = reached;
        }
    }

    fn outside(&mut self, term: &mut Term) {
        let reached = std::mem::replace(&mut self.reached, false);
        change_term(term, self);
        self.reached = reached;
    }
}

impl VisitorMut for Unreached<'_, '_> {
    fn expr(&mut self, expr: &mut Expr) -> bool {
        match &mut expr.kind {
            ExprKind::Every(every) => {
                self.outside(&mut every.domain);
                self.body(&mut every.body);
            }
            ExprKind::Not(not) => self.body(&mut not.body),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.body(&mut logical.lhs);
                self.body(&mut logical.rhs);
            }
            ExprKind::Term(_) | ExprKind::Call(_) | ExprKind::Some(_) => return true,
        }
        change_withs(expr, self);
        false
    }

    fn term(&mut self, term: &mut Term) -> bool {
        match &mut term.kind {
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                if let Some(key) = &mut inner.key {
                    self.outside(key);
                }
                self.outside(&mut inner.term);
                self.body(&mut inner.body);
                false
            }
            _ => true,
        }
    }
}
