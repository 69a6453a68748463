//! Steps about many keys.

use std::collections::BTreeSet;

use grid_cache::ValueRef;

use super::run::{Run, fitted, same, stored};
use super::step::{Kept, Step};

impl Run {
    /// One call for several keys.
    pub(super) fn many(&mut self, step: &Step) -> Result<(), String> {
        let count = step.other % 70;
        let keys: Vec<String> = (0..count)
            .map(|n| Step::key_of(step.key.wrapping_add(n * 7), &self.setup))
            .collect();
        let names: Vec<&str> = keys.iter().map(String::as_str).collect();
        if step.call % 32 == 20 {
            let values: Vec<Kept> = (0..count)
                .map(|n| Step::value_of(step.value.wrapping_add(n * 5)))
                .collect();
            let ttl = Step::ttl_of(step.ttl);
            let entries: Vec<(&str, ValueRef<'_>, _)> = names
                .iter()
                .zip(&values)
                .map(|(key, value)| (*key, value.as_ref(), ttl))
                .collect();
            let cache = fitted(self.cache.set_many(&entries))?;
            self.take_events();
            let reference = &mut self.reference;
            let mut pairs = names.iter().zip(&values);
            let expected = pairs
                .clone()
                .try_for_each(|(key, value)| reference.fits(key, value.as_ref().len()))
                .and_then(|()| {
                    pairs.try_for_each(|(key, value)| reference.set(key, value.clone(), ttl))
                });
            same(cache, expected)
        } else if step.call % 32 == 21 {
            let cache: Vec<_> = self
                .cache
                .get_many(&names)
                .into_iter()
                .map(stored)
                .collect();
            self.take_events();
            let reference = names.iter().map(|key| self.reference.get(key)).collect();
            same(cache, reference)
        } else {
            let cache = self.cache.delete_many(&names);
            self.take_events();
            let gone = names
                .iter()
                .filter(|key| self.reference.remove(key).is_some());
            same(cache, gone.count())
        }
    }

    /// All keys by pages: each exactly once.
    pub(super) fn keys(&mut self, limit: usize) -> Result<(), String> {
        let mut cursor = Some(0);
        let mut keys = Vec::new();
        while let Some(at) = cursor {
            let page = self.cache.keys(at, limit);
            keys.extend(page.items);
            cursor = page.next;
        }
        let unique: BTreeSet<String> = keys.iter().cloned().collect();
        same(keys.len(), unique.len())?;
        let live = self.reference.snapshot().into_iter().map(|entry| entry.key);
        same(unique, live.collect())
    }
}
