//! Resolves the names in terms and bodies, scope by scope.

use crate::rego::compile::names::declared::declared_vars;
use crate::rego::compile::names::resolve::Globals;
use crate::rego::syntax::ast::{
    Comprehension, Every, Expr, ExprKind, Name, TemplatePart, Term, TermKind,
};
use crate::rego::syntax::order::{sort_object, sort_set};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::vars::{Skip, Vars};
use std::collections::{BTreeSet, HashMap};

/// Replaces names by their references, unless a scope declares them.
pub(super) struct Resolver<'r, 'g> {
    globals: &'r mut Globals<'g>,
    /// The number of enclosing scopes that declare a name.
    hidden: HashMap<Name, usize>,
}

impl<'r, 'g> Resolver<'r, 'g> {
    pub(super) fn new(globals: &'r mut Globals<'g>) -> Self {
        Self {
            globals,
            hidden: HashMap::new(),
        }
    }

    /// Opens a scope that declares names.
    pub(super) fn hide(&mut self, names: BTreeSet<Name>) {
        for name in names {
            *self.hidden.entry(name).or_default() += 1;
        }
    }

    fn show(&mut self, names: &BTreeSet<Name>) {
        for name in names {
            if let Some(scopes) = self.hidden.get_mut(name) {
                *scopes = scopes.saturating_sub(1);
            }
        }
    }

    /// The reference that a name means here.
    fn path_of(&mut self, name: &Name, span: Span) -> Option<Vec<Term>> {
        if self.hidden.get(name).is_some_and(|scopes| *scopes > 0) {
            return None;
        }
        self.globals.path_of(name, span)
    }

    pub(super) fn body(&mut self, body: &mut [Expr]) {
        for expr in body {
            self.expr(expr);
        }
    }

    pub(super) fn terms<'t>(&mut self, terms: impl IntoIterator<Item = &'t mut Term>) {
        for term in terms {
            self.term(term);
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => self.terms(terms),
            ExprKind::Some(terms) => {
                // The names of `some x, y` stay. As in OPA, `x in xs` loses its place.
                if let Some(Term {
                    kind: TermKind::Call(terms),
                    span,
                }) = terms.first_mut()
                {
                    *span = Span::default();
                    self.terms(terms);
                }
            }
            ExprKind::Every(every) => self.every(every),
            ExprKind::Not(not) => self.body(&mut not.body),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.body(&mut logical.lhs);
                self.body(&mut logical.rhs);
            }
        }
        for with in &mut expr.with {
            self.term(&mut with.target);
            self.term(&mut with.value);
        }
    }

    fn every(&mut self, every: &mut Every) {
        let mut names = Vars::new(Skip::default());
        names.terms(&every.key);
        names.term(&every.value);
        self.hide(names.found.clone());
        self.term(&mut every.domain);
        self.body(&mut every.body);
        self.show(&names.found);
        // As in OPA, it loses its place here, so errors of the declaration have none.
        every.span = Span::default();
    }

    fn term(&mut self, term: &mut Term) {
        match &mut term.kind {
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => {}
            TermKind::Var(name) => {
                if let Some(path) = self.path_of(name, term.span) {
                    term.kind = TermKind::Ref(path);
                }
            }
            TermKind::Ref(terms) => self.reference(terms),
            TermKind::Array(terms) | TermKind::Call(terms) => self.terms(terms),
            TermKind::Set(terms) => {
                self.terms(terms.iter_mut());
                sort_set(terms);
            }
            TermKind::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    self.term(key);
                    self.term(value);
                }
                sort_object(fields);
            }
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => self.comprehension(inner),
            TermKind::Template(template) => {
                for part in &mut template.parts {
                    if let TemplatePart::Expr(expr) = part {
                        self.expr(expr);
                    }
                }
            }
        }
    }

    fn comprehension(&mut self, inner: &mut Comprehension) {
        let declared = declared_vars(&inner.body);
        self.hide(declared.clone());
        self.terms(inner.key.iter_mut());
        self.term(&mut inner.term);
        self.body(&mut inner.body);
        self.show(&declared);
    }

    fn reference(&mut self, terms: &mut Vec<Term>) {
        let mut head = None;
        for (number, term) in terms.iter_mut().enumerate() {
            match &term.kind {
                TermKind::Var(name) if number == 0 => head = self.path_of(name, term.span),
                // OPA does not resolve names in templates here.
                TermKind::Template(_) => {}
                _ => self.term(term),
            }
        }
        if let Some(head) = head {
            terms.splice(..1, head);
        }
    }
}
