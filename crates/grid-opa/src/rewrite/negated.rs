//! What of an expression OPA evaluates before a `not` of it.

use crate::rewrite::{Variables, may_be_undefined};
use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, Query, Ref, Span};

/// What was found.
#[derive(Default)]
pub(super) struct Walk<'e> {
    /// Operands that may be undefined, in their order, none inside another.
    pub(super) operands: Vec<&'e Ref<Expr>>,
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
            }
            | Expr::AssignExpr {
                op: AssignOp::Eq,
                lhs,
                rhs,
                ..
            } => {
                self.side(lhs);
                self.side(rhs);
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
                self.operand(index);
            }
            _ => self.operand(expr),
        }
    }

    fn operand(&mut self, expr: &'e Ref<Expr>) {
        if may_be_undefined(expr) {
            let mut inside = Walk::default();
            inside.comprehensions(expr);
            self.wildcard = self.wildcard.or(inside.wildcard);
            self.operands.push(expr);
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

// The expressions in an expression that is no comprehension.
fn children(expr: &Expr) -> Vec<&Ref<Expr>> {
    match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().collect(),
        Expr::Object { fields, .. } => fields
            .iter()
            .flat_map(|(_, key, value)| [key, value])
            .collect(),
        Expr::Call { params, .. } => params.iter().collect(),
        Expr::UnaryExpr { expr, .. } => vec![expr],
        Expr::RefDot { refr, .. } => vec![refr],
        Expr::RefBrack { refr, index, .. } => vec![refr, index],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs, rhs],
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => key.iter().chain([value, collection]).collect(),
        _ => Vec::new(),
    }
}

/// The names in a pattern.
pub(super) fn names<'e>(pattern: &'e Expr, found: &mut Variables<'e>) {
    match pattern {
        Expr::Var { span, .. } => {
            found.insert(span.text());
        }
        Expr::Array { items, .. } => items.iter().for_each(|item| names(item, found)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| names(value, found)),
        _ => {}
    }
}

/// The variables that the statements of a body declare.
pub(super) fn declared<'e>(query: &'e Query, found: &mut Variables<'e>) {
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => found.extend(vars.iter().map(Span::text)),
            Literal::SomeIn { key, value, .. } => {
                key.iter().for_each(|key| names(key, found));
                names(value, found);
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr {
                    op: AssignOp::ColEq,
                    lhs,
                    ..
                } = &**expr
                {
                    names(lhs, found);
                }
            }
            _ => {}
        }
    }
}
