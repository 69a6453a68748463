//! Messages show the source names of variables, not the compiler's names.

use crate::rego::syntax::ast::{Module, Name, Rule, Term, TermKind};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::visit::{VisitorMut, change_term};
use std::collections::HashMap;

/// The source names of the renamed variables.
#[derive(Clone, Copy)]
pub(crate) struct Originals<'r> {
    rewritten: &'r HashMap<Name, Name>,
}

impl<'r> Originals<'r> {
    pub(crate) const fn new(rewritten: &'r HashMap<Name, Name>) -> Self {
        Self { rewritten }
    }

    pub(crate) const fn rewritten(&self) -> &'r HashMap<Name, Name> {
        self.rewritten
    }

    pub(crate) fn of<'n>(&self, name: &'n Name) -> &'n Name
    where
        'r: 'n,
    {
        self.rewritten.get(name).unwrap_or(name)
    }

    /// The text of a term.
    pub(crate) fn text(&self, term: &Term) -> String {
        let mut term = term.clone();
        change_term(&mut term, &mut Rename(*self));
        text::of_term(&term)
    }

    /// The text of a reference.
    pub(crate) fn text_of_ref(&self, reference: &[Term]) -> String {
        let mut terms = reference.to_vec();
        for term in &mut terms {
            change_term(term, &mut Rename(*self));
        }
        text::of_ref(&terms)
    }
}

struct Rename<'r>(Originals<'r>);

impl VisitorMut for Rename<'_> {
    fn term(&mut self, term: &mut Term) -> bool {
        if let TermKind::Var(name) = &mut term.kind {
            *name = self.0.of(name).clone();
        }
        true
    }
}

/// The full reference of a rule from `data`: the package path, the rule name as a string, and the rest of the head's reference.
pub(crate) fn full_reference(module: &Module, rule: &Rule) -> Vec<Term> {
    let mut reference = module.package.path.clone();
    for (number, term) in rule.head.reference.iter().enumerate() {
        match &term.kind {
            TermKind::Var(name) if number == 0 => reference.push(Term::string(name, term.span)),
            _ => reference.push(term.clone()),
        }
    }
    reference
}

/// A place, in the form that OPA uses inside messages.
pub(crate) fn place(span: Span, names: &[&str], texts: &[&str]) -> String {
    let file = span.file as usize;
    match names.get(file) {
        Some(name) if !name.is_empty() => format!("{name}:{}", span.row),
        _ => match texts.get(file).map(|text| span.text(text)) {
            Some(text) if !text.is_empty() => text.to_owned(),
            _ => format!("{}:{}", span.row, span.column),
        },
    }
}
