//! The variables and functions in steps and terms.

use crate::rego::plan::ir::{
    Access, Change, Comprehension, Function, Pattern, Replacement, RuleNo, Slot, Step, StepKind,
    Term,
};
use std::collections::BTreeSet;

/// Maximum depth of examined comprehensions. Enclosing comprehensions examine nested ones again, so the depth must be small: planning takes
/// linear time.
const MAX_DEPTH: u32 = 6;

#[derive(Debug, Default)]
pub(super) struct Mentions {
    pub(super) slots: BTreeSet<Slot>,
    pub(super) functions: BTreeSet<RuleNo>,
    /// Whether an evaluation may differ each time or have a side effect: it prints, reports a case, calls impure or host builtins, or
    /// replaces documents and functions.
    pub(super) varies: bool,
    /// Whether some parts were not examined.
    pub(super) is_partial: bool,
    depth: u32,
}

impl Mentions {
    pub(super) fn of_step(step: &Step) -> Self {
        let mut mentions = Self::default();
        mentions.step(step);
        mentions
    }

    pub(super) fn of_term(term: &Term) -> Self {
        let mut mentions = Self::default();
        mentions.term(term);
        mentions
    }

    fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Holds(term) => self.term(term),
            StepKind::Equal(left, right) => self.terms([left, right]),
            StepKind::Let(slot, term) => {
                self.slots.insert(*slot);
                self.term(term);
            }
            StepKind::Match(pattern, term) | StepKind::Walk(term, pattern) => {
                self.pattern(pattern);
                self.term(term);
            }
            StepKind::Each { of, key, value } => {
                self.slots.insert(*value);
                self.pattern(key);
                self.term(of);
            }
            StepKind::Find { of, key, value } => {
                self.pattern(key);
                self.terms([of, value]);
            }
            StepKind::Documents(documents) => {
                self.slots.insert(documents.value);
                for access in &documents.accesses {
                    match access {
                        Access::Key(term) => self.term(term),
                        Access::Each(pattern) => self.pattern(pattern),
                    }
                }
            }
            StepKind::Not(inner) => self.steps(inner),
            StepKind::Every {
                of,
                key,
                value,
                body,
            } => {
                self.slots.extend(*key);
                self.slots.insert(*value);
                self.term(of);
                self.steps(body);
            }
            StepKind::And(left, right) | StepKind::Or(left, right) => {
                self.steps(left);
                self.steps(right);
            }
            StepKind::With(changes, inner) => {
                self.varies = true;
                changes.iter().for_each(|change| self.change(change));
                self.steps(inner);
            }
            StepKind::Print(terms) | StepKind::Case(terms) => {
                self.varies = true;
                self.terms(terms);
            }
            StepKind::Nothing => {}
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        steps.iter().for_each(|step| self.step(step));
    }

    fn change(&mut self, change: &Change) {
        match &change.value {
            Replacement::Value(term) | Replacement::Document(term) => self.term(term),
            Replacement::Function(function) => self.function(*function),
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Any | Pattern::Nothing => {}
            Pattern::Bind(slot) => {
                self.slots.insert(*slot);
            }
            Pattern::Equal(term) => self.term(term),
            Pattern::Array(items) => items.iter().for_each(|item| self.pattern(item)),
            Pattern::Object(fields) => fields.iter().for_each(|(key, value)| {
                self.term(key);
                self.pattern(value);
            }),
        }
    }

    fn terms<'t>(&mut self, terms: impl IntoIterator<Item = &'t Term>) {
        terms.into_iter().for_each(|term| self.term(term));
    }

    fn term(&mut self, term: &Term) {
        match term {
            // Rules are evaluated only once, so their effects do not matter.
            Term::Constant(_)
            | Term::Input(_)
            | Term::Data(_)
            | Term::Rule(_)
            | Term::Document(_) => {}
            Term::Slot(slot) => {
                self.slots.insert(*slot);
            }
            Term::Keyed(_, terms)
            | Term::DocumentAt(_, terms)
            | Term::Array(terms)
            | Term::Set(terms) => self.terms(terms),
            Term::Lookup { of, path, .. } => {
                self.term(of);
                self.terms(path);
            }
            Term::Operator(_, sides, _) => self.terms([&sides.0, &sides.1]),
            Term::Call(function, terms) => {
                self.function(*function);
                self.terms(terms);
            }
            Term::Object(pairs) => pairs
                .iter()
                .for_each(|(key, value)| self.terms([key, value])),
            Term::Comprehension(inner) => self.comprehension(inner),
        }
    }

    fn comprehension(&mut self, inner: &Comprehension) {
        if self.depth == MAX_DEPTH {
            self.is_partial = true;
            return;
        }
        self.depth += 1;
        self.steps(&inner.steps);
        self.terms(inner.key.iter().chain([&inner.value]));
        self.depth -= 1;
    }

    fn function(&mut self, function: Function) {
        match function {
            Function::Rule(rule) => {
                self.functions.insert(rule);
            }
            Function::Builtin(builtin) => self.varies |= !builtin.pure,
            Function::Host(_) => self.varies = true,
        }
    }
}
