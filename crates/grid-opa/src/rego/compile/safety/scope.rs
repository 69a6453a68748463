//! The variables with values around a body.

use crate::rego::syntax::ast::Name;
use std::collections::HashSet;

/// A set that grows on entry to inner bodies, and shrinks again on exit.
#[derive(Debug, Default)]
pub(super) struct Scope {
    names: HashSet<Name>,
    /// The names in the order of their insertion.
    log: Vec<Name>,
}

impl Scope {
    pub(super) fn new<'n>(names: impl IntoIterator<Item = &'n Name>) -> Self {
        let mut scope = Self::default();
        scope.extend(names);
        scope
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(super) fn extend<'n>(&mut self, names: impl IntoIterator<Item = &'n Name>) {
        for name in names {
            if self.names.insert(name.clone()) {
                self.log.push(name.clone());
            }
        }
    }

    /// The current number of names, for [`Self::leave`].
    pub(super) fn mark(&self) -> usize {
        self.log.len()
    }

    /// Drops the names that were added after a mark.
    pub(super) fn leave(&mut self, mark: usize) {
        while self.log.len() > mark {
            if let Some(name) = self.log.pop() {
                self.names.remove(&name);
            }
        }
    }
}
