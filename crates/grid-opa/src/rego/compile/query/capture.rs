//! The values of a query's expressions. OPA's Go package `rego` requests them with variables `$term1`, `$term2`, ...

use crate::rego::compile::RuleTree;
use crate::rego::compile::rewrite::equality::operator;
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Name, Term, TermKind};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::visit::{Visitor, walk_body};

const PREFIX: &str = "$term";

/// The variable that must_hold the value of an expression of a compiled query. An expression without one has the value `true`; a generated
/// expression has no value.
pub(crate) fn captured(expr: &Expr) -> Option<&Name> {
    match &expr.kind {
        ExprKind::Call(terms) => terms
            .last()?
            .as_var()
            .filter(|name| name.starts_with(PREFIX)),
        _ => None,
    }
}

/// Adds variables for the values of a query's expressions. If the body has several expressions or may have several answers, each value must
/// also be true.
pub(super) fn capture(body: &mut Body, tree: &RuleTree) {
    let must_hold = body.len() > 1 || iterates(body, tree);
    let mut more = Vec::new();
    let mut number = 0;
    for expr in body.iter_mut().filter(|expr| !expr.negated) {
        let kind = match &expr.kind {
            ExprKind::Term(_) => true,
            ExprKind::Call(terms) => terms.split_first().is_some_and(|(operator, operands)| {
                let equality = is_global(operator, "assign") || is_global(operator, "eq");
                !equality && value_arity(operator, tree) == Some(operands.len())
            }),
            _ => false,
        };
        if !kind {
            continue;
        }
        number += 1;
        let value = Term::var(&format!("{PREFIX}{number}"), Span::default());
        match &mut expr.kind {
            ExprKind::Call(terms) => terms.push(value.clone()),
            kind => {
                let always = ExprKind::Call(Vec::new());
                if let ExprKind::Term(term) = std::mem::replace(kind, always) {
                    *kind = ExprKind::Call(vec![operator("eq"), *term, value.clone()]);
                }
            }
        }
        if must_hold {
            let mut condition = Expr::new(ExprKind::Term(Box::new(value)), expr.span);
            condition.generated = true;
            more.push(condition);
        }
    }
    body.extend(more);
}

/// The number of operands of a function that returns a value.
fn value_arity(operator: &Term, tree: &RuleTree) -> Option<usize> {
    match tree.builtin(&text::of_operator(operator)) {
        Some(builtin) => (!builtin.is_void()).then_some(builtin.arity()),
        None => tree.arity(operator).filter(|arity| *arity > 0),
    }
}

/// Whether a body may have several answers.
fn iterates(body: &[Expr], tree: &RuleTree) -> bool {
    struct Iterates<'t>(bool, &'t RuleTree);
    impl Visitor for Iterates<'_> {
        fn expr(&mut self, _expr: &Expr) -> bool {
            !self.0
        }
        fn term(&mut self, term: &Term) -> bool {
            if let TermKind::Ref(terms) = &term.kind {
                self.0 |= terms.iter().skip(1).any(|part| part.as_var().is_some())
                    || self
                        .1
                        .builtin(&text::of_ref(terms))
                        .is_some_and(|builtin| builtin.relation);
            }
            !self.0 && !crate::rego::compile::names::declared::is_comprehension(&term.kind)
        }
    }
    let mut iterates = Iterates(false, tree);
    walk_body(body, &mut iterates);
    iterates.0
}
