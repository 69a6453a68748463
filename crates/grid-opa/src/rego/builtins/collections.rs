//! Builtins of arrays, objects and sets.

mod aggregates;
mod arrays;
mod graph;
mod objects;
mod sets;

use super::numbers::arithmetic;
use super::{Answer, Builtin, Context, Failure, builtin, operands};

pub(super) const FAMILIES: [&[Builtin]; 5] = [
    aggregates::ALL,
    arrays::ALL,
    graph::ALL,
    objects::ALL,
    sets::ALL,
];
