//! Inner bodies of expressions.

use crate::rego::compile::rewrite::comprehension_terms::sort;
use crate::rego::compile::safety::Unsafe;
use crate::rego::compile::safety::schedule::{Schedule, schedule};
use crate::rego::compile::safety::scope::Scope;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::compile::safety::waiting::assigned;
use crate::rego::compile::tree::RuleTree;
use crate::rego::syntax::ast::{Body, Comprehension, Expr, ExprKind, Name, Term, TermKind};
use crate::rego::syntax::vars::{self, Skip};
use crate::rego::syntax::visit::{VisitorMut, change_expr, change_inner};
use std::mem;

/// The check of a body and its inner bodies.
pub(super) struct Check<'t> {
    tree: &'t RuleTree,
    globals: Scope,
    pub(super) work: u64,
    /// Whether the work limit was exceeded.
    pub(super) exceeded: bool,
    found: Vec<Unsafe>,
}

impl<'t> Check<'t> {
    pub(super) const fn new(tree: &'t RuleTree, globals: Scope, work: u64) -> Self {
        Self {
            tree,
            globals,
            work,
            exceeded: false,
            found: Vec::new(),
        }
    }

    /// Orders a body and its inner bodies. Returns the unsafe expressions.
    pub(super) fn body(&mut self, body: &mut Body) -> Vec<Unsafe> {
        self.order(body, None);
        mem::take(&mut self.found)
    }

    /// For a comprehension, `around` is its enclosing expression and the variables of its term.
    fn order(&mut self, body: &mut Body, around: Option<(&Unsafe, VarSet)>) {
        let Some(scheduled) = schedule(body, &self.globals, self.tree, &mut self.work) else {
            self.exceeded = true;
            return;
        };
        let Schedule {
            order,
            left,
            visible,
            own,
        } = scheduled;
        if let Some((expr, vars)) = around {
            let has_value = |name: &Name| self.globals.has(name) || own.contains(name);
            let vars: VarSet = vars.into_iter().filter(|name| !has_value(name)).collect();
            if !vars.is_empty() {
                self.found.push(Unsafe {
                    span: expr.span,
                    assigned: expr.assigned.clone(),
                    vars,
                });
            }
        }
        self.found.extend(left);
        let mark = self.globals.mark();
        let mut exprs: Vec<Option<Expr>> = mem::take(body).into_iter().map(Some).collect();
        for number in order {
            if let Some(mut expr) = exprs.get_mut(number).and_then(Option::take) {
                self.within(&mut expr);
                body.push(expr);
            }
            self.globals
                .extend(visible.get(number).into_iter().flatten());
        }
        self.globals.leave(mark);
        body.extend(exprs.into_iter().flatten());
    }

    /// Orders the inner bodies of an expression.
    fn within(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Every(every) => {
                // As in OPA, the variables also count for the expressions after it.
                for term in every.key.iter().chain([&every.value]) {
                    self.globals.extend(&vars::of_term(term, Skip::default()));
                }
                self.order(&mut every.body, None);
            }
            ExprKind::Not(not) => self.order(&mut not.body, None),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.order(&mut logical.lhs, None);
                self.order(&mut logical.rhs, None);
            }
            ExprKind::Term(_) | ExprKind::Call(_) | ExprKind::Some(_) => {
                let around = Unsafe {
                    span: expr.span,
                    assigned: assigned(expr),
                    vars: VarSet::new(),
                };
                change_expr(
                    expr,
                    &mut Within {
                        check: self,
                        around,
                    },
                );
            }
        }
    }
}

/// Orders the comprehensions inside an expression.
struct Within<'c, 't> {
    check: &'c mut Check<'t>,
    around: Unsafe,
}

impl VisitorMut for Within<'_, '_> {
    fn term(&mut self, term: &mut Term) -> bool {
        match &mut term.kind {
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                let Comprehension { key, term, body } = &mut **inner;
                let mut vars = vars::of_term(term, Skip::default());
                if let Some(key) = key {
                    vars.extend(vars::of_term(key, Skip::default()));
                }
                self.check.order(body, Some((&self.around, vars)));
                false
            }
            TermKind::Set(_) | TermKind::Object(_) => {
                change_inner(term, self);
                sort(term);
                false
            }
            _ => true,
        }
    }
}
