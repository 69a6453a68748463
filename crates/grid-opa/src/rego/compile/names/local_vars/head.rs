//! Variables in the heads of rules.

use crate::rego::compile::names::local_vars::rewriter::Rewriter;
use crate::rego::compile::names::local_vars::scopes::{Occurrence, Scopes};
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::syntax::ast::{Head, Name, Term, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::ground::is_ground;
use crate::rego::syntax::order::{sort_object, sort_set};
use crate::rego::syntax::vars::{Skip, Vars};
use crate::rego::syntax::visit::{VisitorMut, change_inner, change_term};

/// Whether a head contains more than constants.
pub(super) fn may_have_vars(head: &Head) -> bool {
    let reference = head.reference.iter().skip(1);
    let args = head.args.iter().flatten();
    let mut terms = reference.chain(args).chain(&head.key).chain(&head.value);
    terms.any(|term| !term.kind.is_scalar())
}

/// The variables in the reference, key and value of a head. Parameters that occur in the value count as used.
pub(super) fn vars(head: &Head, unused_args: &mut VarSet) -> VarSet {
    let mut value = Vars::new(Skip::default());
    value.terms(&head.value);
    unused_args.retain(|arg| !value.found.contains(arg));
    let mut vars = value;
    vars.terms(head.reference.iter().skip(1));
    vars.terms(&head.key);
    vars.found
}

impl Rewriter<'_> {
    /// Renames the parameters of a function.
    pub(super) fn params(&mut self, head: &mut Head) {
        for arg in head.args.iter_mut().flatten() {
            self.param(arg);
        }
    }

    fn param(&mut self, term: &mut Term) {
        match &mut term.kind {
            TermKind::Var(name) => {
                let known = self.scopes.name(name).cloned();
                let new = match known {
                    Some(new) => {
                        self.scopes.see(name);
                        new
                    }
                    None => {
                        let new = self.locals.fresh();
                        self.insert(name, new.clone(), Occurrence::Arg);
                        new
                    }
                };
                *name = new;
            }
            TermKind::Ref(terms) | TermKind::Array(terms) => {
                for term in terms {
                    self.param(term);
                }
            }
            TermKind::Object(fields) => {
                for (_, value) in fields {
                    self.param(value);
                }
            }
            TermKind::Call(_) => self.refuse("rule arguments cannot contain calls", term.span),
            _ => {}
        }
    }

    /// Renames the variables that comprehensions and templates of a head declare, each in its own scope. Returns the errors for unused
    /// ones.
    pub(super) fn closures_of_head(&mut self, head: &mut Head) -> Vec<Fault> {
        let mut closures = Closures {
            rewriter: self,
            unused: Vec::new(),
        };
        let args = head.args.iter_mut().flatten();
        for term in args.chain(&mut head.key).chain(&mut head.value) {
            change_term(term, &mut closures);
        }
        closures.unused
    }

    /// Gives the variables of a head the names that they have in the body.
    pub(super) fn rename_head(&self, head: &mut Head) {
        let mut rename = Rename(&self.scopes);
        let reference = head.reference.iter_mut().skip(1);
        for term in head
            .args
            .iter_mut()
            .flatten()
            .chain(reference)
            .chain(&mut head.key)
            .chain(&mut head.value)
        {
            change_term(term, &mut rename);
        }
    }
}

struct Closures<'c, 'r> {
    rewriter: &'c mut Rewriter<'r>,
    unused: Vec<Fault>,
}

impl VisitorMut for Closures<'_, '_> {
    fn term(&mut self, term: &mut Term) -> bool {
        self.rewriter.scopes = Scopes::default();
        match &mut term.kind {
            TermKind::Object(fields) => {
                let ground = fields
                    .iter()
                    .all(|(key, value)| is_ground(key) && is_ground(value));
                if !ground {
                    change_inner(term, self);
                    sort(term);
                }
                return false;
            }
            TermKind::Set(items) => {
                if !items.iter().all(is_ground) {
                    change_inner(term, self);
                    sort(term);
                }
                return false;
            }
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => self.rewriter.comprehension(inner),
            TermKind::Template(template) => self.rewriter.template_in_head(&mut template.parts),
            _ => return true,
        }
        self.unused.append(&mut self.rewriter.unused);
        false
    }
}

/// Gives variables their new names, everywhere in a term.
struct Rename<'s>(&'s Scopes);

impl Rename<'_> {
    fn name(&self, name: &Name) -> Option<Name> {
        self.0.name(name).filter(|new| *new != name).cloned()
    }
}

impl VisitorMut for Rename<'_> {
    fn term(&mut self, term: &mut Term) -> bool {
        if let TermKind::Var(name) = &mut term.kind
            && let Some(new) = self.name(name)
        {
            *name = new;
        }
        change_inner(term, self);
        sort(term);
        false
    }
}

fn sort(term: &mut Term) {
    match &mut term.kind {
        TermKind::Set(items) => sort_set(items),
        TermKind::Object(fields) => sort_object(fields),
        _ => {}
    }
}
