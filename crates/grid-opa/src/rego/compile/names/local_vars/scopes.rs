//! The nested scopes of variables.

use crate::rego::syntax::ast::Name;
use crate::rego::syntax::span::Span;
use std::collections::HashMap;

/// How a variable entered a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occurrence {
    /// A parameter of the function.
    Arg,
    /// Read before any declaration.
    Seen,
    Assigned,
    Declared,
}

/// A variable in a scope.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    depth: usize,
    /// Its current name.
    pub(super) name: Name,
    pub(super) occurrence: Occurrence,
    /// How often it occurred, including the first time.
    pub(super) count: usize,
    /// The expression that added it.
    pub(super) span: Span,
}

/// The open scopes. A name leads directly to its entry in the innermost scope that has one.
#[derive(Debug, Clone)]
pub(super) struct Scopes {
    entries: HashMap<Name, Vec<Entry>>,
    /// The names of each open scope; the outermost scope is never closed.
    open: Vec<Vec<Name>>,
}

impl Default for Scopes {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            open: vec![Vec::new()],
        }
    }
}

impl Scopes {
    pub(super) fn push(&mut self) {
        self.open.push(Vec::new());
    }

    pub(super) fn pop(&mut self) {
        for name in self.open.pop().unwrap_or_default() {
            if let Some(entries) = self.entries.get_mut(&name) {
                entries.pop();
            }
        }
    }

    /// Adds a variable to the innermost scope.
    pub(super) fn insert(
        &mut self,
        variable: &Name,
        name: Name,
        occurrence: Occurrence,
        span: Span,
    ) {
        let depth = self.open.len();
        let entry = Entry {
            depth,
            name,
            occurrence,
            count: 1,
            span,
        };
        let entries = self.entries.entry(variable.clone()).or_default();
        match entries.last_mut() {
            Some(last) if last.depth == depth => *last = entry,
            _ => {
                entries.push(entry);
                if let Some(names) = self.open.last_mut() {
                    names.push(variable.clone());
                }
            }
        }
    }

    /// The entry of the innermost scope that has the variable.
    pub(super) fn find(&self, variable: &str) -> Option<&Entry> {
        self.entries.get(variable)?.last()
    }

    /// The same, in the innermost scope only.
    pub(super) fn find_here(&self, variable: &str) -> Option<&Entry> {
        self.find(variable)
            .filter(|entry| entry.depth == self.open.len())
    }

    /// The current name of a variable.
    pub(super) fn name(&self, variable: &str) -> Option<&Name> {
        Some(&self.find(variable)?.name)
    }

    /// Counts an occurrence of a variable.
    pub(super) fn see(&mut self, variable: &str) {
        if let Some(entry) = self
            .entries
            .get_mut(variable)
            .and_then(|entries| entries.last_mut())
        {
            entry.count += 1;
        }
    }

    /// The variables of the innermost scope.
    pub(super) fn here(&self) -> impl Iterator<Item = (&Name, &Entry)> {
        let names = self.open.last().into_iter().flatten();
        names.filter_map(|name| Some((name, self.entries.get(name)?.last()?)))
    }
}
