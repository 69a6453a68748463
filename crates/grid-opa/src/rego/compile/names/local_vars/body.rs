//! Bodies: declarations are processed in order.

use crate::rego::compile::names::local_vars::rewriter::Rewriter;
use crate::rego::compile::names::local_vars::scopes::Occurrence;
use crate::rego::compile::names::local_vars::terms::Walk;
use crate::rego::compile::names::local_vars::unused::Exprs;
use crate::rego::compile::names::resolve::root_document;
use crate::rego::compile::rewrite::equality::operator;
use crate::rego::compile::safety::outputs::{is_global, of_equal_terms};
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::syntax::ast::{Body, Every, Expr, ExprKind, Logical, Name, Term, TermKind};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::vars::{Skip, Vars, of_term};

const IN_NEGATED: &str = "cannot assign vars inside negated expression";
const IN_AND: &str = "cannot assign vars inside implicit and operand";
const IN_OR: &str = "cannot assign vars inside implicit or operand";

/// The variables that a declaration binds, for comparison with those it reads.
const BOUND: Skip = Skip {
    ref_head: true,
    ref_call_head: false,
    object_keys: true,
    closures: true,
    with_target: false,
    sets: false,
    templates: false,
    wildcards: false,
};

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

    /// `some x` disappears after x is declared; `some x in xs` becomes `x = xs[__local0__]`.
    fn some(&mut self, expr: &mut Expr) -> bool {
        let ExprKind::Some(terms) = &mut expr.kind else {
            return false;
        };
        for term in terms {
            match &mut term.kind {
                TermKind::Var(name) => {
                    if let Err(message) = self.declare(name, Occurrence::Declared, true) {
                        self.refuse(message, expr.span);
                        return false;
                    }
                }
                TermKind::Call(call) => {
                    let call = std::mem::take(call);
                    return self.some_in(expr, call);
                }
                _ => {}
            }
        }
        false
    }

    fn some_in(&mut self, expr: &mut Expr, call: Vec<Term>) -> bool {
        let mut terms = call.into_iter().skip(1);
        let (key, value, domain) = match (terms.next(), terms.next(), terms.next()) {
            (Some(key), Some(value), Some(domain)) => (key, value, domain),
            (Some(value), Some(domain), None) => {
                let key = TermKind::Var(self.locals.fresh());
                (Term::new(key, Span::default()), value, domain)
            }
            _ => return false,
        };
        let mut bound = Vars::new(BOUND);
        bound.term(&key);
        bound.term(&value);
        let read = of_term(
            &domain,
            Skip {
                closures: true,
                ..Skip::default()
            },
        );
        let before = bound
            .found
            .intersection(&read)
            .filter(|name| !name.starts_with('$'));
        let before: Vec<Name> = before.cloned().collect();
        for name in &before {
            self.refuse(format!("var {name} assigned before"), expr.span);
        }
        if !before.is_empty() {
            return false;
        }
        let known = of_term(&domain, Skip::default());
        let item = match domain {
            Term {
                kind: TermKind::Ref(mut terms),
                ..
            } => {
                terms.push(key);
                terms
            }
            domain => vec![domain, key],
        };
        let item = Term::new(TermKind::Ref(item), Span::default());
        expr.kind = ExprKind::Call(vec![operator("eq"), value, item]);
        if let ExprKind::Call(terms) = &expr.kind
            && let [_, value, item] = terms.as_slice()
        {
            for name in of_equal_terms(expr, value, item, &known) {
                if let Err(message) = self.declare(&name, Occurrence::Declared, true) {
                    self.refuse(message, expr.span);
                    return false;
                }
            }
        }
        self.walk_expr(expr, Walk::EXPR);
        true
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

    /// `x := y` becomes `__local0__ = y`.
    fn assignment(&mut self, expr: &mut Expr) {
        if expr.negated {
            self.refuse(IN_NEGATED, expr.span);
            return;
        }
        let before = self.faults.len();
        let ExprKind::Call(terms) = &mut expr.kind else {
            return;
        };
        let [operator, left, right] = terms.as_mut_slice() else {
            return;
        };
        // The right side is read before the declaration.
        self.walk(right, Walk::TERMS);
        for with in &mut expr.with {
            self.walk(&mut with.value, Walk::TERMS);
        }
        self.assign_to(left);
        if self.faults.len() == before {
            let place = match &operator.kind {
                TermKind::Ref(terms) => terms.first().map_or(Span::default(), |head| head.span),
                _ => Span::default(),
            };
            let equality = Term::var("eq", place);
            *operator = Term::new(TermKind::Ref(vec![equality]), place);
            expr.from_assignment = true;
        }
    }

    fn assign_to(&mut self, term: &mut Term) {
        let name = match &mut term.kind {
            TermKind::Var(name) => name.clone(),
            TermKind::Array(items) => {
                for item in items {
                    self.assign_to(item);
                }
                return;
            }
            TermKind::Object(fields) => {
                for (_, value) in fields {
                    self.assign_to(value);
                }
                return;
            }
            TermKind::Ref(terms) if let Some(name) = root_document(terms) => name.clone(),
            kind => {
                let message = format!("cannot assign to {}", kind.name());
                self.refuse(message, term.span);
                return;
            }
        };
        match self.declare(&name, Occurrence::Assigned, true) {
            Ok(new) => term.kind = TermKind::Var(new),
            Err(message) => self.refuse(message, term.span),
        }
    }
}
