//! Objects and sets: entries sorted by key.
//!
//! Most are small, built once and read often, so they are sorted vectors. A map that grows out of order becomes a tree.

mod collections;
mod iter;

pub(crate) use collections::{Object, Set};

use super::Value;
use iter::{IntoIter, Iter};
use std::cmp::Ordering;
use std::collections::BTreeMap;

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
