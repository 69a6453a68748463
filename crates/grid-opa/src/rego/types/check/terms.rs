//! The types of terms.

use crate::rego::syntax::ast::{Comprehension, Name, Term, TermKind};
use crate::rego::types::check::env::Env;
use crate::rego::types::check::places::Place;
use crate::rego::types::check::{Checker, Sink};
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::{Dynamic, Type};
use crate::rego::types::model::parts::{select, values};
use crate::rego::types::model::union::union;

impl Checker<'_> {
    /// The type of a variable.
    pub(crate) fn type_of_var(&self, env: &Env<'_>, name: &Name) -> Option<Type> {
        env.sources(self.builtins(), self.work())
            .find_map(|source| source.root(name))?
            .value()
    }

    /// The type of a term (OPA's `TypeEnv.GetByValue`).
    pub(crate) fn type_of(&self, env: &Env<'_>, term: &Term) -> Option<Type> {
        if !self.work().spend(1) {
            return None;
        }
        match &term.kind {
            TermKind::Null => Some(Type::Null),
            TermKind::Bool(_) => Some(Type::Boolean),
            TermKind::Number(_) => Some(Type::Number),
            TermKind::String(_) | TermKind::Template(_) => Some(Type::String),
            TermKind::Array(items) => Some(Type::array(
                items.iter().map(|item| self.type_of(env, item)).collect(),
                None,
            )),
            TermKind::Object(fields) => Some(self.type_of_object(env, fields)),
            TermKind::Set(items) => Some(Type::set(union(
                items.iter().map(|item| self.type_of(env, item)),
            ))),
            TermKind::ArrayComprehension(inner) => {
                let (_, of) = self.types_of_comprehension(env, inner)?;
                Some(Type::array(Vec::new(), of))
            }
            TermKind::ObjectComprehension(inner) => {
                let (key, of) = self.types_of_comprehension(env, inner)?;
                Some(Type::object_of(key, of))
            }
            TermKind::SetComprehension(inner) => {
                let (_, of) = self.types_of_comprehension(env, inner)?;
                Some(Type::set(of))
            }
            TermKind::Ref(terms) => self.type_of_ref(env, terms),
            TermKind::Var(name) => self.type_of_var(env, name),
            TermKind::Call(_) => None,
        }
    }

    fn type_of_object(&self, env: &Env<'_>, fields: &[(Term, Term)]) -> Type {
        let (mut properties, mut rest) = (Vec::new(), None);
        for (key, value) in fields {
            match Constant::of(key) {
                Some(key) => properties.push((key.into_json(), self.type_of(env, value))),
                // As in OPA, the last unknown key counts.
                None => {
                    let (key, value) = (self.type_of(env, key), self.type_of(env, value));
                    rest = Some(Dynamic { key, value });
                }
            }
        }
        Type::object(properties, rest)
    }

    /// The types of the key and the term of a comprehension, unless its body has faults.
    fn types_of_comprehension(
        &self,
        env: &Env<'_>,
        inner: &Comprehension,
    ) -> Option<(Option<Type>, Option<Type>)> {
        let body = env.body();
        if !self.check_body(&body, &inner.body, &mut Sink::dropped()) {
            return None;
        }
        let key = inner.key.as_ref().and_then(|key| self.type_of(&body, key));
        Some((key, self.type_of(&body, &inner.term)))
    }

    /// The type of the value that a reference leads to (OPA's `TypeEnv.GetByRef`).
    pub(crate) fn type_of_ref(&self, env: &Env<'_>, terms: &[Term]) -> Option<Type> {
        let (head, tail) = terms.split_first()?;
        let name = head.as_var()?;
        for source in env.sources(self.builtins(), self.work()) {
            if let Some(of) = source.root(name).and_then(|place| self.follow(place, tail)) {
                return of;
            }
        }
        // Unknown parts of `input` and `data` can have any value.
        is_root_document(name).then_some(Type::Any)
    }

    /// The type after a place. The outer `None` means that nothing is known there.
    fn follow(&self, mut place: Place<'_>, mut tail: &[Term]) -> Option<Option<Type>> {
        while let Some((head, behind)) = tail.split_first() {
            let value = place.value();
            if value.is_none() && Constant::of(head).is_none() {
                return Some(self.type_behind(Some(place.extent(self.work())), tail));
            }
            match (place.child_of(head), value) {
                (Some(child), _) => place = child,
                (None, Some(value)) => return Some(self.type_behind(Some(value), tail)),
                (None, None) => return None,
            }
            tail = behind;
        }
        Some(Some(place.extent(self.work())))
    }

    /// The type of the parts after a value of a type; variables iterate over it.
    fn type_behind(&self, mut of: Option<Type>, tail: &[Term]) -> Option<Type> {
        for term in tail {
            let from = of?;
            of = match &term.kind {
                TermKind::Var(_)
                | TermKind::Ref(_)
                | TermKind::Array(_)
                | TermKind::Object(_)
                | TermKind::Set(_) => match from.is_empty_collection() {
                    true => Some(Type::Any),
                    false => values(Some(&from), self.work()),
                },
                _ => select(&from, &Constant::of(term)?.into_json(), self.work()),
            };
        }
        of
    }
}

/// Whether a name is that of a base document.
pub(crate) fn is_root_document(name: &str) -> bool {
    matches!(name, "input" | "data")
}
