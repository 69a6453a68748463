//! Calls of `print` become calls of `internal.print`, with each operand in a comprehension.

use crate::rego::compile::names::declared::is_comprehension;
use crate::rego::compile::names::locals::is_generated;
use crate::rego::compile::rewrite::equality::{equal, operator};
use crate::rego::compile::rewrite::print_calls::is_print;
use crate::rego::compile::rewrite::print_calls::unreached::Unreached;
use crate::rego::compile::safety::outputs::Outputs;
use crate::rego::compile::safety::unify::{SAFETY, VarSet};
use crate::rego::compile::{Locals, RuleTree};
use crate::rego::syntax::ast::{Body, Comprehension, Expr, ExprKind, Head, Name, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::text;
use crate::rego::syntax::vars::{Skip, of_expr, of_term};
use crate::rego::syntax::visit::{
    Visitor, VisitorMut, change_body, change_expr, change_head, change_term, walk_expr,
};
use std::collections::HashMap;

pub(super) struct Keep<'k> {
    tree: &'k RuleTree,
    locals: &'k mut Locals,
    rewritten: &'k HashMap<Name, Name>,
    /// The variables with values at this point; outside of bodies, those of the rule's parameters.
    safe: VarSet,
    pub(super) faults: Vec<Fault>,
}

impl<'k> Keep<'k> {
    pub(super) const fn new(
        tree: &'k RuleTree,
        locals: &'k mut Locals,
        rewritten: &'k HashMap<Name, Name>,
        safe: VarSet,
    ) -> Self {
        Self {
            tree,
            locals,
            rewritten,
            safe,
            faults: Vec::new(),
        }
    }

    /// Rewrites the calls in the comprehensions of a head.
    pub(super) fn in_head(&mut self, head: &mut Head) {
        change_head(
            head,
            &mut Unreached {
                keep: self,
                reached: false,
            },
        );
    }

    /// Rewrites the calls in a rule's body.
    pub(super) fn in_rule_body(&mut self, body: &mut Body) {
        if self.body(body) {
            change_body(
                body,
                &mut Unreached {
                    keep: self,
                    reached: true,
                },
            );
        }
    }

    /// Rewrites the calls in a body, except those in the heads of comprehensions. Returns whether there were no errors.
    pub(super) fn body(&mut self, body: &mut Body) -> bool {
        let inner = body.iter().rposition(has_bodies);
        let calls = body.iter().rposition(is_print);
        self.up_to(inner, body, Self::inner_bodies) && self.up_to(calls, body, Self::call)
    }

    /// Rewrites the expressions of a body up to `last`, each with the variables that have values before it.
    fn up_to(
        &mut self,
        last: Option<usize>,
        body: &mut Body,
        rewrite: fn(&mut Self, &mut Expr, &VarSet) -> bool,
    ) -> bool {
        let Some(last) = last else {
            return true;
        };
        let mut outputs = Outputs::new(self.tree);
        let mut generated = VarSet::new();
        let mut entered = Vec::new();
        let mut room = true;
        for expr in body.iter_mut().take(last + 1) {
            room = rewrite(self, expr, &generated);
            if !room {
                break;
            }
            let found = outputs.of_expr(expr, &self.safe);
            self.enter(found, &mut entered);
            // Generated variables count everywhere.
            let names = of_expr(expr, Skip::default());
            generated.extend(names.into_iter().filter(|name| is_generated(name)));
        }
        self.leave(entered);
        room
    }

    fn enter(&mut self, names: impl IntoIterator<Item = Name>, entered: &mut Vec<Name>) {
        for name in names {
            if self.safe.insert(name.clone()) {
                entered.push(name);
            }
        }
    }

    fn leave(&mut self, entered: Vec<Name>) {
        for name in entered {
            self.safe.remove(&name);
        }
    }

    fn inner_bodies(&mut self, expr: &mut Expr, _generated: &VarSet) -> bool {
        let found = self.faults.len();
        let mut closures = Closures {
            keep: self,
            entered: Vec::new(),
        };
        change_expr(expr, &mut closures);
        let entered = closures.entered;
        self.leave(entered);
        self.faults.len() == found
    }

    fn call(&mut self, expr: &mut Expr, generated: &VarSet) -> bool {
        if !is_print(expr) {
            return true;
        }
        let ExprKind::Call(terms) = &mut expr.kind else {
            return true;
        };
        let found = self.faults.len();
        let operands: Vec<Term> = std::mem::take(terms).into_iter().skip(1).collect();
        for operand in &operands {
            let read = of_term(operand, SAFETY);
            for name in read
                .iter()
                .filter(|name| !self.safe.contains(*name) && !generated.contains(*name))
            {
                let name = self.rewritten.get(name).unwrap_or(name);
                let message = format!("var {} is undeclared", text::of_var(name));
                self.faults
                    .push(Fault::new(Code::Compile, message, operand.span));
            }
        }
        if self.faults.len() > found {
            return false;
        }
        let span = expr.span;
        let items = operands
            .into_iter()
            .map(|operand| self.captured(operand))
            .collect();
        let mut print = operator("internal.print");
        print.span = span;
        let kind = ExprKind::Call(vec![print, Term::new(TermKind::Array(items), span)]);
        *expr = Expr::new(kind, span);
        true
    }

    /// `{__local0__ | __local0__ = operand}`
    fn captured(&mut self, operand: Term) -> Term {
        let span = operand.span;
        let local = Term::new(TermKind::Var(self.locals.fresh()), span);
        let body = vec![equal(local.clone(), operand, span)];
        let inner = Comprehension {
            key: None,
            term: local,
            body,
        };
        Term::new(TermKind::SetComprehension(Box::new(inner)), span)
    }
}

/// Whether an expression contains bodies.
fn has_bodies(expr: &Expr) -> bool {
    struct Find(bool);
    impl Visitor for Find {
        fn expr(&mut self, expr: &Expr) -> bool {
            self.0 |= matches!(
                expr.kind,
                ExprKind::Every(_) | ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_)
            );
            !self.0
        }
        fn term(&mut self, term: &Term) -> bool {
            self.0 |= is_comprehension(&term.kind);
            !self.0
        }
    }
    let mut find = Find(false);
    walk_expr(expr, &mut find);
    find.0
}

/// Rewrites the bodies inside an expression.
struct Closures<'c, 'k> {
    keep: &'c mut Keep<'k>,
    /// The variables that `every` binds, until the end of the expression.
    entered: Vec<Name>,
}

impl VisitorMut for Closures<'_, '_> {
    fn expr(&mut self, expr: &mut Expr) -> bool {
        match &mut expr.kind {
            ExprKind::Every(every) => {
                let named = every.key.iter().chain([&every.value]);
                let named: Vec<Name> = named
                    .flat_map(|term| of_term(term, Skip::default()))
                    .collect();
                self.keep.enter(named, &mut self.entered);
                self.keep.body(&mut every.body);
            }
            ExprKind::Not(not) => {
                self.keep.body(&mut not.body);
            }
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.keep.body(&mut logical.lhs);
                self.keep.body(&mut logical.rhs);
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
                self.keep.body(&mut inner.body);
                false
            }
            _ => true,
        }
    }
}

pub(super) fn change_withs(expr: &mut Expr, on: &mut dyn VisitorMut) {
    for with in &mut expr.with {
        change_term(&mut with.target, on);
        change_term(&mut with.value, on);
    }
}
