//! The state of the renaming within one rule or query.

use crate::rego::compile::Locals;
use crate::rego::compile::local_vars::scopes::{Occurrence, Scopes};
use crate::rego::syntax::ast::Name;
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use std::collections::HashMap;

/// How many terms are looked at again at most, see [`Rewriter::again`].
const AGAIN: usize = 1 << 19;

/// Renames variables.
pub(crate) struct Rewriter<'r> {
    pub(super) locals: &'r mut Locals,
    /// The names in the source of the variables that were renamed.
    pub(super) rewritten: &'r mut HashMap<Name, Name>,
    pub(super) strict: bool,
    pub(super) scopes: Scopes,
    pub(super) faults: Vec<Fault>,
    /// Variables that are not used: errors that do not end the compilation.
    pub(super) unused: Vec<Fault>,
    /// The expression of the innermost body.
    pub(super) place: Span,
    /// Where the new names were made.
    pub(super) origins: HashMap<Name, Origin>,
    /// How often each new name stands where a variable of the source stood.
    pub(super) present: HashMap<Name, usize>,
    /// The number of the scope that is open, by its opening.
    pub(super) scope: usize,
    pub(super) next_scope: usize,
    /// OPA walks again through what is inside `every`, `not`, `and` and `or` once it is renamed. That changes no more than the numbers
    /// in names, but it doubles with each comprehension around; this is how much of it is left.
    pub(super) again: &'r mut Budget,
    /// Whether a comprehension is renamed again.
    pub(super) repeating: bool,
}

/// How many terms may be looked at again.
pub(crate) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(AGAIN)
    }
}

impl Budget {
    /// Takes one. Says whether one was left.
    pub(super) fn take(&mut self) -> bool {
        let left = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        left
    }
}

/// Where a new name was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub(super) scope: usize,
    /// By `some` or `:=`, not by `every`.
    pub(super) statement: bool,
}

impl<'r> Rewriter<'r> {
    pub(crate) fn new(
        locals: &'r mut Locals,
        rewritten: &'r mut HashMap<Name, Name>,
        again: &'r mut Budget,
        strict: bool,
    ) -> Self {
        Self {
            locals,
            rewritten,
            strict,
            scopes: Scopes::default(),
            faults: Vec::new(),
            unused: Vec::new(),
            place: Span::default(),
            origins: HashMap::new(),
            present: HashMap::new(),
            scope: 0,
            next_scope: 1,
            again,
            repeating: false,
        }
    }

    /// Does something in a scope of its own.
    pub(super) fn scoped<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let (scope, place) = (self.scope, self.place);
        self.scope = self.next_scope;
        self.next_scope += 1;
        self.scopes.push();
        let result = inside(self);
        self.scopes.pop();
        self.scope = scope;
        self.place = place;
        result
    }

    /// Enters a variable into the innermost scope by a name.
    pub(super) fn insert(&mut self, variable: &Name, name: Name, occurrence: Occurrence) {
        if *variable != name {
            self.rewritten.insert(name.clone(), variable.clone());
        }
        self.scopes.insert(variable, name, occurrence, self.place);
    }

    /// Declares a variable in the innermost scope. `statement` is whether `some` or `:=` does.
    pub(super) fn declare(
        &mut self,
        variable: &Name,
        occurrence: Occurrence,
        statement: bool,
    ) -> Result<Name, String> {
        if let Some(entry) = self.scopes.find_here(variable) {
            let variable = text::of_var(variable);
            return Err(match entry.occurrence {
                Occurrence::Seen => format!("var {variable} referenced above"),
                Occurrence::Assigned => format!("var {variable} assigned above"),
                Occurrence::Declared => format!("var {variable} declared above"),
                Occurrence::Arg => format!("arg {variable} redeclared"),
            });
        }
        let name = self.locals.fresh();
        self.insert(variable, name.clone(), occurrence);
        self.origins.insert(
            name.clone(),
            Origin {
                scope: self.scope,
                statement,
            },
        );
        Ok(name)
    }

    /// The new name of a variable that is met, where it has one.
    pub(super) fn meet(&mut self, variable: &Name) -> Option<Name> {
        match self.scopes.name(variable) {
            Some(name) => {
                let new = (name != variable).then(|| name.clone());
                self.scopes.see(variable);
                new.inspect(|name| self.mark(name))
            }
            None => {
                self.insert(variable, variable.clone(), Occurrence::Seen);
                None
            }
        }
    }

    /// Notes that a new name stands in a term.
    pub(super) fn mark(&mut self, name: &Name) {
        *self.present.entry(name.clone()).or_default() += 1;
    }

    /// Notes that a new name does not stand in a term after all.
    pub(super) fn unmark(&mut self, name: &Name) {
        if let Some(count) = self.present.get_mut(name) {
            *count = count.saturating_sub(1);
        }
    }

    pub(super) fn refuse(&mut self, message: impl Into<String>, span: Span) {
        self.faults.push(Fault::new(Code::Compile, message, span));
    }
}
