//! Names of variables that the compiler makes.

use crate::rego::syntax::ast::Name;
use std::collections::HashSet;

/// How such a name begins.
pub(crate) const PREFIX: &str = "__local";

/// Makes names of variables that no source has: `__local0__`, `__local1__`, ...
#[derive(Debug, Default)]
pub(crate) struct Locals {
    next: usize,
    /// What stands between the beginning and the number.
    family: &'static str,
    /// Names of this form that are in use already.
    taken: HashSet<Name>,
}

impl Locals {
    /// A maker of names that are not among some names: those of modules, or, with the family `q`, those of a query.
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

/// Whether a name is of the form that the compiler makes.
pub(crate) fn is_generated(name: &str) -> bool {
    name.starts_with(PREFIX)
}
