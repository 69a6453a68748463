//! Which variables have a value at a point of a body, and where it is kept.

use crate::rego::plan::ir::Slot;
use crate::rego::syntax::ast::Name;
use std::collections::HashMap;

/// The variables of a clause. They are renamed apart, so that a name has one meaning, but it has a value only where one was bound
/// on the way: what is bound in a closure is not known behind it.
#[derive(Debug, Default)]
pub(super) struct Scope {
    bound: HashMap<Name, Slot>,
    /// The names in the order in which they were bound.
    order: Vec<Name>,
    next: Slot,
}

impl Scope {
    /// Where the value of a variable is kept, if it has one here.
    pub(super) fn find(&self, name: &str) -> Option<Slot> {
        self.bound.get(name).copied()
    }

    /// Gives a variable a place for its value.
    pub(super) fn bind(&mut self, name: &Name) -> Slot {
        let slot = self.fresh();
        self.bound.insert(name.clone(), slot);
        self.order.push(name.clone());
        slot
    }

    /// Gives a variable a place that has a value already.
    pub(super) fn bind_to(&mut self, name: &Name, slot: Slot) {
        self.bound.insert(name.clone(), slot);
        self.order.push(name.clone());
    }

    /// A place that has no name.
    pub(super) fn fresh(&mut self) -> Slot {
        self.next += 1;
        self.next - 1
    }

    /// Begins a closure: what is bound in it is forgotten by `leave`.
    pub(super) fn enter(&self) -> usize {
        self.order.len()
    }

    pub(super) fn leave(&mut self, entered: usize) {
        for name in self.order.drain(entered..) {
            self.bound.remove(&name);
        }
    }

    pub(super) fn slots(&self) -> usize {
        self.next
    }
}
