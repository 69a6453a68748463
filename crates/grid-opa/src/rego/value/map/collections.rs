//! Objects and sets.

use super::Map;
use super::iter::{IntoItems, IntoIter, ItemIter, Iter};
use crate::rego::value::Value;
use std::fmt;

/// The fields of an object, in OPA's order of keys.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Object(Map<Value>);

/// The items of a set, in OPA's order.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Set(Map<()>);

impl Object {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn get(&self, key: &Value) -> Option<&Value> {
        self.0.entry(key).map(|(_, value)| value)
    }

    /// The value of the field with this name.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        match &self.0 {
            Map::Row(row) => {
                let place = row.binary_search_by(|(key, _)| key.cmp_text(name)).ok()?;
                row.get(place).map(|(_, value)| value)
            }
            Map::Tree(tree) => tree.get(&Value::from(name)),
        }
    }

    pub(crate) fn get_mut(&mut self, key: &Value) -> Option<&mut Value> {
        self.0.get_mut(key)
    }

    pub(crate) fn contains_key(&self, key: &Value) -> bool {
        self.0.entry(key).is_some()
    }

    /// Inserts a value and returns the previous one. An existing key keeps its text, as in OPA.
    pub(crate) fn insert(&mut self, key: Value, value: Value) -> Option<Value> {
        self.0.insert(key, value)
    }

    pub(crate) fn remove(&mut self, key: &Value) -> Option<Value> {
        self.0.remove(key)
    }

    pub(crate) fn iter(&self) -> Iter<'_, Value> {
        self.0.iter()
    }

    pub(crate) fn keys(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }
}

impl Set {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item that equals a value.
    pub(crate) fn get(&self, value: &Value) -> Option<&Value> {
        self.0.entry(value).map(|(item, ())| item)
    }

    pub(crate) fn contains(&self, value: &Value) -> bool {
        self.get(value).is_some()
    }

    /// Returns whether the item is new.
    pub(crate) fn insert(&mut self, value: Value) -> bool {
        self.0.insert(value, ()).is_none()
    }

    pub(crate) fn remove(&mut self, value: &Value) -> bool {
        self.0.remove(value).is_some()
    }

    pub(crate) fn iter(&self) -> ItemIter<'_> {
        ItemIter(self.0.iter())
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).cloned().collect()
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let both = self.iter().filter(|item| other.contains(item));
        both.cloned().collect()
    }

    pub(crate) fn difference(&self, other: &Self) -> Self {
        let left = self.iter().filter(|item| !other.contains(item));
        left.cloned().collect()
    }

    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        self.len() <= other.len() && self.iter().all(|item| other.contains(item))
    }
}

impl FromIterator<(Value, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Value, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl FromIterator<Value> for Set {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self(items.into_iter().map(|item| (item, ())).collect())
    }
}

impl Extend<(Value, Value)> for Object {
    fn extend<I: IntoIterator<Item = (Value, Value)>>(&mut self, fields: I) {
        for (key, value) in fields {
            self.insert(key, value);
        }
    }
}

impl Extend<Value> for Set {
    fn extend<I: IntoIterator<Item = Value>>(&mut self, items: I) {
        for item in items {
            self.insert(item);
        }
    }
}

impl IntoIterator for Object {
    type Item = (Value, Value);
    type IntoIter = IntoIter<Value>;

    fn into_iter(self) -> IntoIter<Value> {
        self.0.into_entries()
    }
}

impl IntoIterator for Set {
    type Item = Value;
    type IntoIter = IntoItems;

    fn into_iter(self) -> IntoItems {
        IntoItems(self.0.into_entries())
    }
}

impl<'o> IntoIterator for &'o Object {
    type Item = (&'o Value, &'o Value);
    type IntoIter = Iter<'o, Value>;

    fn into_iter(self) -> Iter<'o, Value> {
        self.iter()
    }
}

impl<'s> IntoIterator for &'s Set {
    type Item = &'s Value;
    type IntoIter = ItemIter<'s>;

    fn into_iter(self) -> ItemIter<'s> {
        self.iter()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self).finish()
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self).finish()
    }
}
