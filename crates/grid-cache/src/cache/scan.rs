//! All keys, page by page.

use super::Cache;
use crate::Value;
use crate::slab::index::SCAN_END;

/// Entries and buckets per lock.
const BATCH: usize = 64;

/// Some of the entries of a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, or their keys; in no useful order.
    pub items: Vec<T>,
    /// The cursor of the next page, at most 2^32; `None` after the last.
    pub next: Option<u64>,
}

impl Cache {
    /// Some of the entries that have not expired: `cursor` is 0 for the first page and [`Page::next`] of the page before for
    /// each other. [`Value::key`] has the keys. Nothing changes, neither the order of use nor a count.
    ///
    /// A key that is there all the time is returned exactly once, however many others are inserted and removed, whatever it is set to, and
    /// also if the cache is resized or restored meanwhile. A key that is inserted or removed meanwhile may be returned or not.
    ///
    /// A page has about `limit` items, at least 1: a few more if hashes collide, and fewer if many entries have expired. Only `next` shows
    /// whether it is the last.
    pub fn entries(&self, cursor: u64, limit: usize) -> Page<Value> {
        let limit = limit.max(1);
        let mut items = Vec::new();
        let mut at = cursor;
        // After many removals buckets may be empty; if there are many buckets, at most half of them.
        let mut buckets = limit.saturating_mul(4).saturating_add(BATCH);
        while items.len() < limit && buckets > 0 && at < SCAN_END {
            let visit = buckets.min(BATCH);
            at = self.scan_some(at, limit.min(items.len() + BATCH), visit, &mut items);
            buckets -= visit;
        }
        Page {
            items,
            next: (at < SCAN_END).then_some(at),
        }
    }

    /// The same, only keys.
    pub fn keys(&self, cursor: u64, limit: usize) -> Page<String> {
        let Page { items, next } = self.entries(cursor, limit);
        Page {
            items: items.iter().map(|value| value.key().to_owned()).collect(),
            next,
        }
    }

    /// Visits at most so many buckets under the lock, and stops after so many items; returns the next cursor.
    fn scan_some(&self, from: u64, limit: usize, buckets: usize, items: &mut Vec<Value>) -> u64 {
        let clock = &self.shared.clock;
        self.with(|store| {
            let now = store.now(false, clock);
            let mut at = from;
            for _ in 0..buckets {
                let Ok(place) = u32::try_from(at) else {
                    break;
                };
                let (found, end) = store.table.scan(place);
                at = end;
                let mut last = None;
                for (place, number) in found {
                    // Slots of the same position stay together: a cursor cannot distinguish them.
                    if items.len() >= limit && last != Some(place) {
                        return place.into();
                    }
                    last = Some(place);
                    if store.table.deadline(number) > now {
                        items.extend(store.table.value(number).cloned());
                    }
                }
                if items.len() >= limit {
                    break;
                }
            }
            at
        })
    }
}
