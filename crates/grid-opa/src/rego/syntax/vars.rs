//! Which variables a piece of syntax contains.

use crate::rego::syntax::ast::{Expr, ExprKind, Name, Rule, TemplatePart, Term, TermKind, With};
use std::collections::BTreeSet;

/// The terms to skip, as in OPA's visitor of variables.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Skip {
    /// The first term of references.
    pub(crate) ref_head: bool,
    /// The names of called functions, and the first terms of targets and values of `with`.
    pub(crate) ref_call_head: bool,
    pub(crate) object_keys: bool,
    /// Comprehensions, templates, bodies of `every`, `not`, `and` and `or`.
    pub(crate) closures: bool,
    pub(crate) with_target: bool,
    pub(crate) sets: bool,
    pub(crate) templates: bool,
    pub(crate) wildcards: bool,
}

/// Collects variables.
#[derive(Debug, Default)]
pub(crate) struct Vars {
    pub(crate) skip: Skip,
    pub(crate) found: BTreeSet<Name>,
}

/// The variables of a term.
pub(crate) fn of_term(term: &Term, skip: Skip) -> BTreeSet<Name> {
    let mut vars = Vars::new(skip);
    vars.term(term);
    vars.found
}

/// The variables of an expression.
pub(crate) fn of_expr(expr: &Expr, skip: Skip) -> BTreeSet<Name> {
    let mut vars = Vars::new(skip);
    vars.expr(expr);
    vars.found
}

/// The variables of a body.
pub(crate) fn of_body(body: &[Expr], skip: Skip) -> BTreeSet<Name> {
    let mut vars = Vars::new(skip);
    vars.body(body);
    vars.found
}

impl Vars {
    pub(crate) const fn new(skip: Skip) -> Self {
        Self {
            skip,
            found: BTreeSet::new(),
        }
    }

    pub(crate) fn rule(&mut self, rule: &Rule) {
        self.terms(&rule.head.reference);
        if let Some(args) = &rule.head.args {
            self.terms(args);
        }
        if let Some(value) = &rule.head.value {
            self.term(value);
        }
        self.body(&rule.body);
        if let Some(rule) = &rule.otherwise {
            self.rule(rule);
        }
    }

    pub(crate) fn body(&mut self, body: &[Expr]) {
        for expr in body {
            self.expr(expr);
        }
    }

    pub(crate) fn terms<'t>(&mut self, terms: impl IntoIterator<Item = &'t Term>) {
        for term in terms {
            self.term(term);
        }
    }

    pub(crate) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => self.call(terms),
            ExprKind::Some(terms) => self.terms(terms),
            ExprKind::Every(every) if self.skip.closures => {
                self.term(&every.domain);
                // As in OPA, neither the body nor the modifiers.
                return;
            }
            ExprKind::Every(every) => {
                self.terms(&every.key);
                self.term(&every.value);
                self.term(&every.domain);
                self.body(&every.body);
            }
            ExprKind::Not(not) if !self.skip.closures => self.body(&not.body),
            ExprKind::And(logical) | ExprKind::Or(logical) if !self.skip.closures => {
                self.body(&logical.lhs);
                self.body(&logical.rhs);
            }
            ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) => {}
        }
        for with in &expr.with {
            self.with(with);
        }
    }

    pub(crate) fn with(&mut self, with: &With) {
        if self.skip.with_target {
            self.term(&with.value);
        } else if self.skip.ref_call_head {
            if let TermKind::Ref(terms) = &with.target.kind {
                self.terms(terms.iter().skip(1));
            }
            match &with.value.kind {
                TermKind::Ref(terms) => self.terms(terms.iter().skip(1)),
                _ => self.term(&with.value),
            }
        } else {
            self.term(&with.target);
            self.term(&with.value);
        }
    }

    fn call(&mut self, terms: &[Term]) {
        match terms.split_first() {
            Some((operator, operands)) if self.skip.ref_call_head => {
                if let TermKind::Ref(terms) = &operator.kind {
                    self.terms(terms.iter().skip(1));
                }
                self.terms(operands);
            }
            _ => self.terms(terms),
        }
    }

    pub(crate) fn term(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => {}
            TermKind::Var(name) => {
                if !(self.skip.wildcards && name.starts_with('$')) {
                    self.found.insert(name.clone());
                }
            }
            TermKind::Ref(terms) => self.terms(terms.iter().skip(usize::from(self.skip.ref_head))),
            TermKind::Set(_) if self.skip.sets => {}
            TermKind::Array(terms) | TermKind::Set(terms) => self.terms(terms),
            TermKind::Object(fields) => {
                for (key, value) in fields {
                    if !self.skip.object_keys {
                        self.term(key);
                    }
                    self.term(value);
                }
            }
            TermKind::Call(terms) => self.call(terms),
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                if !self.skip.closures {
                    self.terms(&inner.key);
                    self.term(&inner.term);
                    self.body(&inner.body);
                }
            }
            TermKind::Template(template) => {
                if self.skip.closures || self.skip.templates {
                    return;
                }
                for part in &template.parts {
                    match part {
                        TemplatePart::Text(term) => self.term(term),
                        TemplatePart::Expr(expr) => self.expr(expr),
                    }
                }
            }
        }
    }
}
