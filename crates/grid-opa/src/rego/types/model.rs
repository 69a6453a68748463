//! The types of values, and the operations on them.

pub(super) mod constant;
pub(super) mod function;
pub(super) mod kind;
pub(super) mod measure;
pub(super) mod order;
pub(super) mod parts;
pub(super) mod unify;
pub(super) mod union;
