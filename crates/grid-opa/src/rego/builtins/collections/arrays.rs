//! `array.*`.

use super::operands::{any, array, int};
use super::{Builtin, builtin};
use crate::rego::value::Value;

pub(super) const ALL: &[Builtin] = &[
    builtin("array.concat", 2, |operands, context| {
        let (left, right) = (array(operands, 1)?, array(operands, 2)?);
        context.charge_values(left.len().saturating_add(right.len()))?;
        Ok(Some(
            left.iter()
                .chain(right.iter())
                .cloned()
                .collect::<Vec<_>>()
                .into(),
        ))
    }),
    // Flattens one level only.
    builtin("array.flatten", 1, |operands, context| {
        let items = array(operands, 1)?;
        let length = |item: &Value| match item {
            Value::Array(nested) => nested.len(),
            _ => 1,
        };
        context.charge_values(items.iter().map(length).sum())?;
        let mut flat = Vec::new();
        for item in items.iter() {
            match item {
                Value::Array(nested) => flat.extend(nested.iter().cloned()),
                other => flat.push(other.clone()),
            }
        }
        Ok(Some(flat.into()))
    }),
    builtin("array.reverse", 1, |operands, context| {
        let items = array(operands, 1)?;
        context.charge_values(items.len())?;
        Ok(Some(items.iter().rev().cloned().collect::<Vec<_>>().into()))
    }),
    builtin("array.slice", 3, |operands, context| {
        let items = array(operands, 1)?;
        let (from, to) = (int(operands, 2)?, int(operands, 3)?);
        let place = |at: i64| usize::try_from(at.max(0)).unwrap_or(usize::MAX);
        let to = place(to).min(items.len());
        let from = place(from).min(to);
        if from == 0 && to == items.len() {
            return any(operands, 1).cloned().map(Some);
        }
        context.charge_values(to - from)?;
        Ok(Some(
            items
                .as_slice()
                .get(from..to)
                .unwrap_or_default()
                .to_vec()
                .into(),
        ))
    }),
];
