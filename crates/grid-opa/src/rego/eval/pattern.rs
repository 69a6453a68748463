//! Matches values with patterns.

use super::body::put;
use super::{CowValue, Run, Slots, Stop};
use crate::rego::plan::ir::Pattern;
use crate::rego::value::Value;
use std::borrow::Cow;

impl<'a> Run<'a, '_> {
    /// Whether a value matches; also sets the variables of the pattern.
    pub(super) fn fits(
        &mut self,
        pattern: &'a Pattern,
        value: CowValue<'a>,
        slots: &mut Slots<'a>,
    ) -> Result<bool, Stop> {
        match pattern {
            Pattern::Any => Ok(true),
            Pattern::Nothing => Ok(false),
            Pattern::Bind(slot) => {
                put(slots, *slot, value);
                Ok(true)
            }
            Pattern::Equal(term) => Ok(*self.term(term, slots)? == *value),
            Pattern::Array(patterns) => {
                let length = match &*value {
                    Value::Array(items) => items.len(),
                    _ => return Ok(false),
                };
                if length != patterns.len() {
                    return Ok(false);
                }
                for (index, pattern) in patterns.iter().enumerate() {
                    let item = part(&value, |value| match value {
                        Value::Array(items) => items.get(index),
                        _ => None,
                    });
                    let Some(item) = item else {
                        return Ok(false);
                    };
                    if !self.fits(pattern, item, slots)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Pattern::Object(patterns) => {
                let length = match &*value {
                    Value::Object(fields) => fields.len(),
                    _ => return Ok(false),
                };
                let mut keys = Vec::with_capacity(patterns.len());
                for (key, pattern) in patterns {
                    let key = self.term(key, slots)?;
                    let item = part(&value, |value| match value {
                        Value::Object(fields) => fields.get(&key),
                        _ => None,
                    });
                    let Some(item) = item else {
                        return Ok(false);
                    };
                    if !self.fits(pattern, item, slots)? {
                        return Ok(false);
                    }
                    keys.push(key);
                }
                keys.sort();
                keys.dedup();
                Ok(keys.len() == length)
            }
        }
    }
}

/// A part of a value; borrowed if the value is borrowed.
pub(super) fn part<'a>(
    value: &CowValue<'a>,
    take: impl for<'v> Fn(&'v Value) -> Option<&'v Value>,
) -> Option<CowValue<'a>> {
    match value {
        Cow::Borrowed(value) => take(value).map(Cow::Borrowed),
        Cow::Owned(value) => take(value).map(|value| Cow::Owned(value.clone())),
    }
}
