//! Named caches: one map for the whole process.
//!
//! A name lives as long as its handles, in all threads: a worker that ends, however it ends, drops its handles, and the last handle frees
//! the memory. If a program has times without any worker, it opens the cache in its main thread too, or sets
//! [`CacheOptions::keep`]; then only [`Cache::forget`] removes the name. Names are not kept by default: nothing shows which names a
//! program will use again, so each would be a leak.

use std::sync::{Arc, Weak};

use crate::cache::{Name, Shared};
use crate::clock::Clock;
use crate::limits::{Limit, Settings};
use crate::sync::{DashMap, Entry, LazyLock};
use crate::{Cache, CacheOptions, Error, Ttl};

/// All named caches of the process.
pub(crate) fn caches() -> &'static DashMap<String, Registered> {
    static CACHES: LazyLock<DashMap<String, Registered>> = LazyLock::new(DashMap::new);
    LazyLock::force(&CACHES)
}

/// A cache in the map.
pub(crate) struct Registered {
    shared: Weak<Shared>,
    /// Keeps the cache without handles.
    _kept: Option<Cache>,
}

impl Registered {
    fn new(cache: &Cache) -> Self {
        Self {
            shared: Arc::downgrade(cache.shared()),
            _kept: cache.settings().keep.then(|| cache.clone()),
        }
    }
}

impl Cache {
    /// The cache of this name, the same in every thread; made by the first call. An option that is left out takes the value of the
    /// cache, or its default if this call makes it.
    ///
    /// When its last handle is dropped, the name and all entries are removed, unless [`CacheOptions::keep`] is set.
    ///
    /// # Errors
    /// [`Error::Count`] for a cap that is out of its range, [`Error::OptionsDiffer`] for an option that differs from that
    /// of the cache (both `GRID_ARGUMENT`); then the cache does not change.
    pub fn open(name: &str, options: &CacheOptions) -> Result<Self, Error> {
        Self::open_with_defaults(name, options, &CacheOptions::default())
    }

    /// The same, with defaults of the caller: they count if this call makes the cache, and are not compared with its options.
    ///
    /// # Errors
    /// Those of [`Cache::open`].
    pub fn open_with_defaults(
        name: &str,
        options: &CacheOptions,
        defaults: &CacheOptions,
    ) -> Result<Self, Error> {
        let settings = Settings::try_from(&options.or(defaults))?;
        let make = || {
            let name = Name {
                text: name.into(),
                last_handle_dropped,
            };
            Cache::with_settings(settings, Some(name), Clock::system())
        };
        // The guard of an entry locks a shard of the map until the end of this statement. No cache is dropped under it, since a drop
        // locks the map again: an entry that is replaced has no cache any more.
        let cache = match caches().entry(name.to_owned()) {
            Entry::Occupied(mut entry) => match entry.get().shared.upgrade() {
                Some(shared) => Cache::from_shared(shared),
                None => {
                    let cache = make();
                    entry.insert(Registered::new(&cache));
                    cache
                }
            },
            Entry::Vacant(entry) => {
                let cache = make();
                entry.insert(Registered::new(&cache));
                cache
            }
        };
        cache.check_same_options(name, options)?;
        Ok(cache)
    }

    /// Removes a name from the map; returns whether it was there. Open handles keep working on the old cache, and the next
    /// [`Cache::open`] of the name makes a new one.
    pub fn forget(name: &str) -> bool {
        // A cache whose last handle is being dropped does not count.
        caches()
            .remove(name)
            .is_some_and(|(_, entry)| entry.shared.strong_count() > 0)
    }

    /// Refuses the first given option that differs from that of the cache.
    fn check_same_options(&self, name: &str, asked: &CacheOptions) -> Result<(), Error> {
        let has = self.settings();
        let options = [
            (
                Limit::Entries.name(),
                has.limits.max_entries.to_string(),
                asked.max_entries.map(|count| count.to_string()),
            ),
            (
                Limit::Bytes.name(),
                has.limits.max_bytes.to_string(),
                asked.max_bytes.map(|count| count.to_string()),
            ),
            (
                "policy",
                has.policy.to_string(),
                asked.policy.map(|policy| policy.to_string()),
            ),
            ("TTL", ttl_in_words(has.ttl), asked.ttl.map(ttl_in_words)),
            (
                "sliding TTL",
                has.sliding.to_string(),
                asked.sliding.map(|flag| flag.to_string()),
            ),
            (
                "keep",
                has.keep.to_string(),
                asked.keep.map(|flag| flag.to_string()),
            ),
        ];
        for (option, existing, asked) in options {
            if let Some(asked) = asked
                && asked != existing
            {
                return Err(Error::OptionsDiffer {
                    name: name.to_owned(),
                    option,
                    existing,
                    asked,
                });
            }
        }
        Ok(())
    }
}

/// Removes the name of a cache without handles from the map, unless a new cache has it.
fn last_handle_dropped(name: &str, shared: &Shared) {
    caches().remove_if(name, |_, entry| std::ptr::eq(entry.shared.as_ptr(), shared));
}

/// A TTL in words.
fn ttl_in_words(ttl: Ttl) -> String {
    if ttl == Ttl::NEVER {
        "none".to_owned()
    } else {
        format!("{} ms", ttl.as_millis())
    }
}
