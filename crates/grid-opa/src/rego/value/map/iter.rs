//! Iterators over the entries of objects and sets.

use super::Value;
use std::collections::btree_map;
use std::{slice, vec};

/// Entries, sorted by key.
pub(crate) enum Iter<'m, V> {
    Row(slice::Iter<'m, (Value, V)>),
    Tree(btree_map::Iter<'m, Value, V>),
}

impl<'m, V> Iterator for Iter<'m, V> {
    type Item = (&'m Value, &'m V);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Row(row) => row.next().map(|(key, value)| (key, value)),
            Self::Tree(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Row(row) => row.size_hint(),
            Self::Tree(tree) => tree.size_hint(),
        }
    }
}

impl<V> DoubleEndedIterator for Iter<'_, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Row(row) => row.next_back().map(|(key, value)| (key, value)),
            Self::Tree(tree) => tree.next_back(),
        }
    }
}

impl<V> ExactSizeIterator for Iter<'_, V> {}

/// Owned entries, sorted by key.
pub(crate) enum IntoIter<V> {
    Row(vec::IntoIter<(Value, V)>),
    Tree(btree_map::IntoIter<Value, V>),
}

impl<V> Iterator for IntoIter<V> {
    type Item = (Value, V);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Row(row) => row.next(),
            Self::Tree(tree) => tree.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Row(row) => row.size_hint(),
            Self::Tree(tree) => tree.size_hint(),
        }
    }
}

/// The items of a set.
pub(crate) struct ItemIter<'s>(pub(super) Iter<'s, ()>);

impl<'s> Iterator for ItemIter<'s> {
    type Item = &'s Value;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(item, ())| item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for ItemIter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(item, ())| item)
    }
}

impl ExactSizeIterator for ItemIter<'_> {}

/// The owned items of a set.
pub(crate) struct IntoItems(pub(super) IntoIter<()>);

impl Iterator for IntoItems {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        self.0.next().map(|(item, ())| item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
