//! Types: OPA's static checks of policies, and the declarations of builtins.
//!
//! The checks are those of OPA's stage `CheckTypes`, with its messages. They run on policies in the form that earlier stages produce:
//! references are resolved, variables have unique names, calls and references are moved out of terms, bodies are in a safe order. Without
//! schemas, `input` and the base documents of `data` can have any value.

mod check;
mod declare;
mod messages;
mod model;
#[cfg(test)]
mod tests;

use crate::rego::syntax::ast::{Body, Module, Name, Term};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::visit::{walk_body, walk_rule};
use crate::rego::types::check::env::Env;
use crate::rego::types::check::tree::Tree;
use crate::rego::types::check::{Checker, Sink, Terms};
use crate::rego::types::messages::faults::limit_fault;
use crate::sorting::sort_by;
use std::collections::HashMap;
use std::time::Instant;

pub(crate) use declare::{Builtins, Declaration, declarations, of_function, opa_builtin};
pub(crate) use model::kind::Type;

/// A rule, by module number and rule number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RuleId {
    pub(crate) module: usize,
    pub(crate) rule: usize,
}

/// The context of the checked bodies.
pub(crate) struct Surroundings<'c> {
    pub(crate) builtins: &'c Builtins,
    /// The source names of the renamed variables.
    pub(crate) rewritten: &'c HashMap<Name, Name>,
    /// The source terms that generated variables replace.
    pub(crate) subjects: &'c HashMap<Name, Term>,
    /// The references, up to their first variable, of the rules that a reference can lead to and of all rules that depend on them.
    pub(crate) dependents: &'c dyn Fn(&[Term]) -> Vec<Vec<Term>>,
    /// The time at which the check stops.
    pub(crate) end: Option<Instant>,
}

/// The input of a check.
pub(crate) struct CheckInput<'c> {
    pub(crate) modules: &'c [Module],
    /// The rules, each after its dependencies.
    pub(crate) order: &'c [RuleId],
    pub(crate) surroundings: Surroundings<'c>,
}

/// The types of the rules of some modules.
#[derive(Debug, Default)]
pub(crate) struct TypeEnv {
    tree: Tree,
}

/// Checks all rules. The faults are sorted by place.
pub(crate) fn check_modules(input: &CheckInput<'_>) -> (TypeEnv, Vec<Fault>) {
    let (mut env, mut faults) = (TypeEnv::default(), Vec::new());
    let mut terms = Terms::default();
    for rule in input.modules.iter().flat_map(|module| &module.rules) {
        walk_rule(rule, &mut terms);
    }
    let checker = Checker::new(&input.surroundings, terms.0);
    for id in input.order {
        let Some(module) = input.modules.get(id.module) else {
            continue;
        };
        let Some(rule) = module.rules.get(id.rule) else {
            continue;
        };
        checker.check_rule(module, rule, &mut env.tree, &mut faults);
        if checker.work().is_spent() {
            faults.push(limit_fault(rule.span));
            break;
        }
    }
    let place = |fault: &Fault| (fault.span.file, fault.span.row, fault.span.column);
    sort_by(&mut faults, |a, b| {
        let places = place(a).cmp(&place(b));
        places.then_with(|| (&a.message, &a.details).cmp(&(&b.message, &b.details)))
    });
    (env, faults)
}

/// Checks the body of a query against checked modules. The faults are in the order of the body.
pub(crate) fn check_body(
    env: &TypeEnv,
    surroundings: &Surroundings<'_>,
    body: &Body,
) -> Vec<Fault> {
    let mut terms = Terms::default();
    walk_body(body, &mut terms);
    let checker = Checker::new(surroundings, terms.0);
    let builtins = Env::builtins();
    let rules = builtins.rules(&env.tree);
    let mut sink = Sink::kept();
    checker.check_body(&rules.body(), body, &mut sink);
    let mut faults = sink.into_faults();
    if checker.work().is_spent() {
        faults.push(limit_fault(
            body.first().map_or_else(Span::default, |expr| expr.span),
        ));
    }
    faults
}

/// The fault of a call with the wrong number of operands, with the parameters of the function; only for functions with a known type. Calls
/// are checked before types, when only the types of builtins are known; `env` is empty then.
pub(crate) fn arity_fault(
    env: &TypeEnv,
    surroundings: &Surroundings<'_>,
    operator: &Term,
    operands: &[Term],
    span: Span,
) -> Option<Fault> {
    let checker = Checker::new(surroundings, operands.len());
    let builtins = Env::builtins();
    checker.arity_fault(&builtins.rules(&env.tree), operator, operands, span)
}
