//! Named caches: one map for the whole process.
//!
//! The map holds its caches for good, not as weak references: workers come and go, and what they share must outlive the
//! moment in which none of them runs. [`Cache::forget`] takes a name out. Names are meant to be few and fixed; a program that
//! makes them up by request grows the map without end.

use std::sync::LazyLock;

use dashmap::DashMap;

use crate::clock::Clock;
use crate::limits::{Limit, Limits};
use crate::{Cache, CacheOptions, Error, Ttl};

static CACHES: LazyLock<DashMap<String, Cache>> = LazyLock::new(DashMap::new);

impl Cache {
    /// The cache of this name, the same in every thread; made by the first call. An option that is left out takes what the
    /// cache has, or its default when this call makes it.
    ///
    /// # Errors
    /// [`Error::Count`] for a cap that is out of its range, [`Error::OptionsDiffer`] for an option that the cache has with
    /// another value (both `GRID_ARGUMENT`); then the cache stays as it is.
    pub fn open(name: &str, options: &CacheOptions) -> Result<Self, Error> {
        let limits = Limits::try_from(options)?;
        // The guard of this entry locks a shard of the map. Nothing under it comes back to the map, so it cannot deadlock.
        let cache = CACHES
            .entry(name.to_owned())
            .or_insert_with(|| Cache::with_clock(limits, Clock::system()))
            .clone();
        cache.check_same_options(name, options)?;
        Ok(cache)
    }

    /// Takes a name out of the map; whether it was there. Handles that are open keep working on the old cache, and the next
    /// [`Cache::open`] of the name makes a new one.
    pub fn forget(name: &str) -> bool {
        CACHES.remove(name).is_some()
    }

    /// Refuses the first given option that is not what the cache has.
    fn check_same_options(&self, name: &str, asked: &CacheOptions) -> Result<(), Error> {
        let differ = |option, existing, asked| {
            Err(Error::OptionsDiffer {
                name: name.to_owned(),
                option,
                existing,
                asked,
            })
        };
        match (asked.max_entries, asked.max_bytes, asked.ttl) {
            (Some(count), _, _) if count != self.max_entries() => differ(
                Limit::Entries.name(),
                self.max_entries().to_string(),
                count.to_string(),
            ),
            (_, Some(count), _) if count != self.max_bytes() => differ(
                Limit::Bytes.name(),
                self.max_bytes().to_string(),
                count.to_string(),
            ),
            (_, _, Some(ttl)) if Some(ttl) != self.ttl() => {
                let existing = self.ttl().map_or("none".to_owned(), millis);
                differ("TTL", existing, millis(ttl))
            }
            _ => Ok(()),
        }
    }
}

/// A TTL in words.
fn millis(ttl: Ttl) -> String {
    format!("{} ms", ttl.as_millis())
}
