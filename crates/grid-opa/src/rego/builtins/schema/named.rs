//! The fields of a schema by name.

use super::super::{Context, Failure};
use super::node::Count;
use crate::rego::value::{Array, Object, Value};

/// The fields of an object, sorted by name.
pub(super) struct Fields<'v>(Vec<(&'v str, &'v Value)>);

impl<'v> Fields<'v> {
    pub(super) fn of(object: &'v Object, context: &mut Context<'_>) -> Result<Self, Failure> {
        context.charge_values(object.len())?;
        let fields = object.iter().filter_map(|(key, value)| match key {
            Value::String(name) => Some((&**name, value)),
            _ => None,
        });
        let mut fields: Vec<_> = fields.collect();
        fields.sort_unstable_by_key(|(name, _)| *name);
        Ok(Self(fields))
    }

    pub(super) fn get(&self, name: &str) -> Option<&'v Value> {
        let found = self.0.binary_search_by_key(&name, |(name, _)| *name).ok()?;
        self.0.get(found).map(|(_, value)| *value)
    }

    pub(super) fn string(&self, name: &str) -> Result<Option<&'v str>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid_type("string", name)),
        }
    }

    pub(super) fn array(&self, name: &str) -> Result<Option<&'v Array>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(format!("{name} must be of an array").into()),
        }
    }

    // A limit that is written as an integer.
    fn count(&self, name: &str) -> Result<Option<i64>, Failure> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let integer = match value {
            Value::Number(number) if !number.is_written_as_float() => number.to_i64(),
            _ => None,
        };
        match integer {
            None => Err(format!("{name} must be of an integer").into()),
            Some(count) if count < 0 => {
                Err(format!("{name} must be greater than or equal to 0").into())
            }
            Some(count) => Ok(Some(count)),
        }
    }

    pub(super) fn counts(&self, least: &str, most: &str) -> Result<Count, Failure> {
        Ok(Count {
            least: self.count(least)?,
            most: self.count(most)?,
        })
    }

    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.get(name).is_some())
    }
}

pub(super) fn invalid_type(expected: &str, given: &str) -> Failure {
    format!("Invalid type. Expected: {expected}, given: {given}").into()
}
