//! Lowers terms: constants are built here, other terms are evaluated at run time.

use super::{Lower, Steps, unsupported};
use crate::rego::plan::grouping;
use crate::rego::plan::ir::{Collection, Comprehension, Term};
use crate::rego::syntax::ast::{Comprehension as Syntax, Term as TermSyntax, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::value::{Object, Set, Value, number};

impl Lower<'_, '_> {
    /// Lowers a term. References with unbound variables in brackets add steps that bind them.
    pub(crate) fn term(&mut self, term: &TermSyntax, steps: &mut Steps) -> Result<Term, Fault> {
        Ok(match &term.kind {
            TermKind::Null => Term::Constant(Value::Null),
            TermKind::Bool(value) => Term::Constant(Value::Bool(*value)),
            TermKind::Number(text) => match number::parse(text).ok() {
                Some(value) => Term::Constant(value),
                None => return Err(unsupported(&format!("the number {text}"), term.span)),
            },
            TermKind::String(text) => Term::Constant(Value::from(&**text)),
            TermKind::Var(_) => self.reference(std::slice::from_ref(term), term.span, steps)?,
            TermKind::Ref(terms) => self.reference(terms, term.span, steps)?,
            TermKind::Array(items) => {
                let items = self.terms(items, steps)?;
                constants(&items).map_or(Term::Array(items), |items| {
                    Term::Constant(Value::from(items))
                })
            }
            TermKind::Set(items) => {
                let items = self.terms(items, steps)?;
                match constants(&items) {
                    Some(items) => Term::Constant(items.into_iter().collect::<Set>().into()),
                    None => Term::Set(items),
                }
            }
            TermKind::Object(fields) => self.object(fields, steps)?,
            TermKind::Call(terms) => self.call_term(terms, term.span, steps)?,
            TermKind::ArrayComprehension(inner) => self.comprehension(Collection::Array, inner)?,
            TermKind::SetComprehension(inner) => self.comprehension(Collection::Set, inner)?,
            TermKind::ObjectComprehension(inner) => {
                self.comprehension(Collection::Object, inner)?
            }
            TermKind::Template(_) => return Err(unsupported("a template string here", term.span)),
        })
    }

    pub(super) fn terms(
        &mut self,
        terms: &[TermSyntax],
        steps: &mut Steps,
    ) -> Result<Vec<Term>, Fault> {
        terms.iter().map(|term| self.term(term, steps)).collect()
    }

    fn object(
        &mut self,
        fields: &[(TermSyntax, TermSyntax)],
        steps: &mut Steps,
    ) -> Result<Term, Fault> {
        let mut pairs = Vec::with_capacity(fields.len());
        for (key, value) in fields {
            pairs.push((self.term(key, steps)?, self.term(value, steps)?));
        }
        let constants: Option<Object> = pairs
            .iter()
            .map(|(key, value)| match (key, value) {
                (Term::Constant(key), Term::Constant(value)) => Some((key.clone(), value.clone())),
                _ => None,
            })
            .collect();
        Ok(match constants {
            Some(fields) => Term::Constant(Value::from(fields)),
            None => Term::Object(pairs),
        })
    }

    fn comprehension(&mut self, kind: Collection, syntax: &Syntax) -> Result<Term, Fault> {
        let outside = self.scope.slots();
        let ((key, value), steps) = self.closure(|lower, steps| {
            lower.body(&syntax.body, steps)?;
            let key = match &syntax.key {
                Some(key) => Some(lower.term(key, steps)?),
                None => None,
            };
            Ok((key, lower.term(&syntax.term, steps)?))
        })?;
        let head = || key.iter().chain([&value]);
        let grouping = grouping::of(&steps, head, outside);
        Ok(Term::Comprehension(Box::new(Comprehension {
            kind,
            key,
            value,
            steps,
            grouping,
        })))
    }
}

fn constants(terms: &[Term]) -> Option<Vec<Value>> {
    terms
        .iter()
        .map(|term| match term {
            Term::Constant(value) => Some(value.clone()),
            _ => None,
        })
        .collect()
}
