//! Where a variable gets its value: from the expressions before an expression, or from the head.

use crate::rego::compile::builtins;
use crate::rego::compile::graph::is_constant;
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::syntax::ast::{Name, Rule, Term, TermKind};
use crate::rego::syntax::text;
use std::collections::HashMap;

pub(super) enum Origin<'t> {
    Input(&'t [Term]),
    Rule(&'t [Term]),
    Collection(&'t Term),
    Builtin(String),
    /// A key of the head.
    Key,
    Argument,
}

/// The origin of a variable before an expression of a rule's body, given by number.
pub(super) fn origin<'t>(rule: &'t Rule, before: usize, name: &Name) -> Option<Origin<'t>> {
    Origins::of(rule, before).resolve(name)
}

#[derive(Default)]
struct Origins<'t> {
    /// The first term that each variable is equal to.
    equal: HashMap<&'t Name, &'t Term>,
    /// The builtins that compute variables.
    results: HashMap<&'t Name, String>,
    keys: Vec<&'t Name>,
    arguments: Vec<&'t Name>,
}

impl<'t> Origins<'t> {
    fn of(rule: &'t Rule, before: usize) -> Self {
        let mut origins = Self::default();
        let exprs = rule.body.iter().take(before);
        for expr in exprs.filter(|expr| !expr.negated && expr.with.is_empty()) {
            let Some((operator, operands)) = expr.as_call() else {
                continue;
            };
            if is_global(operator, "eq") {
                if let [left, right, ..] = operands {
                    origins.equal(left, right);
                    origins.equal(right, left);
                }
                continue;
            }
            let builtin = text::of_operator(operator);
            if builtins::arity(&builtin).is_some_and(|arity| operands.len() == arity + 1)
                && let Some(name) = operands.last().and_then(Term::as_var)
            {
                origins.results.insert(name, builtin);
            }
        }
        let head = &rule.head;
        let keys = head.reference.iter().skip(1).chain(&head.key);
        origins.keys = keys.filter_map(Term::as_var).collect();
        origins.arguments = head
            .args
            .iter()
            .flatten()
            .filter_map(Term::as_var)
            .collect();
        origins
    }

    fn equal(&mut self, side: &'t Term, other: &'t Term) {
        if let Some(name) = side.as_var() {
            self.equal.entry(name).or_insert(other);
        }
    }

    fn resolve(&self, name: &Name) -> Option<Origin<'t>> {
        let mut name = name;
        // A chain of variables that is longer than the number of equalities is a cycle.
        for _ in 0..=self.equal.len() {
            if let Some(builtin) = self.results.get(name) {
                return Some(Origin::Builtin(builtin.clone()));
            }
            match self.equal.get(name).map(|term| &term.kind) {
                Some(TermKind::Var(other)) => name = other,
                Some(TermKind::Ref(reference)) => {
                    return self.read(reference).or_else(|| self.head(name));
                }
                _ => return self.head(name),
            }
        }
        None
    }

    fn read(&self, reference: &'t [Term]) -> Option<Origin<'t>> {
        let head = reference.first()?;
        match head.as_var().map(AsRef::as_ref) {
            Some("input") => Some(Origin::Input(constant_part(reference))),
            Some("data") => Some(Origin::Rule(constant_part(reference))),
            _ => match reference {
                [_, part] if !is_constant(part) => self.collection(head).map(Origin::Collection),
                _ => None,
            },
        }
    }

    /// The constant value of a term, directly or through variables.
    fn collection(&self, term: &'t Term) -> Option<&'t Term> {
        let mut term = term;
        for _ in 0..=self.equal.len() {
            match &term.kind {
                TermKind::Var(name) => term = self.equal.get(name)?,
                TermKind::Array(_) | TermKind::Set(_) | TermKind::Object(_) => {
                    return is_constant(term).then_some(term);
                }
                _ => return None,
            }
        }
        None
    }

    fn head(&self, name: &Name) -> Option<Origin<'t>> {
        if self.arguments.contains(&name) {
            return Some(Origin::Argument);
        }
        self.keys.contains(&name).then_some(Origin::Key)
    }
}

/// The constant prefix of a reference.
fn constant_part(reference: &[Term]) -> &[Term] {
    let dynamic = reference.iter().skip(1).position(|term| !is_constant(term));
    let end = dynamic.map_or(reference.len(), |at| at + 1);
    reference.get(..end).unwrap_or(reference)
}
