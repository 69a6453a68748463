//! The variables of heads must get values in the bodies.

use crate::rego::compile::Compiler;
use crate::rego::compile::else_chain::chain;
use crate::rego::compile::names::locals::is_generated;
use crate::rego::compile::names::originals::Originals;
use crate::rego::compile::safety::unify::{SAFETY, VarSet};
use crate::rego::compile::safety::{Lines, shown};
use crate::rego::syntax::ast::{Head, Name, Rule, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::vars::{Skip, Vars};
use crate::rego::syntax::visit::{Visitor, walk_inner, walk_term};
use std::collections::BTreeMap;

/// OPA's stage `CheckSafetyRuleHeads`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let originals = Originals::new(&compiler.rewritten);
    let mut faults = Vec::new();
    for module in &compiler.modules {
        let mut lines = Lines::new(module);
        for rule in module.rules.iter().flat_map(chain) {
            for (name, span) in unsafe_vars(rule) {
                let name = originals.of(&name);
                if !is_generated(name) {
                    let message = format!("var {} is unsafe{}", shown(name), lines.label(rule));
                    faults.push(Fault::new(Code::UnsafeVar, message, span));
                }
            }
        }
    }
    compiler.fault_all(faults);
}

/// The variables of a head without a value, and their places.
fn unsafe_vars(rule: &Rule) -> Vec<(Name, Span)> {
    let places = Places::of(&rule.head);
    if places.found.is_empty() {
        return Vec::new();
    }
    let mut safe = Vars::new(SAFETY);
    safe.body(&rule.body);
    safe.skip = Skip::default();
    safe.terms(rule.head.args.iter().flatten());
    let safe: VarSet = safe.found;
    places
        .found
        .into_iter()
        .filter(|(name, _)| !safe.contains(name))
        .collect()
}

/// The variables of a head and their places. As in OPA, the place is that of the last occurrence outside of references and parameters.
#[derive(Default)]
struct Places {
    found: BTreeMap<Name, Span>,
}

impl Places {
    fn of(head: &Head) -> Self {
        let mut places = Self::default();
        for term in head.args.iter().flatten() {
            places.unplaced(term);
        }
        for term in head
            .key
            .iter()
            .chain(&head.value)
            .chain(head.reference.iter().skip(1))
        {
            walk_term(term, &mut places);
        }
        places
    }

    /// Records a variable without its place. Variables inside other terms keep their places.
    fn unplaced(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Var(name) => {
                self.found.entry(name.clone()).or_default();
            }
            TermKind::Ref(terms) => {
                for term in terms {
                    self.unplaced(term);
                }
            }
            _ => walk_inner(term, self),
        }
    }
}

impl Visitor for Places {
    fn term(&mut self, term: &Term) -> bool {
        match &term.kind {
            TermKind::Var(name) => {
                self.found.insert(name.clone(), term.span);
                false
            }
            TermKind::Ref(_) => {
                self.unplaced(term);
                false
            }
            _ => true,
        }
    }
}
