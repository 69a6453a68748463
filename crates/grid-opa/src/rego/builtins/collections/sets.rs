//! Operations on sets.

use super::operands::{set, set_of};
use super::{Builtin, builtin};
use crate::rego::value::{Set, Value};
use crate::sorting::sort_by;

pub(super) const ALL: &[Builtin] = &[
    builtin("and", 2, |operands, context| {
        let (left, right) = (set(operands, 1)?, set(operands, 2)?);
        context.charge_values(left.len().min(right.len()))?;
        Ok(Some(left.intersection(right).into()))
    }),
    builtin("intersection", 1, |operands, context| {
        let mut sets = Vec::new();
        for item in set(operands, 1)?.iter() {
            sets.push(set_of(item, 1)?);
        }
        // Starts with the smallest set, because the intersection is not larger.
        sort_by(&mut sets, |one, other| one.len().cmp(&other.len()));
        let Some((first, rest)) = sets.split_first() else {
            return Ok(Some(Value::new_set()));
        };
        context.charge_values(first.len())?;
        let common = first
            .iter()
            .filter(|item| rest.iter().all(|set| set.contains(item)));
        Ok(Some(common.cloned().collect::<Set>().into()))
    }),
    builtin("or", 2, |operands, context| {
        let (left, right) = (set(operands, 1)?, set(operands, 2)?);
        context.charge_values(left.len().saturating_add(right.len()))?;
        Ok(Some(left.union(right).into()))
    }),
    builtin("set_diff", 2, |operands, context| {
        let (left, right) = (set(operands, 1)?, set(operands, 2)?);
        context.charge_values(left.len())?;
        Ok(Some(left.difference(right).into()))
    }),
    builtin("union", 1, |operands, context| {
        let mut all = Set::default();
        let sets = set(operands, 1)?;
        for item in sets.iter() {
            set_of(item, 1)?;
        }
        for item in sets.iter() {
            let items = set_of(item, 1)?;
            context.charge_values(items.len())?;
            context.in_time()?;
            all.extend(items.iter().cloned());
        }
        Ok(Some(all.into()))
    }),
];
