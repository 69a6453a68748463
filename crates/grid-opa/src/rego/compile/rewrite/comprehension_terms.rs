//! Variables replace the terms of comprehensions that must be evaluated. `[x[0] | body]` becomes `[v | body; v = x[0]]`.

use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::rewrite::equality::append;
use crate::rego::compile::rewrite::lift::lift;
use crate::rego::compile::{Compiler, Locals};
use crate::rego::syntax::ast::{Comprehension, Expr, Term, TermKind};
use crate::rego::syntax::order;
use crate::rego::syntax::visit::{
    Visitor, VisitorMut, change_body, change_head, change_inner, walk_term,
};

/// OPA's stage `RewriteComprehensionTerms`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let Compiler {
        modules, locals, ..
    } = compiler;
    for rule in modules.iter_mut().flat_map(|module| &mut module.rules) {
        change_chain(rule, |rule| {
            change_head(&mut rule.head, &mut Terms { locals });
            in_body(&mut rule.body, locals);
        });
    }
}

/// The same for the body of a query.
pub(crate) fn in_body(body: &mut [Expr], locals: &mut Locals) {
    change_body(body, &mut Terms { locals });
}

/// Whether a term must be evaluated before it can be the term of a comprehension or a head, or the value of a modifier: it contains a
/// reference or a comprehension.
pub(crate) fn requires_evaluation(term: &Term) -> bool {
    let mut search = Evaluated { found: false };
    walk_term(term, &mut search);
    search.found
}

/// Replaces a term by a variable, and adds the equality of both to a body.
pub(crate) fn replace(term: &mut Term, body: &mut Vec<Expr>, locals: &mut Locals) {
    let bound = lift(term, locals);
    append(body, vec![bound]);
}

struct Evaluated {
    found: bool,
}

impl Visitor for Evaluated {
    fn expr(&mut self, _: &Expr) -> bool {
        !self.found
    }

    fn term(&mut self, term: &Term) -> bool {
        self.found |= matches!(
            term.kind,
            TermKind::Ref(_)
                | TermKind::ArrayComprehension(_)
                | TermKind::SetComprehension(_)
                | TermKind::ObjectComprehension(_)
        );
        !self.found
    }
}

struct Terms<'l> {
    locals: &'l mut Locals,
}

impl VisitorMut for Terms<'_> {
    fn term(&mut self, term: &mut Term) -> bool {
        match &mut term.kind {
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                let Comprehension { key, term, body } = &mut **inner;
                for term in key.iter_mut().chain([term]) {
                    if requires_evaluation(term) {
                        replace(term, body, self.locals);
                    }
                }
                true
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

/// Sorts a set or an object again after its parts have changed.
pub(crate) fn sort(term: &mut Term) {
    match &mut term.kind {
        TermKind::Set(items) => order::sort_set(items),
        TermKind::Object(fields) => order::sort_object(fields),
        _ => {}
    }
}
