//! `==` becomes `=` after the safety check, which distinguishes them.

use crate::rego::compile::Compiler;
use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::rewrite::comprehension_terms::sort;
use crate::rego::compile::rewrite::equality::operator;
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::syntax::ast::{Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::visit::{VisitorMut, change_body, change_head, change_inner};

/// OPA's stage `RewriteEquals`. OPA skips it for queries, because `==` has a result there.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    for rule in compiler
        .modules
        .iter_mut()
        .flat_map(|module| &mut module.rules)
    {
        change_chain(rule, |rule| {
            change_head(&mut rule.head, &mut Equals);
            change_body(&mut rule.body, &mut Equals);
        });
    }
}

struct Equals;

impl VisitorMut for Equals {
    fn expr(&mut self, expr: &mut Expr) -> bool {
        if let ExprKind::Call(terms) = &mut expr.kind
            && let [name, _, _] = terms.as_mut_slice()
            && is_global(name, "equal")
        {
            *name = operator("eq");
        }
        true
    }

    fn term(&mut self, term: &mut Term) -> bool {
        if matches!(term.kind, TermKind::Set(_) | TermKind::Object(_)) {
            change_inner(term, self);
            sort(term);
            return false;
        }
        true
    }
}
