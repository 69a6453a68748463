//! Variables that are declared but not used.

use crate::rego::compile::names::declared::is_comprehension;
use crate::rego::compile::names::local_vars::rewriter::Rewriter;
use crate::rego::compile::names::local_vars::scopes::Occurrence;
use crate::rego::compile::names::locals::is_generated;
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::syntax::ast::{Expr, ExprKind, Name, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::vars::{Skip, Vars};
use crate::rego::syntax::visit::{Visitor, walk_expr};
use crate::sorting::gathered;
use std::collections::{BTreeMap, HashMap};

/// The expressions of a body that remain after its declarations are processed.
pub(super) struct Exprs {
    /// The place of the first expression of the original body.
    pub(super) first: Span,
    pub(super) kept: Vec<Expr>,
}

impl Rewriter<'_> {
    /// Checks the variables of the innermost scope after its body is processed.
    pub(super) fn check_unused(&mut self, exprs: &Exprs, used: Option<&VarSet>) {
        if !self.faults.is_empty() || !self.unused.is_empty() {
            return;
        }
        if self.strict {
            self.check_assigned(used);
        }
        if self.unused.is_empty() {
            self.check_declared(exprs, used);
        }
    }

    /// An assigned variable must occur again.
    fn check_assigned(&mut self, used: Option<&VarSet>) {
        let entries = self.scopes.here().filter(|(name, entry)| {
            entry.occurrence == Occurrence::Assigned
                && entry.count <= 1
                && !name.starts_with('$')
                && !self.is_used(name, &entry.name, used)
        });
        let unused: BTreeMap<&Name, (&Name, Span)> =
            gathered(entries.map(|(name, entry)| (&entry.name, (name, entry.span))));
        let faults = unused.values().map(|(name, span)| {
            Fault::new(
                Code::Compile,
                format!("assigned var {} unused", text::of_var(name)),
                *span,
            )
        });
        self.unused.extend(faults.collect::<Vec<_>>());
    }

    /// A declared variable must occur in the body or in its result.
    fn check_declared(&mut self, exprs: &Exprs, used: Option<&VarSet>) {
        let entries = self.scopes.here().filter(|(name, entry)| {
            entry.occurrence == Occurrence::Declared
                && !is_generated(name)
                && self
                    .present
                    .get(&entry.name)
                    .is_none_or(|count| *count == 0)
                && !self.is_used(name, &entry.name, used)
        });
        let unused: BTreeMap<&Name, &Name> =
            gathered(entries.map(|(name, entry)| (&entry.name, name)));
        if unused.is_empty() {
            return;
        }
        let nested = self.declared_inside(&exprs.kept);
        let faults = unused.iter().map(|(new, name)| {
            let own = self.scopes.find(name).map(|entry| entry.span);
            let statement = self
                .origins
                .get(*new)
                .is_some_and(|origin| origin.statement);
            let own = own.filter(|_| statement);
            let inside = nested.get(*name).copied();
            let span = match (own, inside) {
                (Some(own), Some(inside)) if own.start < inside.start => own,
                (own, inside) => inside.or(own).unwrap_or(exprs.first),
            };
            Fault::new(
                Code::Compile,
                format!("declared var {} unused", text::of_var(name)),
                span,
            )
        });
        let faults: Vec<Fault> = faults.collect();
        self.unused.extend(faults);
    }

    /// Whether the result of the body uses a variable.
    fn is_used(&self, name: &Name, new: &Name, used: Option<&VarSet>) -> bool {
        used.is_some_and(|used| used.contains(name) || used.contains(new))
    }

    /// The first expression where OPA places the declaration of a name, apart from the declaring expression itself: an expression with such
    /// a declaration in an inner body, or `some x in xs` with the name anywhere in `x`.
    fn declared_inside(&self, exprs: &[Expr]) -> HashMap<Name, Span> {
        let mut found = Inside {
            rewriter: self,
            span: Span::default(),
            found: HashMap::new(),
        };
        for expr in exprs {
            found.span = expr.span;
            match &expr.kind {
                ExprKind::Every(_) | ExprKind::And(_) | ExprKind::Or(_) => {
                    walk_expr(expr, &mut found)
                }
                ExprKind::Not(not) if not.explicit => walk_expr(expr, &mut found),
                ExprKind::Call(terms) => found.some_in(terms),
                _ => {}
            }
        }
        found.found
    }

    /// The source name of a variable.
    fn source_name<'n>(&'n self, mut name: &'n Name) -> &'n Name {
        while let Some(before) = self.rewritten.get(name) {
            name = before;
        }
        name
    }
}

struct Inside<'r, 's> {
    rewriter: &'r Rewriter<'s>,
    span: Span,
    found: HashMap<Name, Span>,
}

impl Inside<'_, '_> {
    /// Records the variables of an expression that was `some x in xs`. The resulting equality has no place in the source.
    fn some_in(&mut self, terms: &[Term]) {
        let [operator, value, item] = terms else {
            return;
        };
        let TermKind::Ref(parts) = &item.kind else {
            return;
        };
        if operator.span.row > 0 || item.span.row > 0 || !is_global(operator, "eq") {
            return;
        }
        let mut names = Vars::new(Skip::default());
        names.term(value);
        names.terms(parts.last().filter(|key| key.span.row > 0));
        for name in names.found {
            let name = self.rewriter.source_name(&name).clone();
            self.found.entry(name).or_insert(self.span);
        }
    }
}

impl Visitor for Inside<'_, '_> {
    fn expr(&mut self, expr: &Expr) -> bool {
        if let ExprKind::Call(terms) = &expr.kind {
            self.some_in(terms);
        }
        true
    }

    fn term(&mut self, term: &Term) -> bool {
        if let Some(new) = term.as_var()
            && let Some(origin) = self.rewriter.origins.get(new)
            && origin.statement
            && origin.scope > self.rewriter.scope
        {
            let name = self.rewriter.source_name(new).clone();
            self.found.entry(name).or_insert(self.span);
        }
        !is_comprehension(&term.kind)
    }
}
