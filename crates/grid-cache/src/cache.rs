//! The handle of a cache: what threads and bindings hold.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::clock::Clock;
use crate::limits::Limits;
use crate::store::Store;
use crate::{CacheOptions, ENTRY_OVERHEAD, Error, Ttl, Value, ValueRef};

/// Expired entries that one hold of the lock removes, so that other threads wait for microseconds.
const CLEANUP_BATCH: usize = 256;

/// A bounded cache. A clone is another handle of the same cache, for any thread.
///
/// One lock guards everything: an exact order of use is one order. It is held for the links of an entry alone; keys are
/// hashed and values copied outside, and a read copies nothing.
#[derive(Clone)]
pub struct Cache {
    shared: Arc<Shared>,
}

struct Shared {
    limits: Limits,
    clock: Clock,
    /// SipHash with a key of this cache: keys may come from an attacker, who must not be able to make chains long.
    hasher: RandomState,
    store: Mutex<Store>,
}

impl Cache {
    /// A cache of its own, without a name.
    ///
    /// # Errors
    /// [`Error::Count`] (`GRID_ARGUMENT`) for a cap that is out of its range.
    pub fn new(options: &CacheOptions) -> Result<Self, Error> {
        Ok(Self::with_clock(
            Limits::try_from(options)?,
            Clock::system(),
        ))
    }

    /// A cache on a clock of its own.
    pub(crate) fn with_clock(limits: Limits, clock: Clock) -> Self {
        let store = Mutex::new(Store::new(limits));
        Self {
            shared: Arc::new(Shared {
                limits,
                clock,
                hasher: RandomState::new(),
                store,
            }),
        }
    }

    /// Sets a key, which becomes the most recently used. A value that was there is replaced, its TTL too: by `ttl`, or by the
    /// cache's own when that is `None`.
    ///
    /// Entries that the caps leave no room for go first: expired ones, then the least recently used.
    ///
    /// # Errors
    /// [`Error::EntryTooLarge`] or [`Error::KeyTooLong`] (`GRID_LIMIT`) for an entry that even an empty cache cannot hold;
    /// then nothing changes, and the key keeps its old value.
    pub fn set<'v>(
        &self,
        key: &str,
        value: impl Into<ValueRef<'v>>,
        ttl: Option<Ttl>,
    ) -> Result<(), Error> {
        let value = value.into();
        let needed = key
            .len()
            .saturating_add(value.len())
            .saturating_add(ENTRY_OVERHEAD);
        let max_bytes = self.shared.limits.max_bytes;
        if needed > max_bytes {
            return Err(Error::EntryTooLarge { needed, max_bytes });
        }
        let value = Value::new(key, value)?;
        let (hash, ttl) = (self.hash(key), ttl.or(self.shared.limits.ttl));
        self.store().set(hash, key, value, ttl, &self.shared.clock);
        Ok(())
    }

    /// The value of a key, which becomes the most recently used; `None` when it is not there or has expired.
    pub fn get(&self, key: &str) -> Option<Value> {
        let hash = self.hash(key);
        self.store().get(hash, key, &self.shared.clock)
    }

    /// Removes a key; whether it was there. An expired entry was not.
    pub fn delete(&self, key: &str) -> bool {
        let hash = self.hash(key);
        self.store().delete(hash, key, &self.shared.clock)
    }

    /// Entries held. Expired ones count until they are reclaimed: by a `get`, `set` or `delete` of their key, by a `set`
    /// that needs their room, or by [`Cache::cleanup_expired`].
    pub fn len(&self) -> usize {
        self.store().len()
    }

    /// Whether the cache holds no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes held: key, value and [`ENTRY_OVERHEAD`] of every entry that [`Cache::len`] counts. A [`Value`] that a reader
    /// still holds when its entry leaves does not count.
    pub fn bytes(&self) -> usize {
        self.store().bytes()
    }

    /// Removes all entries that have expired by now; how many there were. It looks at no other entry, and lets other threads
    /// in between batches.
    pub fn cleanup_expired(&self) -> usize {
        let now = self.shared.clock.now();
        let mut total = 0;
        loop {
            let removed = self.store().remove_expired(now, CLEANUP_BATCH);
            total += removed;
            if removed < CLEANUP_BATCH {
                return total;
            }
        }
    }

    /// Removes all entries.
    pub fn clear(&self) {
        let old = std::mem::replace(&mut *self.store(), Store::new(self.shared.limits));
        // The values are freed here, after the lock.
        drop(old);
    }

    /// The most entries that the cache holds.
    pub fn max_entries(&self) -> usize {
        self.shared.limits.max_entries
    }

    /// The most bytes that the cache holds.
    pub fn max_bytes(&self) -> usize {
        self.shared.limits.max_bytes
    }

    /// The TTL of entries that are set without one.
    pub fn ttl(&self) -> Option<Ttl> {
        self.shared.limits.ttl
    }

    /// Whether two handles are of the same cache.
    pub fn is_same(&self, other: &Cache) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// The 32 bits of a key's hash that the index uses.
    fn hash(&self, key: &str) -> u32 {
        self.shared.hasher.hash_one(key) as u32
    }

    /// The lock. Nothing inside it panics by design; should it happen all the same, the links may be half done, and the cache
    /// starts empty: a cache may forget, but it must not answer wrongly or take its process down.
    fn store(&self) -> MutexGuard<'_, Store> {
        self.shared.store.lock().unwrap_or_else(|poisoned| {
            let mut store = poisoned.into_inner();
            *store = Store::new(self.shared.limits);
            self.shared.store.clear_poison();
            store
        })
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("limits", &self.shared.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_under_the_lock_empties_the_cache_and_no_more() {
        let cache = Cache::new(&CacheOptions::default()).unwrap();
        cache.set("k", "v", None).unwrap();
        let other = cache.clone();
        let died = std::thread::spawn(move || {
            let _held = other.store();
            panic!("a fault inside the lock");
        });
        assert!(died.join().is_err());
        assert_eq!((cache.get("k"), cache.len(), cache.bytes()), (None, 0, 0));
        cache.set("k", "w", None).unwrap();
        assert_eq!(cache.get("k").unwrap().as_str(), Some("w"));
    }

    #[test]
    fn the_cache_ttl_is_for_entries_without_their_own() {
        let micros = Arc::new(std::sync::atomic::AtomicU64::new(0));
        let ttl = Ttl::from_millis(10.0).unwrap();
        let limits = Limits::try_from(&CacheOptions {
            ttl: Some(ttl),
            ..CacheOptions::default()
        })
        .unwrap();
        let cache = Cache::with_clock(limits, Clock::Stepped(Arc::clone(&micros)));
        cache.set("default", "v", None).unwrap();
        cache
            .set("own", "v", Some(Ttl::from_millis(20.0).unwrap()))
            .unwrap();
        micros.store(10_000, std::sync::atomic::Ordering::Relaxed);
        assert_eq!((cache.len(), cache.get("default")), (2, None));
        assert!(cache.get("own").is_some());
    }

    #[test]
    fn cleanup_goes_on_past_one_batch() {
        let micros = Arc::new(std::sync::atomic::AtomicU64::new(0));
        let limits = Limits::try_from(&CacheOptions::default()).unwrap();
        let cache = Cache::with_clock(limits, Clock::Stepped(Arc::clone(&micros)));
        for n in 0..2 * CLEANUP_BATCH {
            cache.set(&n.to_string(), "v", Some(Ttl::MAX)).unwrap();
        }
        cache.set("stays", "v", None).unwrap();
        micros.store(u64::MAX, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(
            (cache.cleanup_expired(), cache.len()),
            (2 * CLEANUP_BATCH, 1)
        );
        assert_eq!(cache.cleanup_expired(), 0);
    }
}
