//! The references from `data` in a rule, in the order in which OPA visits them.

use crate::rego::compile::graph::constant::is_constant;
use crate::rego::compile::graph::known_values::Known;
use crate::rego::syntax::ast::{
    Comprehension, Expr, ExprKind, Head, Rule, TemplatePart, Term, TermKind,
};

/// A reference of a rule.
pub(crate) struct Reference<'t> {
    pub(crate) terms: &'t [Term],
    /// The possible references, with the known values of its variables.
    pub(crate) expanded: Vec<Vec<&'t Term>>,
    /// Whether a part of it must be evaluated.
    pub(crate) dynamic: bool,
    /// The number of its expression in the body. The head counts as the expression after the body.
    pub(crate) at: usize,
}

/// The references from `data` in a rule, without its `else` branches.
pub(crate) fn references(rule: &Rule) -> Vec<Reference<'_>> {
    let mut search = Search {
        at: 0,
        found: Vec::new(),
    };
    for (at, expr) in rule.body.iter().enumerate() {
        search.at = at;
        search.expr(expr);
    }
    search.at = rule.body.len();
    let Head {
        args, key, value, ..
    } = &rule.head;
    search.terms(args.iter().flatten().chain(key).chain(value));
    let dynamic = search.found.iter().any(|(_, terms)| has_variables(terms));
    let known = if dynamic {
        Known::of(&rule.body)
    } else {
        Known::default()
    };
    let expand = |(at, terms)| {
        let dynamic = has_variables(terms);
        let expanded = match dynamic {
            true => known.expand(terms, at),
            false => vec![terms.iter().collect()],
        };
        Reference {
            terms,
            expanded,
            dynamic,
            at,
        }
    };
    search.found.into_iter().map(expand).collect()
}

fn has_variables(reference: &[Term]) -> bool {
    reference.iter().skip(1).any(|term| !is_constant(term))
}

/// The references found so far, with the numbers of their expressions.
struct Search<'t> {
    at: usize,
    found: Vec<(usize, &'t [Term])>,
}

impl<'t> Search<'t> {
    fn terms(&mut self, terms: impl IntoIterator<Item = &'t Term>) {
        for term in terms {
            self.term(term);
        }
    }

    fn body(&mut self, body: &'t [Expr]) {
        for expr in body {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &'t Expr) {
        match &expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) | ExprKind::Some(terms) => self.terms(terms),
            ExprKind::Every(every) => {
                self.terms(every.key.iter().chain([&every.value, &every.domain]));
                self.body(&every.body);
            }
            ExprKind::Not(not) => self.body(&not.body),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.body(&logical.lhs);
                self.body(&logical.rhs);
            }
        }
        for with in &expr.with {
            self.terms([&with.target, &with.value]);
        }
    }

    fn term(&mut self, term: &'t Term) {
        match &term.kind {
            TermKind::Ref(terms) => {
                let head = terms.first().and_then(Term::as_var);
                if head.is_some_and(|head| **head == *"data") {
                    self.found.push((self.at, terms));
                }
                self.terms(terms);
            }
            TermKind::Array(terms) | TermKind::Set(terms) | TermKind::Call(terms) => {
                self.terms(terms);
            }
            TermKind::Object(fields) => {
                self.terms(fields.iter().flat_map(|(key, value)| [key, value]));
            }
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                let Comprehension { key, term, body } = &**inner;
                self.terms(key.iter().chain([term]));
                self.body(body);
            }
            TermKind::Template(template) => {
                for part in &template.parts {
                    match part {
                        TemplatePart::Text(term) => self.term(term),
                        TemplatePart::Expr(expr) => self.expr(expr),
                    }
                }
            }
            TermKind::Null
            | TermKind::Bool(_)
            | TermKind::Number(_)
            | TermKind::String(_)
            | TermKind::Var(_) => {}
        }
    }
}
