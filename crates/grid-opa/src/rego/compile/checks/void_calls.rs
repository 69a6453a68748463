//! CheckVoidCalls: a call of `print` has no value.

use crate::rego::compile::else_chain::chain;
use crate::rego::compile::{Compiler, RuleTree};
use crate::rego::syntax::ast::{Expr, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::text;
use crate::rego::syntax::visit::{Visitor, walk_body, walk_head};
use crate::rego::types::Declaration;

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let mut calls = Calls {
        tree: &compiler.tree,
        faults: Vec::new(),
    };
    for rule in compiler
        .modules
        .iter()
        .flat_map(|module| &module.rules)
        .flat_map(chain)
    {
        walk_head(&rule.head, &mut calls);
        walk_body(&rule.body, &mut calls);
    }
    let faults = calls.faults;
    compiler.fault_all(faults);
}

/// The calls without a value in a query.
pub(crate) fn in_query(body: &[Expr], tree: &RuleTree) -> Vec<Fault> {
    let mut calls = Calls {
        tree,
        faults: Vec::new(),
    };
    walk_body(body, &mut calls);
    calls.faults
}

struct Calls<'t> {
    tree: &'t RuleTree,
    faults: Vec<Fault>,
}

impl Visitor for Calls<'_> {
    fn term(&mut self, term: &Term) -> bool {
        if let TermKind::Call(terms) = &term.kind
            && let Some(Term {
                kind: TermKind::Ref(operator),
                ..
            }) = terms.first()
            && self
                .tree
                .builtin(&text::of_ref(operator))
                .is_some_and(Declaration::is_void)
        {
            let message = format!("{} used as value", text::of_term(term));
            self.faults.push(Fault::new(Code::Type, message, term.span));
        }
        true
    }
}
