//! The state of the renaming within one rule or query.

use crate::rego::compile::Locals;
use crate::rego::compile::names::local_vars::scopes::{Occurrence, Scopes};
use crate::rego::syntax::ast::Name;
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use std::collections::HashMap;

/// The maximum number of terms that are walked again, see [`Rewriter::again`].
const AGAIN: usize = 1 << 19;

/// Renames variables.
pub(crate) struct Rewriter<'r> {
    pub(super) locals: &'r mut Locals,
    /// The source names of the renamed variables.
    pub(super) rewritten: &'r mut HashMap<Name, Name>,
    pub(super) strict: bool,
    pub(super) scopes: Scopes,
    pub(super) faults: Vec<Fault>,
    /// The errors for unused variables. They do not end the compilation.
    pub(super) unused: Vec<Fault>,
    /// The expression of the innermost body.
    pub(super) place: Span,
    /// Where the new names were created.
    pub(super) origins: HashMap<Name, Origin>,
    /// How often each new name occurs in place of a source variable.
    pub(super) present: HashMap<Name, usize>,
    /// The number of the current scope. Scopes are numbered in the order of their opening.
    pub(super) scope: usize,
    pub(super) next_scope: usize,
    /// After renaming, OPA walks again through the contents of `every`, `not`, `and` and `or`. This only changes the numbers in names, but
    /// the work doubles with each enclosing comprehension. This is the remaining budget for it.
    pub(super) again: &'r mut Budget,
    /// Whether a comprehension is being renamed again.
    pub(super) repeating: bool,
}

/// The number of terms that may still be walked again.
pub(crate) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(AGAIN)
    }
}

impl Budget {
    /// Takes one. Returns whether one was left.
    pub(super) fn take(&mut self) -> bool {
        let left = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        left
    }
}

/// Where a new name was created.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub(super) scope: usize,
    /// Whether `some` or `:=` created it, and not `every`.
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

    /// Runs a function in a new scope.
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

    /// Adds a variable to the innermost scope under a new name.
    pub(super) fn insert(&mut self, variable: &Name, name: Name, occurrence: Occurrence) {
        if *variable != name {
            self.rewritten.insert(name.clone(), variable.clone());
        }
        self.scopes.insert(variable, name, occurrence, self.place);
    }

    /// Declares a variable in the innermost scope. `statement` is true for `some` and `:=`.
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

    /// The new name of a variable at a use of it, if it has one.
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

    /// Counts an occurrence of a new name in a term.
    pub(super) fn mark(&mut self, name: &Name) {
        *self.present.entry(name.clone()).or_default() += 1;
    }

    /// Takes back an occurrence that [`Self::mark`] counted.
    pub(super) fn unmark(&mut self, name: &Name) {
        if let Some(count) = self.present.get_mut(name) {
            *count = count.saturating_sub(1);
        }
    }

    pub(super) fn refuse(&mut self, message: impl Into<String>, span: Span) {
        self.faults.push(Fault::new(Code::Compile, message, span));
    }
}
