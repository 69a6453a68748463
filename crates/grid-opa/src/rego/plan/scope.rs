//! The bound variables at a point of a body, and their slots.

use crate::rego::plan::ir::Slot;
use crate::rego::syntax::ast::Name;
use std::collections::HashMap;

/// The variables of a clause. Names are unique, but a variable has a value only if it was bound on the path to this point: bindings in a
/// closure are not visible after it.
#[derive(Debug, Default)]
pub(super) struct Scope {
    bound: HashMap<Name, Slot>,
    /// The names in binding order.
    order: Vec<Name>,
    next: Slot,
}

impl Scope {
    /// The slot of a variable, if it is bound here.
    pub(super) fn find(&self, name: &str) -> Option<Slot> {
        self.bound.get(name).copied()
    }

    /// Binds a variable to a new slot.
    pub(super) fn bind(&mut self, name: &Name) -> Slot {
        let slot = self.fresh();
        self.bound.insert(name.clone(), slot);
        self.order.push(name.clone());
        slot
    }

    /// Binds a variable to a slot that already has a value.
    pub(super) fn bind_to(&mut self, name: &Name, slot: Slot) {
        self.bound.insert(name.clone(), slot);
        self.order.push(name.clone());
    }

    /// A new slot without a name.
    pub(super) fn fresh(&mut self) -> Slot {
        self.next += 1;
        self.next - 1
    }

    /// Begins a closure; `leave` removes its bindings.
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
