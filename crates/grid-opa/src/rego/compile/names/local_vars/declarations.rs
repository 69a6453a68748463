//! The declarations `some` and `:=`.

use crate::rego::compile::names::local_vars::rewriter::Rewriter;
use crate::rego::compile::names::local_vars::scopes::Occurrence;
use crate::rego::compile::names::local_vars::terms::Walk;
use crate::rego::compile::names::resolve::root_document;
use crate::rego::compile::rewrite::equality::operator;
use crate::rego::compile::safety::outputs::of_equal_terms;
use crate::rego::syntax::ast::{Expr, ExprKind, Name, Term, TermKind};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::vars::{Skip, Vars, of_term};

pub(super) const IN_NEGATED: &str = "cannot assign vars inside negated expression";

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
    /// `some x` disappears after x is declared; `some x in xs` becomes `x = xs[__local0__]`.
    pub(super) fn some(&mut self, expr: &mut Expr) -> bool {
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

    /// `x := y` becomes `__local0__ = y`.
    pub(super) fn assignment(&mut self, expr: &mut Expr) {
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
