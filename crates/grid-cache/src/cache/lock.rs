//! The lock of a cache.

use super::Cache;
use crate::store::Store;
use crate::sync::MutexGuard;

impl Cache {
    /// Runs a critical section, then its work outside of the lock.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Store) -> R) -> R {
        let mut store = self.lock();
        let result = work(&mut store);
        let after = store.take_after();
        drop(store);
        if let Some(after) = after {
            after.run();
        }
        result
    }

    /// The lock. By design nothing inside it panics. If it happens anyway, links may be incomplete, and the cache starts empty: it may
    /// forget, but it must not answer wrongly or end its process.
    pub(super) fn lock(&self) -> MutexGuard<'_, Store> {
        self.shared.store.lock().unwrap_or_else(|poisoned| {
            let mut store = poisoned.into_inner();
            store.reset();
            self.shared.store.clear_poison();
            store
        })
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use crate::{Cache, CacheOptions, Interest, Ttl};

    #[test]
    fn a_panic_under_the_lock_only_empties_the_cache() {
        let cache = Cache::new(&CacheOptions::default()).unwrap();
        cache.set("k", "v", None).unwrap();
        let other = cache.clone();
        let died = std::thread::spawn(move || {
            let _guard = other.lock();
            panic!("a fault inside the lock");
        });
        assert!(died.join().is_err());
        assert_eq!((cache.get("k"), cache.len(), cache.bytes()), (None, 0, 0));
        cache.set("k", "w", None).unwrap();
        assert_eq!(cache.get("k").unwrap().as_str(), Some("w"));
        cache.verify().unwrap();
    }

    #[test]
    fn a_panic_under_the_lock_wakes_all_waiters() {
        let cache = Cache::new(&CacheOptions::default()).unwrap();
        let woken = Arc::new(AtomicUsize::new(0));
        let wake = |calls: Cache| {
            let woken = Arc::clone(&woken);
            move || {
                woken.fetch_add(1, Ordering::Relaxed);
                assert!(calls.is_empty(), "no lock is held");
            }
        };
        let _events = cache.subscribe(10, Interest::All, Box::new(wake(cache.clone())));
        cache.lease("k", Ttl::MAX, None).unwrap();
        let waits = Some(Box::new(wake(cache.clone())) as crate::Wake);
        cache.lease("k", Ttl::MAX, waits).unwrap();
        cache.set("other", "v", None).unwrap();
        let dies = catch_unwind(AssertUnwindSafe(|| {
            cache.with(|store| {
                store.remove(cache.hash("other"), "other", &cache.shared.clock);
                panic!("a fault inside the lock");
            })
        }));
        assert!(dies.is_err());
        assert_eq!(cache.get("k"), None);
        assert_eq!(
            (woken.load(Ordering::Relaxed), cache.stats().leases),
            (2, 0)
        );
    }
}
