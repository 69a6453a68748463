//! Sorts sets and objects into OPA's order before the stages. A set loses its duplicates; an object keeps duplicate keys until names are
//! resolved.

use crate::rego::compile::else_chain::change_chain;
use crate::rego::syntax::ast::{Expr, Module, Term, TermKind};
use crate::rego::syntax::order::{sort_fields, sort_set};
use crate::rego::syntax::visit::{VisitorMut, change_body, change_head, change_inner};

/// Sorts the sets and the objects of a module.
pub(crate) fn sort_module(module: &mut Module) {
    for rule in &mut module.rules {
        change_chain(rule, |rule| {
            change_head(&mut rule.head, &mut Sort);
            sort_body(&mut rule.body);
        });
    }
}

/// Sorts the sets and the objects of a body.
pub(crate) fn sort_body(body: &mut [Expr]) {
    change_body(body, &mut Sort);
}

struct Sort;

impl VisitorMut for Sort {
    fn term(&mut self, term: &mut Term) -> bool {
        change_inner(term, self);
        match &mut term.kind {
            TermKind::Set(items) => sort_set(items),
            TermKind::Object(fields) => sort_fields(fields),
            _ => {}
        }
        false
    }
}
