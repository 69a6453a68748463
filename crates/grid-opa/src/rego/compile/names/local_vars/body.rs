//! Bodies: declarations are processed in order.

use crate::rego::compile::names::local_vars::declarations::IN_NEGATED;
use crate::rego::compile::names::local_vars::rewriter::Rewriter;
use crate::rego::compile::names::local_vars::scopes::Occurrence;
use crate::rego::compile::names::local_vars::terms::Walk;
use crate::rego::compile::names::local_vars::unused::Exprs;
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::syntax::ast::{Body, Every, Expr, ExprKind, Logical, Term, TermKind};
use crate::rego::syntax::span::Span;

const IN_AND: &str = "cannot assign vars inside implicit and operand";
const IN_OR: &str = "cannot assign vars inside implicit or operand";

impl Rewriter<'_> {
    /// Renames the variables of a body. `used` are the variables that the result of the body uses.
    pub(crate) fn body(&mut self, body: &mut Body, used: Option<&VarSet>) {
        let first = body.first().map_or(Span::default(), |expr| expr.span);
        let mut exprs = Exprs {
            first,
            kept: Vec::with_capacity(body.len()),
        };
        for mut expr in std::mem::take(body) {
            self.place = expr.span;
            if self.statement(&mut expr) {
                exprs.kept.push(expr);
            }
        }
        self.check_unused(&exprs, used);
        *body = exprs.kept;
        if body.is_empty() {
            let always = Term::new(TermKind::Bool(true), Span::default());
            body.push(Expr::new(ExprKind::Term(Box::new(always)), Span::default()));
        }
    }

    /// Renames the variables of an expression. Returns whether the expression is kept.
    fn statement(&mut self, expr: &mut Expr) -> bool {
        match &mut expr.kind {
            ExprKind::Call(terms)
                if terms
                    .first()
                    .is_some_and(|operator| is_global(operator, "assign")) =>
            {
                self.assignment(expr);
                true
            }
            ExprKind::Some(_) => self.some(expr),
            ExprKind::Every(_) => self.every(expr),
            ExprKind::Not(_) => {
                self.not(expr);
                true
            }
            ExprKind::And(_) | ExprKind::Or(_) => {
                self.logical(expr);
                true
            }
            _ => {
                self.walk_expr(expr, Walk::EXPR);
                true
            }
        }
    }

    fn every(&mut self, expr: &mut Expr) -> bool {
        if let ExprKind::Every(every) = &mut expr.kind {
            self.walk(&mut every.domain, Walk::TERMS);
        }
        self.scoped(|rewriter| {
            if let ExprKind::Every(every) = &mut expr.kind
                && let Err(message) = rewriter.every_vars(every)
            {
                rewriter.refuse(message, every.span);
                return false;
            }
            if let ExprKind::Every(every) = &mut expr.kind {
                rewriter.body(&mut every.body, Some(&VarSet::new()));
            }
            rewriter.walk_expr(expr, Walk::EXPR);
            true
        })
    }

    /// Declares the variables of `every`. Adds a key if there is none.
    fn every_vars(&mut self, every: &mut Every) -> Result<(), String> {
        match &mut every.key {
            Some(key) => self.every_var(key)?,
            None => {
                let key = TermKind::Var(self.locals.fresh());
                every.key = Some(Term::new(key, Span::default()));
            }
        }
        self.every_var(&mut every.value)
    }

    fn every_var(&mut self, term: &mut Term) -> Result<(), String> {
        if let TermKind::Var(name) = &mut term.kind
            && !name.starts_with('$')
        {
            *name = self.declare(name, Occurrence::Declared, false)?;
        }
        Ok(())
    }

    fn not(&mut self, expr: &mut Expr) {
        let before = self.faults.len();
        match &mut expr.kind {
            ExprKind::Not(not) if !not.explicit => {
                self.implicit(&mut not.body, IN_NEGATED);
                if self.faults.len() == before {
                    self.walk_expr(expr, Walk::EXPR);
                }
            }
            _ => self.scoped(|rewriter| {
                if let ExprKind::Not(not) = &mut expr.kind {
                    rewriter.body(&mut not.body, Some(&VarSet::new()));
                }
                rewriter.walk_expr(expr, Walk::EXPR);
            }),
        }
    }

    fn logical(&mut self, expr: &mut Expr) {
        let before = self.faults.len();
        match &mut expr.kind {
            ExprKind::And(logical) => self.operands(logical, IN_AND),
            ExprKind::Or(logical) => self.operands(logical, IN_OR),
            _ => {}
        }
        if self.faults.len() == before {
            self.walk_expr(expr, Walk::EXPR);
        }
    }

    fn operands(&mut self, logical: &mut Logical, message: &str) {
        self.operand(&mut logical.lhs, logical.explicit_lhs, message);
        self.operand(&mut logical.rhs, logical.explicit_rhs, message);
    }

    fn operand(&mut self, body: &mut Body, explicit: bool, message: &str) {
        if explicit {
            self.scoped(|rewriter| rewriter.body(body, Some(&VarSet::new())));
        } else {
            self.implicit(body, message);
        }
    }

    /// A body without braces cannot declare variables, because nothing could read them.
    fn implicit(&mut self, body: &mut [Expr], message: &str) {
        for expr in body {
            match &expr.kind {
                ExprKind::Call(terms)
                    if terms
                        .first()
                        .is_some_and(|operator| is_global(operator, "assign")) =>
                {
                    self.refuse(message, expr.span);
                }
                ExprKind::Not(_) => self.not(expr),
                ExprKind::And(_) | ExprKind::Or(_) => self.logical(expr),
                _ => {}
            }
        }
    }
}
