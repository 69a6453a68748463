//! Variables in terms.

use crate::rego::compile::names::declared::is_comprehension;
use crate::rego::compile::names::local_vars::rewriter::Rewriter;
use crate::rego::compile::names::local_vars::scopes::Occurrence;
use crate::rego::compile::names::resolve::root_document;
use crate::rego::syntax::ast::{
    Comprehension, Expr, ExprKind, Name, TemplatePart, Term, TermKind, With,
};
use crate::rego::syntax::order::{sort_object, sort_set};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::vars::{Skip, Vars};
use crate::rego::syntax::visit::{Visitor, walk_term};

/// How terms are walked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    /// Whether targets of `with` keep `input`, even if a variable of that name hides it.
    pub(super) keep_targets: bool,
    /// Whether the terms were walked before.
    pub(super) again: bool,
}

impl Walk {
    /// For terms outside of expressions.
    pub(super) const TERMS: Self = Self {
        keep_targets: false,
        again: false,
    };
    /// For expressions.
    pub(super) const EXPR: Self = Self {
        keep_targets: true,
        again: false,
    };

    const fn again(self) -> Self {
        Self {
            again: true,
            ..self
        }
    }
}

impl Rewriter<'_> {
    /// Renames the variables of an expression after its declarations are processed.
    pub(super) fn walk_expr(&mut self, expr: &mut Expr, walk: Walk) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.walk(term, walk),
            ExprKind::Call(terms) | ExprKind::Some(terms) => self.walk_all(terms, walk),
            ExprKind::Every(every) => {
                self.walk_all(&mut every.key, walk);
                self.walk(&mut every.value, walk);
                self.walk(&mut every.domain, walk.again());
                self.walk_body(&mut every.body, walk.again());
            }
            ExprKind::Not(not) => self.walk_operand(&mut not.body, not.explicit, walk),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.walk_operand(&mut logical.lhs, logical.explicit_lhs, walk);
                self.walk_operand(&mut logical.rhs, logical.explicit_rhs, walk);
            }
        }
        for with in &mut expr.with {
            if walk.keep_targets {
                self.walk_with(with);
            } else {
                self.walk(&mut with.target, walk);
                self.walk(&mut with.value, walk);
            }
        }
    }

    fn walk_body(&mut self, body: &mut [Expr], walk: Walk) {
        for expr in body {
            self.walk_expr(expr, walk);
        }
    }

    /// Without braces, only the statements in an operand were walked before.
    fn walk_operand(&mut self, body: &mut [Expr], explicit: bool, walk: Walk) {
        for expr in body {
            let statement = matches!(
                expr.kind,
                ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_)
            );
            self.walk_expr(
                expr,
                if explicit || statement {
                    walk.again()
                } else {
                    walk
                },
            );
        }
    }

    fn walk_all<'t>(&mut self, terms: impl IntoIterator<Item = &'t mut Term>, walk: Walk) {
        for term in terms {
            self.walk(term, walk);
        }
    }

    /// Renames the variables of a modifier. A variable `input` is never its target.
    fn walk_with(&mut self, with: &mut With) {
        self.walk(&mut with.target, Walk::TERMS);
        if let Some(input) = self.scopes.name("input").cloned() {
            let restored = match &mut with.target.kind {
                TermKind::Var(name) if *name == input => {
                    let root = Term::var("input", Span::default());
                    with.target.kind = TermKind::Ref(vec![root]);
                    true
                }
                TermKind::Ref(terms) => match terms.first_mut().map(|head| &mut head.kind) {
                    Some(TermKind::Var(name)) if *name == input => {
                        *name = Name::from("input");
                        true
                    }
                    _ => false,
                },
                _ => false,
            };
            if restored {
                self.unmark(&input);
            }
        }
        self.walk(&mut with.value, Walk::TERMS);
    }

    /// Renames the variables of a term.
    pub(super) fn walk(&mut self, term: &mut Term, walk: Walk) {
        let again = walk.again || self.repeating;
        if again && !self.again.take() && is_comprehension(&term.kind) {
            return;
        }
        match &mut term.kind {
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => {}
            TermKind::Var(name) => {
                if let Some(new) = self.meet(name) {
                    *name = new;
                }
            }
            TermKind::Ref(terms) => match root_document(terms) {
                Some(name) => {
                    let entry = self
                        .scopes
                        .find(name)
                        .filter(|entry| entry.occurrence != Occurrence::Seen);
                    if let Some(new) = entry.map(|entry| entry.name.clone()) {
                        self.mark(&new);
                        term.kind = TermKind::Var(new);
                    }
                }
                None => self.walk_all(terms, walk),
            },
            TermKind::Array(terms) => self.walk_all(terms, walk),
            TermKind::Call(_) => self.walk_call(term, walk),
            TermKind::Set(items) => {
                self.walk_all(
                    items.iter_mut(),
                    Walk {
                        keep_targets: false,
                        ..walk
                    },
                );
                sort_set(items);
            }
            TermKind::Object(fields) => {
                let walk = Walk {
                    keep_targets: false,
                    ..walk
                };
                for (key, value) in fields.iter_mut() {
                    self.walk(key, walk);
                    self.walk(value, walk);
                }
                sort_object(fields);
            }
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                let before = std::mem::replace(&mut self.repeating, again);
                self.comprehension(inner);
                self.repeating = before;
            }
            TermKind::Template(template) => {
                for part in &mut template.parts {
                    match part {
                        TemplatePart::Text(term) => self.walk(term, walk),
                        TemplatePart::Expr(expr) => self.walk_expr(expr, walk),
                    }
                }
            }
        }
    }

    /// Renames the variables of a call. A function is not a value, so no variable may hide it.
    fn walk_call(&mut self, call: &mut Term, walk: Walk) {
        let TermKind::Call(terms) = &mut call.kind else {
            return;
        };
        if let Some(operator) = terms.first() {
            let mut names = Occurrences::default();
            walk_term(operator, &mut names);
            for name in names.0 {
                if self.scopes.name(&name).is_some_and(|new| *new != name) {
                    let message = format!("called function {} shadowed", text::of_term(operator));
                    self.refuse(message, call.span);
                }
            }
        }
        self.walk_all(terms, walk);
    }

    /// Renames the variables of a comprehension, in its own scope.
    pub(super) fn comprehension(&mut self, inner: &mut Comprehension) {
        let mut used = Vars::new(Skip::default());
        used.terms(&inner.key);
        used.term(&inner.term);
        self.scoped(|rewriter| {
            rewriter.body(&mut inner.body, Some(&used.found));
            rewriter.walk_all(&mut inner.key, Walk::TERMS);
            rewriter.walk(&mut inner.term, Walk::TERMS);
        });
    }

    /// Renames the variables of a template in a head, each expression in its own scope.
    pub(super) fn template_in_head(&mut self, parts: &mut [TemplatePart]) {
        for part in parts {
            if let TemplatePart::Expr(expr) = part {
                self.scoped(|rewriter| rewriter.walk_expr(expr, Walk::EXPR));
            }
        }
    }
}

/// The variables of a term, with repetitions.
#[derive(Default)]
struct Occurrences(Vec<Name>);

impl Visitor for Occurrences {
    fn term(&mut self, term: &Term) -> bool {
        self.0.extend(term.as_var().cloned());
        true
    }
}
