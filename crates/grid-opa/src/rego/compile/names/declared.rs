//! The variables that a body declares, with `some` or by assignment.

use crate::rego::compile::safety::outputs::is_global;
use crate::rego::syntax::ast::{Expr, ExprKind, Name, Term, TermKind};
use crate::rego::syntax::vars::{Skip, Vars};
use crate::rego::syntax::visit::{Visitor, walk_body};
use std::collections::BTreeSet;

/// The variables that a body declares. The bodies of `every`, `not`, `and` and `or` count; comprehensions have their own variables.
pub(crate) fn declared_vars(body: &[Expr]) -> BTreeSet<Name> {
    let mut declared = Declared(Vars::new(Skip::default()));
    walk_body(body, &mut declared);
    declared.0.found
}

struct Declared(Vars);

impl Visitor for Declared {
    fn expr(&mut self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Call(terms) => {
                if let [operator, left, _] = terms.as_slice()
                    && is_global(operator, "assign")
                {
                    self.0.term(left);
                }
            }
            ExprKind::Some(terms) => {
                for term in terms {
                    self.symbol(term);
                }
            }
            _ => {}
        }
        true
    }

    fn term(&mut self, term: &Term) -> bool {
        !is_comprehension(&term.kind)
    }
}

impl Declared {
    fn symbol(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Var(_) => self.0.term(term),
            TermKind::Call(terms) => match terms.as_slice() {
                [_, key, value, _] => {
                    self.0.term(key);
                    self.0.term(value);
                }
                [_, value, _] => self.0.term(value),
                _ => {}
            },
            _ => {}
        }
    }
}

pub(crate) const fn is_comprehension(kind: &TermKind) -> bool {
    matches!(
        kind,
        TermKind::ArrayComprehension(_)
            | TermKind::SetComprehension(_)
            | TermKind::ObjectComprehension(_)
    )
}
