//! Comparisons.

use super::operands::any;
use super::{Answer, Builtin, builtin};
use crate::rego::value::{Value, compare};
use std::cmp::Ordering;

pub(super) const ALL: &[Builtin] = &[
    builtin("eq", 2, |operands, _| {
        Ok(Some((any(operands, 1)? == any(operands, 2)?).into()))
    }),
    builtin("equal", 2, |operands, _| {
        Ok(Some((any(operands, 1)? == any(operands, 2)?).into()))
    }),
    builtin("gt", 2, |operands, _| ordered(operands, Ordering::is_gt)),
    builtin("gte", 2, |operands, _| ordered(operands, Ordering::is_ge)),
    builtin("lt", 2, |operands, _| ordered(operands, Ordering::is_lt)),
    builtin("lte", 2, |operands, _| ordered(operands, Ordering::is_le)),
    builtin("neq", 2, |operands, _| {
        Ok(Some((any(operands, 1)? != any(operands, 2)?).into()))
    }),
];

fn ordered(operands: &[Value], wanted: fn(Ordering) -> bool) -> Answer {
    Ok(Some(
        wanted(compare(any(operands, 1)?, any(operands, 2)?)).into(),
    ))
}
