//! What of an expression OPA evaluates before a `not` of it.

use crate::rewrite::order::children;
use regorus::unstable::{AssignOp, BoolOp, Expr, Query, Ref, Span};

/// A part of an expression that OPA evaluates first.
pub(super) struct Operand<'e> {
    pub(super) expr: &'e Ref<Expr>,
    /// Whether the core would take it for what gives a variable its value: what something is looked up by, or a side of `=`.
    pub(super) gives: bool,
}

/// What was found.
#[derive(Default)]
pub(super) struct Walk<'e> {
    /// Operands that may be undefined, in their order, none inside another.
    pub(super) operands: Vec<Operand<'e>>,
    /// The bodies of comprehensions outside of these operands.
    pub(super) queries: Vec<&'e Query>,
    /// A `_` outside of comprehensions.
    pub(super) wildcard: Option<&'e Span>,
}

impl<'e> Walk<'e> {
    /// Looks at the expression of a `not`. A reference is undefined itself where it leads to nothing, and so are the sides of `==`: these
    /// stay, save for what they are looked up by.
    pub(super) fn negated(&mut self, expr: &'e Ref<Expr>) {
        match &**expr {
            Expr::Call { params, .. } => params.iter().for_each(|param| self.operand(param)),
            Expr::BoolExpr {
                op: BoolOp::Eq,
                lhs,
                rhs,
                ..
            } => {
                self.side(lhs);
                self.side(rhs);
            }
            Expr::AssignExpr {
                op: AssignOp::Eq,
                lhs,
                rhs,
                ..
            } => {
                self.unified(lhs);
                self.unified(rhs);
            }
            Expr::AssignExpr { rhs, .. } => self.operand(rhs),
            Expr::BoolExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. }
            | Expr::BinExpr { lhs, rhs, .. } => {
                self.operand(lhs);
                self.operand(rhs);
            }
            Expr::Membership {
                key,
                value,
                collection,
                ..
            } => {
                key.iter().for_each(|key| self.operand(key));
                self.operand(value);
                self.operand(collection);
            }
            _ => self.side(expr),
        }
    }

    fn side(&mut self, expr: &'e Ref<Expr>) {
        match &**expr {
            Expr::Var { span, .. } => self.look_at(span),
            Expr::RefDot { refr, .. } => self.side(refr),
            Expr::RefBrack { refr, index, .. } => {
                self.side(refr);
                self.part(index, true);
            }
            _ => self.operand(expr),
        }
    }

    fn unified(&mut self, expr: &'e Ref<Expr>) {
        match &**expr {
            Expr::RefDot { .. } | Expr::RefBrack { .. } => self.side(expr),
            _ => self.part(expr, true),
        }
    }

    fn operand(&mut self, expr: &'e Ref<Expr>) {
        self.part(expr, false);
    }

    fn part(&mut self, expr: &'e Ref<Expr>, gives: bool) {
        if may_be_undefined(expr) {
            let mut inside = Walk::default();
            inside.comprehensions(expr);
            self.wildcard = self.wildcard.or(inside.wildcard);
            self.operands.push(Operand { expr, gives });
        } else {
            self.comprehensions(expr);
        }
    }

    fn look_at(&mut self, name: &'e Span) {
        if name.text() == "_" {
            self.wildcard = Some(name);
        }
    }

    /// Looks for each `in` of a statement, save one that is all of it and has no key: that fails alike where an operand is undefined.
    pub(super) fn memberships(&mut self, expr: &'e Ref<Expr>) {
        match &**expr {
            Expr::Membership {
                key: None,
                value,
                collection,
                ..
            } => {
                self.inner_memberships(value);
                self.inner_memberships(collection);
            }
            _ => self.inner_memberships(expr),
        }
    }

    fn inner_memberships(&mut self, expr: &'e Ref<Expr>) {
        match &**expr {
            Expr::ArrayCompr { query, .. }
            | Expr::SetCompr { query, .. }
            | Expr::ObjectCompr { query, .. } => self.queries.push(query),
            Expr::Membership { .. } => self.negated(expr),
            other => children(other)
                .into_iter()
                .for_each(|child| self.inner_memberships(child)),
        }
    }

    /// Finds the bodies of all comprehensions of an expression that lie in no other one.
    pub(super) fn comprehensions(&mut self, expr: &'e Ref<Expr>) {
        match &**expr {
            Expr::ArrayCompr { query, .. }
            | Expr::SetCompr { query, .. }
            | Expr::ObjectCompr { query, .. } => self.queries.push(query),
            Expr::Var { span, .. } => self.look_at(span),
            other => children(other)
                .into_iter()
                .for_each(|child| self.comprehensions(child)),
        }
    }
}

/// Whether an expression may have no value: it names something, or calls something, outside of comprehensions.
pub(super) fn may_be_undefined(expr: &Ref<Expr>) -> bool {
    match &**expr {
        Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Call { .. } => true,
        Expr::BoolExpr { .. } | Expr::ArithExpr { .. } | Expr::BinExpr { .. } => true,
        Expr::Membership { .. } | Expr::AssignExpr { .. } => true,
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().any(may_be_undefined),
        Expr::Object { fields, .. } => fields
            .iter()
            .any(|(_, key, value)| may_be_undefined(key) || may_be_undefined(value)),
        _ => false,
    }
}
