//! The names of variables that the compiler generates.

use crate::rego::syntax::ast::Name;
use std::collections::HashSet;

/// The prefix of such names.
pub(crate) const PREFIX: &str = "__local";

/// Generates variable names that no source uses: `__local0__`, `__local1__`, ...
#[derive(Debug, Default)]
pub(crate) struct Locals {
    next: usize,
    /// The text between the prefix and the number.
    family: &'static str,
    /// Names of this form that are already in use.
    taken: HashSet<Name>,
}

impl Locals {
    /// A generator of names that differ from the used ones. The family is empty for modules and `q` for queries.
    pub(crate) fn new<'n>(family: &'static str, used: impl IntoIterator<Item = &'n Name>) -> Self {
        let taken = used
            .into_iter()
            .filter(|name| is_generated(name))
            .cloned()
            .collect();
        Self {
            next: 0,
            family,
            taken,
        }
    }

    pub(crate) fn fresh(&mut self) -> Name {
        loop {
            let name: Name = format!("{PREFIX}{}{}__", self.family, self.next).into();
            self.next += 1;
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }
}

/// Whether a name has the form of generated names.
pub(crate) fn is_generated(name: &str) -> bool {
    name.starts_with(PREFIX)
}
