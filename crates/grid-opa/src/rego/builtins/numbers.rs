//! Builtins of numbers.

pub(super) mod arithmetic;
mod bits;
pub(super) mod random;
mod ranges;
mod units;

use super::{Answer, Builtin, Context, Failure, builtin, impure, operands};

pub(super) const FAMILIES: [&[Builtin]; 4] = [arithmetic::ALL, bits::ALL, ranges::ALL, units::ALL];
