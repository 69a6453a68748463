//! The variables that inner bodies of an expression read.

use crate::rego::compile::safety::scope::Scope;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::syntax::ast::{Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::visit::{Visitor, walk_body, walk_expr, walk_term};

/// The variables of a body that the inner bodies of one of its expressions read, except those from outside the body.
pub(super) fn closed_over(
    expr: &Expr,
    own: &VarSet,
    globals: &Scope,
    work: &mut u64,
) -> Option<VarSet> {
    let mut outer = Closures {
        inner: Reads {
            own,
            globals,
            found: VarSet::new(),
            work: *work,
        },
    };
    walk_expr(expr, &mut outer);
    *work = outer.inner.work;
    (*work > 0).then_some(outer.inner.found)
}

/// Finds the inner bodies.
struct Closures<'s> {
    inner: Reads<'s>,
}

impl Visitor for Closures<'_> {
    fn expr(&mut self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Every(every) => walk_body(&every.body, &mut self.inner),
            ExprKind::Not(not) => walk_body(&not.body, &mut self.inner),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                walk_body(&logical.lhs, &mut self.inner);
                walk_body(&logical.rhs, &mut self.inner);
            }
            ExprKind::Term(_) | ExprKind::Call(_) | ExprKind::Some(_) => return true,
        }
        for with in &expr.with {
            walk_term(&with.target, self);
            walk_term(&with.value, self);
        }
        false
    }

    fn term(&mut self, term: &Term) -> bool {
        match &term.kind {
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                for term in inner.key.iter().chain([&inner.term]) {
                    walk_term(term, &mut self.inner);
                }
                walk_body(&inner.body, &mut self.inner);
                false
            }
            _ => true,
        }
    }
}

/// Finds the variables in the inner bodies.
struct Reads<'s> {
    own: &'s VarSet,
    globals: &'s Scope,
    found: VarSet,
    work: u64,
}

impl Visitor for Reads<'_> {
    fn expr(&mut self, _: &Expr) -> bool {
        self.work > 0
    }

    fn term(&mut self, term: &Term) -> bool {
        self.work = self.work.saturating_sub(1);
        if let TermKind::Var(name) = &term.kind
            && self.own.contains(name)
            && !self.globals.has(name)
        {
            self.found.insert(name.clone());
        }
        self.work > 0
    }
}
