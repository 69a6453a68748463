//! Objects and sets: entries sorted by key.
//!
//! Most are small, built once and read often, so they are sorted vectors. A map that grows out of order becomes a tree.

mod iter;

use super::Value;
use iter::{IntoItems, IntoIter, ItemIter, Iter};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

/// A longer row becomes a tree when an entry is inserted in the middle or removed.
const LONGEST_ROW: usize = 64;

/// Values by keys.
#[derive(Clone)]
enum Map<V> {
    Row(Vec<(Value, V)>),
    Tree(BTreeMap<Value, V>),
}

impl<V> Default for Map<V> {
    fn default() -> Self {
        Self::Row(Vec::new())
    }
}

impl<V> Map<V> {
    fn len(&self) -> usize {
        match self {
            Self::Row(row) => row.len(),
            Self::Tree(tree) => tree.len(),
        }
    }

    fn entry(&self, key: &Value) -> Option<(&Value, &V)> {
        match self {
            Self::Row(row) => {
                let place = match key {
                    // Most keys are texts.
                    Value::String(text) => {
                        row.binary_search_by(|(existing, _)| existing.cmp_text(text))
                    }
                    key => row.binary_search_by(|(existing, _)| existing.cmp(key)),
                };
                row.get(place.ok()?).map(|(key, value)| (key, value))
            }
            Self::Tree(tree) => tree.get_key_value(key),
        }
    }

    fn get_mut(&mut self, key: &Value) -> Option<&mut V> {
        match self {
            Self::Row(row) => {
                let place = place(row, key).ok()?;
                row.get_mut(place).map(|(_, value)| value)
            }
            Self::Tree(tree) => tree.get_mut(key),
        }
    }

    // An existing key stays, as in OPA: `1.0` does not replace `1`.
    fn insert(&mut self, key: Value, value: V) -> Option<V> {
        match self {
            Self::Row(row) => match place(row, &key) {
                Ok(place) => row
                    .get_mut(place)
                    .map(|(_, existing)| std::mem::replace(existing, value)),
                Err(place) if place == row.len() || row.len() < LONGEST_ROW => {
                    row.insert(place, (key, value));
                    None
                }
                Err(_) => self.as_tree(|tree| tree.insert(key, value)),
            },
            Self::Tree(tree) => tree.insert(key, value),
        }
    }

    fn remove(&mut self, key: &Value) -> Option<V> {
        match self {
            Self::Row(row) if row.len() <= LONGEST_ROW => {
                let place = place(row, key).ok()?;
                Some(row.remove(place).1)
            }
            Self::Row(_) => self.as_tree(|tree| tree.remove(key)),
            Self::Tree(tree) => tree.remove(key),
        }
    }

    // Converts a row to a tree and changes it.
    fn as_tree<T>(&mut self, change: impl FnOnce(&mut BTreeMap<Value, V>) -> T) -> T {
        let mut tree = BTreeMap::new();
        tree.extend(std::mem::take(self).into_entries());
        let result = change(&mut tree);
        *self = Self::Tree(tree);
        result
    }

    fn iter(&self) -> Iter<'_, V> {
        match self {
            Self::Row(row) => Iter::Row(row.iter()),
            Self::Tree(tree) => Iter::Tree(tree.iter()),
        }
    }

    fn into_entries(self) -> IntoIter<V> {
        match self {
            Self::Row(row) => IntoIter::Row(row.into_iter()),
            Self::Tree(tree) => IntoIter::Tree(tree.into_iter()),
        }
    }
}

fn place<V>(row: &[(Value, V)], key: &Value) -> Result<usize, usize> {
    // Entries often arrive in order.
    match row.last().map(|(last, _)| last.cmp(key)) {
        None | Some(Ordering::Less) => Err(row.len()),
        Some(Ordering::Equal) => Ok(row.len() - 1),
        Some(Ordering::Greater) => row.binary_search_by(|(existing, _)| existing.cmp(key)),
    }
}

/// For equal keys the first key and the last value stay.
impl<V> FromIterator<(Value, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (Value, V)>>(entries: I) -> Self {
        Self::of_row(entries.into_iter().collect())
    }
}

impl<V> Map<V> {
    // Not part of `from_iter`, because a sort takes 4 KB of code per type of iterator.
    fn of_row(mut row: Vec<(Value, V)>) -> Self {
        if !row.is_sorted_by(|(one, _), (other, _)| one < other) {
            row.sort_by(|(one, _), (other, _)| one.cmp(other));
            row.dedup_by(|(key, value), (first, last)| {
                let is_same = key == first;
                if is_same {
                    std::mem::swap(value, last);
                }
                is_same
            });
        }
        row.shrink_to_fit();
        Self::Row(row)
    }
}

// A row and a tree with the same entries are equal.
impl<V: Ord> Ord for Map<V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl<V: Ord> PartialOrd for Map<V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<V: Eq> PartialEq for Map<V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V: Eq> Eq for Map<V> {}

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
