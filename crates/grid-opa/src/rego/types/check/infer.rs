//! The types that variables in terms get when the terms must have a type or be equal to other terms.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::order::compare as compare_terms;
use crate::rego::types::check::Checker;
use crate::rego::types::check::env::Env;
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::{Array, Object, Type, is_unknown};
use crate::rego::types::model::parts::select_property;
use crate::rego::types::model::unify::unifies;
use crate::rego::types::model::union::or;

impl Checker<'_> {
    /// Whether a term can have a type (OPA's `unify1`). Variables without a type get it; with `widen`, other variables get it in addition
    /// to their own.
    pub(crate) fn infer(&self, env: &Env<'_>, term: &Term, of: Option<&Type>, widen: bool) -> bool {
        if !self.work().spend(1) {
            return true;
        }
        match &term.kind {
            TermKind::Array(_) | TermKind::Object(_) | TermKind::Set(_) => {
                self.infer_composite(env, term, of, widen)
            }
            TermKind::Var(name) => {
                let known = self.type_of_var(env, name);
                if widen {
                    self.work().spend_copy(known.as_ref());
                    env.set_var(name, or(known, of.cloned()));
                } else if known.is_some() {
                    return unifies(known.as_ref(), of, self.work());
                } else {
                    env.set_var(name, of.cloned());
                }
                true
            }
            // Terms no longer contain these: earlier stages move them out.
            TermKind::Call(_) | TermKind::Template(_) => true,
            _ => unifies(self.type_of(env, term).as_ref(), of, self.work()),
        }
    }

    fn infer_composite(&self, env: &Env<'_>, term: &Term, of: Option<&Type>, widen: bool) -> bool {
        match (&term.kind, of) {
            (_, Some(Type::Any)) => {
                self.infer_any(env, term);
                true
            }
            // All alternatives count: variables get the types of all.
            (_, Some(Type::OneOf(one_of))) => {
                let mut fits = false;
                for of in &one_of.of {
                    fits |= self.infer(env, term, Some(of), true);
                }
                fits
            }
            (TermKind::Array(items), Some(Type::Array(array))) => {
                self.infer_items(env, items, array, widen)
            }
            (TermKind::Object(fields), Some(Type::Object(object))) => {
                self.infer_properties(env, fields, object, widen)
            }
            (TermKind::Set(items), Some(Type::Set(set))) => items
                .iter()
                .all(|item| self.infer(env, item, set.of.as_ref(), widen)),
            _ => false,
        }
    }

    fn infer_any(&self, env: &Env<'_>, term: &Term) {
        match &term.kind {
            TermKind::Array(items) | TermKind::Set(items) => {
                for item in items {
                    self.infer(env, item, Some(&Type::Any), true);
                }
            }
            TermKind::Object(fields) => {
                for (key, value) in fields {
                    self.infer(env, key, Some(&Type::Any), true);
                    self.infer(env, value, Some(&Type::Any), true);
                }
            }
            _ => {}
        }
    }

    fn infer_items(&self, env: &Env<'_>, items: &[Term], array: &Array, widen: bool) -> bool {
        if items.len() != array.items.len() && array.rest.is_none() {
            return false;
        }
        let mut items = items.iter().enumerate();
        items.all(|(place, item)| self.infer(env, item, array.item(place), widen))
    }

    fn infer_properties(
        &self,
        env: &Env<'_>,
        fields: &[(Term, Term)],
        object: &Object,
        widen: bool,
    ) -> bool {
        if fields.len() != object.properties.len() && object.rest_value().is_none() {
            return false;
        }
        fields.iter().all(|(key, value)| match Constant::of(key) {
            Some(key) => match select_property(object, &key.into_json()) {
                Some(of) => self.infer(env, value, Some(of), widen),
                None => false,
            },
            // The key may match any property.
            None => {
                self.infer(env, value, Some(&Type::Any), widen);
                true
            }
        })
    }

    /// Whether two terms can be equal (OPA's `unify2`).
    pub(crate) fn infer_equal(
        &self,
        env: &Env<'_>,
        (a, type_a): (&Term, Option<&Type>),
        (b, type_b): (&Term, Option<&Type>),
    ) -> bool {
        match (is_unknown(type_a), is_unknown(type_b)) {
            (true, false) => return self.infer(env, a, type_b, false),
            (false, true) => return self.infer(env, b, type_a, false),
            (false, false) => return unifies(type_a, type_b, self.work()),
            (true, true) => {}
        }
        let is_var = |term: &Term| matches!(term.kind, TermKind::Var(_));
        match (&a.kind, &b.kind) {
            (TermKind::Array(_), _) => return self.infer_equal_arrays(env, a, b),
            (TermKind::Object(_), _) => return self.infer_equal_objects(env, a, b),
            (TermKind::Var(_), TermKind::Var(_)) => {
                return self.infer(env, a, Some(&Type::Any), false)
                    && self.infer(env, b, self.type_of(env, a).as_ref(), false);
            }
            (TermKind::Var(_), TermKind::Array(_)) => return self.infer_equal_arrays(env, b, a),
            (TermKind::Var(_), TermKind::Object(_)) => return self.infer_equal_objects(env, b, a),
            (TermKind::Var(_), TermKind::Ref(_)) => {
                return self.infer(env, a, Some(&Type::Any), false);
            }
            (TermKind::Ref(_), TermKind::Var(_)) => {
                return self.infer(env, b, Some(&Type::Any), false);
            }
            _ => {}
        }
        // For example, comprehensions with partly unknown types: a variable gets the known part.
        if is_var(a) && type_a.is_none() && type_b.is_some() {
            return self.infer(env, a, type_b, false);
        }
        is_var(b) && type_b.is_none() && type_a.is_some() && self.infer(env, b, type_a, false)
    }

    fn infer_equal_arrays(&self, env: &Env<'_>, a: &Term, b: &Term) -> bool {
        match (&a.kind, &b.kind) {
            (TermKind::Array(xs), TermKind::Array(ys)) => {
                xs.len() == ys.len()
                    && xs
                        .iter()
                        .zip(ys)
                        .all(|(x, y)| self.infer_equal_terms(env, x, y))
            }
            (_, TermKind::Var(_)) => self.infer_equal_var(env, a, b),
            _ => false,
        }
    }

    fn infer_equal_objects(&self, env: &Env<'_>, a: &Term, b: &Term) -> bool {
        match (&a.kind, &b.kind) {
            (TermKind::Object(xs), TermKind::Object(ys)) => {
                // Both are sorted, so equal keys are at equal positions.
                let alike =
                    |(x, y): (&(Term, Term), &(Term, Term))| compare_terms(&x.0, &y.0).is_eq();
                xs.len() == ys.len()
                    && xs.iter().zip(ys).all(alike)
                    && xs
                        .iter()
                        .zip(ys)
                        .all(|(x, y)| self.infer_equal_terms(env, &x.1, &y.1))
            }
            (_, TermKind::Var(_)) => self.infer_equal_var(env, a, b),
            _ => false,
        }
    }

    fn infer_equal_terms(&self, env: &Env<'_>, a: &Term, b: &Term) -> bool {
        let (type_a, type_b) = (self.type_of(env, a), self.type_of(env, b));
        self.infer_equal(env, (a, type_a.as_ref()), (b, type_b.as_ref()))
    }

    fn infer_equal_var(&self, env: &Env<'_>, composite: &Term, var: &Term) -> bool {
        self.infer(env, composite, Some(&Type::Any), false)
            && self.infer(env, var, self.type_of(env, composite).as_ref(), false)
    }
}
