//! All keys, a page at a time.

use super::Cache;
use crate::Value;
use crate::slab::index::SCAN_END;

/// Entries and buckets that one hold of the lock visits.
const BATCH: usize = 64;

/// A part of the entries of a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, or their keys; in no useful order.
    pub items: Vec<T>,
    /// Where the next page starts, at most 2^32; `None` after the last.
    pub next: Option<u64>,
}

impl Cache {
    /// Some of the entries that have not expired: `cursor` is 0 for the first page and [`Page::next`] of the page before for
    /// each other. [`Value::key`] has the keys. Nothing changes, neither the order of use nor a count.
    ///
    /// A key that is there all the while is given exactly once, however many others come and go, whatever is set under it, and
    /// whether the cache is resized or restored meanwhile; one that comes or goes may be given or not.
    ///
    /// A page has about `limit` items, 1 at least: a few more when hashes collide, and fewer where many entries have expired.
    /// Only `next` tells whether it is the last.
    pub fn entries(&self, cursor: u64, limit: usize) -> Page<Value> {
        let limit = limit.max(1);
        let mut items = Vec::new();
        let mut at = cursor;
        // After many removals buckets may be empty, though half of them at most once there are many.
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

    /// The same, keys alone.
    pub fn keys(&self, cursor: u64, limit: usize) -> Page<String> {
        let Page { items, next } = self.entries(cursor, limit);
        Page {
            items: items.iter().map(|value| value.key().to_owned()).collect(),
            next,
        }
    }

    /// One hold of the lock: at most so many buckets, and no more once there are so many items; where to go on.
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
                    // Slots of one place go together: a cursor cannot tell them apart.
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
