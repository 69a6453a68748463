//! Whether references can lead to a value.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::types::check::Checker;
use crate::rego::types::check::env::Env;
use crate::rego::types::check::places::Place;
use crate::rego::types::check::terms::is_root_document;
use crate::rego::types::messages::elide::MAX_PARTS;
use crate::rego::types::messages::ref_faults::{BadPart, invalid_ref, unsupported_ref};
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::Type;
use crate::rego::types::model::parts::{keys, select, values};
use crate::rego::types::model::unify::unifies;
use crate::sorting::sort;

/// Whether a source of types knows a reference.
enum Known {
    /// Unknown: the next source is tried.
    No,
    Yes,
}

impl Checker<'_> {
    /// Checks that a reference does not lead to a function.
    pub(crate) fn check_no_function(&self, env: &Env<'_>, terms: &[Term]) -> Result<(), Fault> {
        match self.type_of_ref(env, terms) {
            Some(of @ Type::Function(_)) => {
                let last = terms.len().saturating_sub(1);
                Err(self.unsupported(terms, last, Some(&of)))
            }
            _ => Ok(()),
        }
    }

    /// Checks a reference in the same way as OPA's `refChecker`. Variables in it get the types of their keys.
    pub(crate) fn check_ref(&self, env: &Env<'_>, terms: &[Term]) -> Result<(), Fault> {
        let Some(head) = terms.first() else {
            return Ok(());
        };
        for source in env.sources(self.builtins(), self.work()) {
            let Some(place) = head.as_var().and_then(|name| source.root(name)) else {
                continue;
            };
            if let Known::Yes = self.check_in(env, place, terms)? {
                return Ok(());
            }
        }
        // Unknown parts of base documents, and variables without a type, can have any value.
        let known = usize::from(head.as_var().is_some_and(|name| is_root_document(name)));
        self.check_behind(env, Type::Any, terms, known)
    }

    /// Checks the parts of a reference, starting at the place of its head.
    fn check_in(&self, env: &Env<'_>, head: Place<'_>, terms: &[Term]) -> Result<Known, Fault> {
        let mut place = head;
        for (number, part) in terms.iter().enumerate().skip(1) {
            if let Some(of) = place.value() {
                self.check_behind(env, of, terms, number)?;
                return Ok(Known::Yes);
            }
            let is_name = matches!(part.kind, TermKind::Var(_) | TermKind::String(_));
            if number <= 2 && !is_name {
                let have = self.type_of(env, part);
                return Err(self.invalid(terms, number, have, Some(Type::String), place.keys()));
            }
            if let Some(name) = part.as_var() {
                let of = keys(Some(&place.extent(self.work())), self.work());
                match self.type_of_var(env, name) {
                    Some(have) if !unifies(of.as_ref(), Some(&have), self.work()) => {
                        return Err(self.invalid(terms, number, Some(have), of, place.keys()));
                    }
                    Some(_) => {}
                    None => env.set_var(name, of),
                }
            }
            let Some(child) = place.child_of(part) else {
                return Ok(Known::No);
            };
            place = child;
        }
        Ok(Known::Yes)
    }

    /// Checks the parts of a reference from a number on, given the type of the value before them.
    fn check_behind(
        &self,
        env: &Env<'_>,
        of: Type,
        terms: &[Term],
        from: usize,
    ) -> Result<(), Fault> {
        let mut of = Some(of);
        for (number, part) in terms.iter().enumerate().skip(from) {
            if !self.work().spend(1) {
                return Ok(());
            }
            if let Some(of) = of.as_ref().filter(|of| of.is_empty_collection()) {
                return self.check_in_empty(env, of, terms, (number, part));
            }
            let Some(keys) = keys(of.as_ref(), self.work()) else {
                return Err(self.unsupported(terms, number.saturating_sub(1), of.as_ref()));
            };
            let one_of = |of: &Option<Type>| of.as_ref().map(keys_of).unwrap_or_default();
            let bad =
                |have, one_of| Err(self.invalid(terms, number, have, Some(keys.clone()), one_of));
            match &part.kind {
                TermKind::Var(name) => match self.type_of_var(env, name) {
                    Some(have) if !unifies(Some(&have), Some(&keys), self.work()) => {
                        return bad(Some(have), one_of(&of));
                    }
                    Some(_) => {}
                    None => env.set_var(name, Some(keys)),
                },
                TermKind::Ref(terms) => match self.type_of_ref(env, terms) {
                    Some(have) if !unifies(Some(&have), Some(&keys), self.work()) => {
                        return bad(Some(have), one_of(&of));
                    }
                    _ => {}
                },
                TermKind::Array(_) | TermKind::Object(_) | TermKind::Set(_) => {
                    if !self.infer(env, part, Some(&keys), false) {
                        return bad(self.type_of(env, part), Vec::new());
                    }
                }
                _ => {
                    let key = Constant::of(part);
                    let selected = of
                        .as_ref()
                        .zip(key)
                        .and_then(|(of, key)| select(of, &key, self.work()));
                    let Some(selected) = selected else {
                        return bad(None, one_of(&of));
                    };
                    of = Some(selected);
                    continue;
                }
            }
            of = values(of.as_ref(), self.work());
        }
        Ok(())
    }

    /// Checks a part that selects from a collection without members. A constant cannot be one of its keys; iteration is not a fault.
    fn check_in_empty(
        &self,
        env: &Env<'_>,
        of: &Type,
        terms: &[Term],
        (number, part): (usize, &Term),
    ) -> Result<(), Fault> {
        match &part.kind {
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => {
                Err(self.invalid(terms, number, None, None, Vec::new()))
            }
            TermKind::Var(name) => {
                match (self.type_of_var(env, name), keys(Some(of), self.work())) {
                    (None, _) => env.set_var(name, Some(Type::Any)),
                    (Some(have), Some(keys)) if !unifies(Some(&have), Some(&keys), self.work()) => {
                        return Err(self.invalid(
                            terms,
                            number,
                            Some(have),
                            Some(keys),
                            Vec::new(),
                        ));
                    }
                    _ => {}
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn invalid(
        &self,
        terms: &[Term],
        place: usize,
        have: Option<Type>,
        want: Option<Type>,
        one_of: Vec<Constant>,
    ) -> Fault {
        let span = terms.first().map(|head| head.span).unwrap_or_default();
        self.spend_on_texts([have.as_ref(), want.as_ref()]);
        // The text of a key costs about as much as fifty steps.
        self.work().spend(one_of.len().saturating_mul(50));
        invalid_ref(
            span,
            &self.source_ref(terms),
            &BadPart {
                place,
                have,
                want,
                one_of,
            },
        )
    }

    fn unsupported(&self, terms: &[Term], place: usize, have: Option<&Type>) -> Fault {
        let span = terms.first().map(|head| head.span).unwrap_or_default();
        self.spend_on_texts([have]);
        unsupported_ref(span, &self.source_ref(terms), place, have)
    }
}

/// The first known keys of a type, limited to the number that a message shows.
fn keys_of(of: &Type) -> Vec<Constant> {
    fn collect(of: &Type, found: &mut Vec<Constant>) {
        match of {
            Type::Object(object) => {
                let keys = object.properties.iter().map(|(key, _)| key);
                found.extend(keys.take(MAX_PARTS + 1).cloned());
            }
            Type::OneOf(one_of) => one_of.of.iter().for_each(|of| collect(of, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(of, &mut found);
    sort(&mut found);
    found.dedup();
    found.truncate(MAX_PARTS + 1);
    found
}
