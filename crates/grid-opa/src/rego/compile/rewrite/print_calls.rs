//! RewritePrintCalls: calls of `print` are dropped, or rewritten so that they also print undefined operands.
//!
//! `print(x, input.y)` becomes `internal.print([{__local0__ | __local0__ = x}, {__local1__ | __local1__ = input.y}])`.

mod erase;
mod keep;
mod unreached;

use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::safety::outputs::{is_global, reserved};
use crate::rego::compile::{Compiler, Locals, RuleTree};
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Name};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::vars::{Skip, Vars};
use keep::Keep;
use std::collections::HashMap;

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let mut modules = std::mem::take(&mut compiler.modules);
    for rule in modules.iter_mut().flat_map(|module| &mut module.rules) {
        change_chain(rule, |rule| {
            if !compiler.settings.print {
                erase::in_head(&mut rule.head);
                erase::in_body(&mut rule.body);
                return;
            }
            let mut args = Vars::new(Skip::default());
            args.found = reserved();
            args.terms(rule.head.args.iter().flatten());
            let mut keep = Keep::new(
                &compiler.tree,
                &mut compiler.locals,
                &compiler.rewritten,
                args.found,
            );
            keep.in_head(&mut rule.head);
            keep.in_rule_body(&mut rule.body);
            let faults = keep.faults;
            compiler.fault_all(faults);
        });
    }
    compiler.modules = modules;
}

/// Drops the calls of `print` in a query.
pub(crate) fn erase_in_query(body: &mut Body) {
    erase::in_body(body);
}

/// Rewrites the calls of `print` in a query.
pub(crate) fn keep_in_query(
    body: &mut Body,
    tree: &RuleTree,
    locals: &mut Locals,
    rewritten: &HashMap<Name, Name>,
) -> Vec<Fault> {
    let mut keep = Keep::new(tree, locals, rewritten, reserved());
    keep.body(body);
    keep.faults
}

fn is_print(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(terms) => terms
            .first()
            .is_some_and(|operator| is_global(operator, "print")),
        _ => false,
    }
}
