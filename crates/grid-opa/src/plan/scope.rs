//! The local variables of a clause while it is planned.

use crate::plan::ir::Local;
use std::collections::BTreeMap;

/// What a name is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A variable with a value.
    Bound(Local),
    /// A variable that `some` declared and nothing gave a value yet; whether in the innermost scope.
    Declared(bool),
    /// No variable.
    Free,
}

/// Scopes within scopes: a body, the comprehensions and `every`s in it.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    scopes: Vec<BTreeMap<String, Option<Local>>>,
    locals: Local,
}

impl Scopes {
    /// With one scope.
    pub(super) fn new() -> Self {
        Self {
            scopes: vec![BTreeMap::new()],
            locals: 0,
        }
    }

    /// Begins anew with one scope; places are not used again.
    pub(super) fn restart(&mut self) {
        self.scopes = vec![BTreeMap::new()];
    }

    /// Gives a name the place `local`; false where it has one.
    pub(super) fn give(&mut self, name: &str, local: Local) -> bool {
        let scope = self.scopes.last_mut();
        scope.is_some_and(|scope| scope.insert(name.to_owned(), Some(local)).is_none())
    }

    /// How many variables there were in all.
    pub(super) const fn locals(&self) -> usize {
        self.locals
    }

    pub(super) fn enter(&mut self) {
        self.scopes.push(BTreeMap::new());
    }

    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// Whether the innermost scope is that of the body.
    pub(super) fn in_body(&self) -> bool {
        self.scopes.len() == 1
    }

    pub(super) fn find(&self, name: &str) -> Name {
        let innermost = self.scopes.len().saturating_sub(1);
        let found = self.scopes.iter().enumerate().rev();
        let mut found = found.filter_map(|(depth, scope)| Some((depth, scope.get(name)?)));
        match found.next() {
            Some((_, Some(local))) => Name::Bound(*local),
            Some((depth, None)) => Name::Declared(depth == innermost),
            None => Name::Free,
        }
    }

    /// Whether the innermost scope has a variable of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.scopes
            .last()
            .is_some_and(|scope| scope.contains_key(name))
    }

    /// `some name`: a variable without a value, which hides those of outer scopes.
    pub(super) fn declare(&mut self, name: &str) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), None);
        }
    }

    /// Gives the variable `name` of the innermost scope a place for its value.
    pub(super) fn bind(&mut self, name: &str) -> Local {
        let local = self.fresh();
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), Some(local));
        }
        local
    }

    /// A place without a name.
    pub(super) const fn fresh(&mut self) -> Local {
        self.locals += 1;
        self.locals - 1
    }
}
