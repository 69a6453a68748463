//! The safety check of rule bodies, which also puts them into evaluation order.

use crate::rego::compile::Compiler;
use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::names::originals::Originals;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::compile::safety::{Lines, Refusal, Safety};
use crate::rego::compile::tree::RuleTree;
use crate::rego::syntax::ast::{Body, Module, Rule};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::vars::{Skip, Vars};
use std::mem;

/// OPA's stage `CheckSafetyRuleBodies`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let mut modules = mem::take(&mut compiler.modules);
    let mut safety = Safety::new(&compiler.tree);
    let originals = Originals::new(&compiler.rewritten);
    let mut faults = Vec::new();
    for module in &mut modules {
        let refused = order(module, &mut safety);
        let mut lines = Lines::new(module);
        for Refused {
            rule,
            branch,
            refusal,
        } in refused
        {
            let label = branch_of(module, rule, branch).map(|rule| lines.label(rule));
            faults.extend(refusal.faults(originals, &label.unwrap_or_default()));
        }
    }
    compiler.modules = modules;
    compiler.fault_all(faults);
}

/// The same for the body of a query (OPA's stage `CheckSafety`).
pub(crate) fn in_body(
    body: &mut Body,
    tree: &RuleTree,
    originals: Originals<'_>,
) -> Result<(), Vec<Fault>> {
    let ordered = Safety::new(tree).order(body, &VarSet::new());
    ordered.map_err(|refusal| refusal.faults(originals, ""))
}

/// A rule whose body cannot be ordered: its number, and the number of its branch.
struct Refused {
    rule: usize,
    branch: usize,
    refusal: Refusal,
}

fn order(module: &mut Module, safety: &mut Safety<'_>) -> Vec<Refused> {
    let mut refused = Vec::new();
    for (number, rule) in module.rules.iter_mut().enumerate() {
        let mut branch = 0;
        change_chain(rule, |rule| {
            let args = args(rule);
            if let Err(refusal) = safety.order(&mut rule.body, &args) {
                refused.push(Refused {
                    rule: number,
                    branch,
                    refusal,
                });
            }
            branch += 1;
        });
    }
    refused
}

/// The variables of the parameters.
fn args(rule: &Rule) -> VarSet {
    let mut vars = Vars::new(Skip::default());
    vars.terms(rule.head.args.iter().flatten());
    vars.found
}

fn branch_of(module: &Module, rule: usize, branch: usize) -> Option<&Rule> {
    let rule = module.rules.get(rule)?;
    crate::rego::compile::else_chain::chain(rule).nth(branch)
}
