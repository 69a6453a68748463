//! Builds the values of partial rules from the solutions of their clauses.

use crate::rego::value::{Object, Set, Value};
use std::collections::BTreeMap;

/// A value under construction.
#[derive(Debug)]
pub(super) enum Built {
    Nothing,
    Value(Value),
    Set(Set),
    Object(BTreeMap<Value, Self>),
}

/// Two different values at a place for one value.
pub(super) struct Conflict;

impl Built {
    /// Puts a value, or an item of a set, at a path of keys.
    pub(super) fn put(&mut self, keys: &[Value], value: Value, item: bool) -> Result<(), Conflict> {
        let mut place = self;
        for key in keys {
            if matches!(place, Self::Nothing) {
                *place = Self::Object(BTreeMap::new());
            }
            let Self::Object(fields) = place else {
                return Err(Conflict);
            };
            place = fields.entry(key.clone()).or_insert(Self::Nothing);
        }
        match (place, item) {
            (place @ Self::Nothing, true) => {
                *place = Self::Set(Set::from_iter([value]));
                Ok(())
            }
            (place @ Self::Nothing, false) => {
                *place = Self::Value(value);
                Ok(())
            }
            (Self::Set(items), true) => {
                items.insert(value);
                Ok(())
            }
            (Self::Value(other), false) if *other == value => Ok(()),
            _ => Err(Conflict),
        }
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Nothing => Value::Undefined,
            Self::Value(value) => value,
            Self::Set(items) => Value::from(items),
            Self::Object(fields) => {
                let fields = fields
                    .into_iter()
                    .map(|(key, value)| (key, value.into_value()));
                Value::from(fields.collect::<Object>())
            }
        }
    }
}
