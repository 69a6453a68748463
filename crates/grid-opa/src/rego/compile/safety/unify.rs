//! Which variables get a value when two terms are made equal.

use crate::rego::syntax::ast::{Name, Term, TermKind};
use crate::rego::syntax::order;
use crate::rego::syntax::vars::{self, Skip};
use crate::sorting::sort_by;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A set of variables.
pub(crate) type VarSet = BTreeSet<Name>;

/// The terms that OPA's safety checks skip.
pub(crate) const SAFETY: Skip = Skip {
    ref_head: false,
    ref_call_head: true,
    object_keys: false,
    closures: true,
    with_target: false,
    sets: false,
    templates: false,
    wildcards: false,
};

/// The terms that are skipped when a known value binds variables.
const BINDING: Skip = Skip {
    ref_head: true,
    ref_call_head: false,
    object_keys: true,
    closures: true,
    with_target: false,
    sets: false,
    templates: false,
    wildcards: false,
};

/// The variables that have a value: those of `base` and `more`, except those of `less`.
pub(crate) struct Known<'s> {
    pub(crate) base: &'s VarSet,
    pub(crate) more: VarSet,
    pub(crate) less: VarSet,
}

impl<'s> Known<'s> {
    pub(crate) const fn new(base: &'s VarSet) -> Self {
        Self {
            base,
            more: VarSet::new(),
            less: VarSet::new(),
        }
    }

    fn has(&self, name: &str) -> bool {
        !self.less.contains(name) && (self.base.contains(name) || self.more.contains(name))
    }

    fn has_all(&self, names: &VarSet) -> bool {
        names.iter().all(|name| self.has(name))
    }

    /// Whether a reference can be read, that is, its first term is known.
    pub(crate) fn reads(&self, reference: &[Term]) -> bool {
        match reference.first() {
            None => true,
            Some(Term {
                kind: TermKind::Var(name),
                ..
            }) => self.has(name),
            Some(head) => self.has_all(&vars::of_term(head, SAFETY)),
        }
    }

    fn calls(&self, call: &Term) -> bool {
        self.has_all(&vars::of_term(call, SAFETY))
    }
}

/// The variables that get a value when two terms are made equal, given those that have one before.
pub(crate) fn unify(known: &Known<'_>, a: &Term, b: &Term) -> VarSet {
    let mut unifier = Unifier {
        known,
        unified: VarSet::new(),
        needs: HashMap::new(),
        needed_by: HashMap::new(),
    };
    unifier.unify(a, b);
    unifier.unified
}

struct Unifier<'k> {
    known: &'k Known<'k>,
    unified: VarSet,
    /// The variables that a variable waits for: it gets its value with the last of them.
    needs: HashMap<Name, HashSet<Name>>,
    needed_by: HashMap<Name, Vec<Name>>,
}

impl Unifier<'_> {
    fn unify(&mut self, a: &Term, b: &Term) {
        match &a.kind {
            TermKind::Var(name) => self.unify_var(name, b),
            TermKind::Ref(terms) => {
                if self.known.reads(terms) {
                    self.bind(b);
                }
            }
            TermKind::Call(_) => {
                if self.known.calls(a) {
                    self.bind(b);
                }
            }
            TermKind::ArrayComprehension(_) => match &b.kind {
                TermKind::Var(_) | TermKind::Array(_) => self.set_all(b),
                _ => {}
            },
            TermKind::ObjectComprehension(_) => match &b.kind {
                TermKind::Var(_) | TermKind::Object(_) => self.set_all(b),
                _ => {}
            },
            TermKind::Array(items) => self.unify_array(a, items, b),
            TermKind::Object(fields) => self.unify_object(a, fields, b),
            _ => {
                if let TermKind::Var(name) = &b.kind {
                    self.set(name);
                }
            }
        }
    }

    fn unify_var(&mut self, a: &Name, b: &Term) {
        match &b.kind {
            TermKind::Var(b) if self.has(b) => self.set(a),
            TermKind::Var(b) if self.has(a) => self.set(b),
            TermKind::Var(b) => {
                self.wait(a, b);
                self.wait(b, a);
            }
            TermKind::Array(_) | TermKind::Object(_) => self.unify_all(a, b),
            TermKind::Ref(terms) => {
                if self.known.reads(terms) {
                    self.set(a);
                }
            }
            TermKind::Call(_) => {
                if self.known.calls(b) {
                    self.set(a);
                }
            }
            _ => self.set(a),
        }
    }

    fn unify_array(&mut self, a: &Term, items: &[Term], b: &Term) {
        match &b.kind {
            TermKind::Array(others) if items.len() == others.len() => {
                for (a, b) in items.iter().zip(others) {
                    self.unify(a, b);
                }
            }
            TermKind::ArrayComprehension(_)
            | TermKind::ObjectComprehension(_)
            | TermKind::SetComprehension(_) => self.set_all(a),
            _ => self.unify_value(a, b),
        }
    }

    fn unify_object(&mut self, a: &Term, fields: &[(Term, Term)], b: &Term) {
        match &b.kind {
            TermKind::Object(others) if fields.len() == others.len() => {
                let mut others: Vec<_> = others.iter().collect();
                sort_by(&mut others, |(a, _), (b, _)| order::compare(a, b));
                for (key, value) in fields {
                    let found = others.binary_search_by(|(other, _)| order::compare(other, key));
                    if let Some((_, other)) = found.ok().and_then(|found| others.get(found)) {
                        self.unify(value, other);
                    }
                }
            }
            _ => self.unify_value(a, b),
        }
    }

    /// Makes an array or an object equal to a term of another kind.
    fn unify_value(&mut self, a: &Term, b: &Term) {
        match &b.kind {
            TermKind::Var(name) => self.unify_all(name, a),
            TermKind::Ref(terms) if self.known.reads(terms) => self.set_all(a),
            TermKind::Call(_) if self.known.calls(b) => self.set_all(a),
            _ => {}
        }
    }

    /// Makes a term equal to a known value.
    fn bind(&mut self, term: &Term) {
        if matches!(
            &term.kind,
            TermKind::Var(_) | TermKind::Array(_) | TermKind::Object(_)
        ) {
            self.set_all(term);
        }
    }

    fn has(&self, name: &str) -> bool {
        self.known.has(name) || self.unified.contains(name)
    }

    fn set_all(&mut self, term: &Term) {
        for name in vars::of_term(term, BINDING) {
            self.set(&name);
        }
    }

    /// Records that a variable has a value, and with it the variables that waited for it.
    fn set(&mut self, name: &Name) {
        let mut found = vec![name.clone()];
        while let Some(name) = found.pop() {
            // Two equal variables get their values together, so the variables that it waited for have values too.
            found.extend(self.needs.remove(&name).into_iter().flatten());
            for waiting in self.needed_by.remove(&name).into_iter().flatten() {
                if let Some(needs) = self.needs.get_mut(&waiting)
                    && needs.remove(&name)
                    && needs.is_empty()
                {
                    found.push(waiting);
                }
            }
            self.unified.insert(name);
        }
    }

    fn wait(&mut self, name: &Name, needed: &Name) {
        if self
            .needs
            .entry(name.clone())
            .or_default()
            .insert(needed.clone())
        {
            self.needed_by
                .entry(needed.clone())
                .or_default()
                .push(name.clone());
        }
    }

    fn unify_all(&mut self, name: &Name, term: &Term) {
        if self.has(name) {
            self.set_all(term);
            return;
        }
        let unknown: Vec<Name> = vars::of_term(term, BINDING)
            .into_iter()
            .filter(|other| !self.has(other))
            .collect();
        if unknown.is_empty() {
            self.set(name);
        }
        for other in &unknown {
            self.wait(name, other);
        }
    }
}
