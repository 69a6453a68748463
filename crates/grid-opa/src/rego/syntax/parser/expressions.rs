//! Expressions of bodies: literals, `some`, `every`, `not`, `and`, `or` and modifiers.

pub(super) mod groups;
pub(super) mod literals;
pub(super) mod logical;
pub(super) mod operands;
pub(super) mod some_every;
pub(super) mod with;
