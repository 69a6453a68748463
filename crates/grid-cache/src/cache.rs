//! The handle of a cache, for threads and bindings.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::clock::{Clock, ManualClock};
use crate::events::Queue;
use crate::limits::Settings;
use crate::store::Store;
use crate::sync::{AtomicUsize, Mutex};
use crate::table::Table;
use crate::{CacheOptions, Error, Interest, Policy, Stats, Subscription, Ttl, Value, ValueRef};

mod atomic;
mod batch;
mod check;
mod lease;
mod lock;
mod resize;
mod scan;
mod snapshot;
mod time;

pub use scan::Page;
pub use snapshot::Restored;
pub use time::TimeLeft;

/// A bounded cache. A clone is another handle of the same cache, for any thread.
///
/// One lock guards everything: an exact order of use is one order. It only covers the links of an entry; keys are hashed and values
/// copied outside, and a read copies nothing.
#[derive(Clone)]
pub struct Cache {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    /// The options of the cache; its caps may have been resized since.
    settings: Settings,
    name: Option<Name>,
    clock: Clock,
    /// SipHash with a key of this cache: an attacker may choose the keys, and must not be able to make chains long.
    hasher: RandomState,
    /// The byte cap, so that an entry that is too large is refused before it is copied.
    max_bytes: AtomicUsize,
    store: Mutex<Store>,
}

/// The name of a cache in the map of names.
pub(crate) struct Name {
    pub(crate) text: Box<str>,
    /// Runs when the cache has no handles left.
    pub(crate) last_handle_dropped: fn(&str, &Shared),
}

impl Cache {
    /// A cache without a name.
    ///
    /// # Errors
    /// [`Error::Count`] (`GRID_ARGUMENT`) for a cap that is out of its range.
    pub fn new(options: &CacheOptions) -> Result<Self, Error> {
        let settings = Settings::try_from(options)?;
        Ok(Self::with_settings(settings, None, Clock::system()))
    }

    /// A cache without a name on a manual clock, to test a program's behaviour when entries expire.
    ///
    /// # Errors
    /// [`Error::Count`] (`GRID_ARGUMENT`) for a cap that is out of its range.
    pub fn on_clock(options: &CacheOptions, clock: &ManualClock) -> Result<Self, Error> {
        let settings = Settings::try_from(options)?;
        let clock = Clock::Manual(clock.clone());
        Ok(Self::with_settings(settings, None, clock))
    }

    /// A cache from checked options.
    pub(crate) fn with_settings(settings: Settings, name: Option<Name>, clock: Clock) -> Self {
        Self {
            shared: Arc::new(Shared {
                settings,
                name,
                clock,
                hasher: RandomState::new(),
                max_bytes: AtomicUsize::new(settings.limits.max_bytes),
                store: Mutex::new(Store::new(&settings)),
            }),
        }
    }

    /// Sets a key, which becomes the most recently used. It replaces an old value and its TTL: the new TTL is `ttl`, or the cache's own
    /// if that is `None`. With [`Ttl::NEVER`] the entry does not expire, whatever the cache's TTL.
    ///
    /// If a cap leaves no room, entries are removed first: expired ones, then those that the [`Policy`] chooses.
    ///
    /// # Errors
    /// [`Error::EntryTooLarge`] or [`Error::KeyTooLong`] for an entry that even an empty cache cannot hold,
    /// [`Error::OutOfMemory`] if the allocation fails (all `GRID_LIMIT`); then nothing changes, and the key keeps its old value.
    pub fn set<'v>(
        &self,
        key: &str,
        value: impl Into<ValueRef<'v>>,
        ttl: Option<Ttl>,
    ) -> Result<(), Error> {
        let value = self.copy_in(key, value.into())?;
        let (hash, ttl) = (self.hash(key), self.ttl_or_own(ttl));
        self.with(|store| store.set(hash, key, value, ttl, &self.shared.clock))
    }

    /// The value of a key, which becomes the most recently used; `None` if it is not there or has expired.
    pub fn get(&self, key: &str) -> Option<Value> {
        let hash = self.hash(key);
        self.with(|store| store.get(hash, key, &self.shared.clock).cloned())
    }

    /// As [`Cache::get`], but a miss is not counted, for callers that then ask in another way.
    pub fn get_if_there(&self, key: &str) -> Option<Value> {
        let (hash, clock) = (self.hash(key), &self.shared.clock);
        self.with(|store| store.get_if_there(hash, key, clock).cloned())
    }

    /// The value of a key as [`Cache::get`] returns it, without a change: neither to the order of use, nor to a TTL, nor to a count.
    pub fn peek(&self, key: &str) -> Option<Value> {
        let hash = self.hash(key);
        self.with(|store| {
            let (number, _) = store.look(hash, key, &self.shared.clock)?;
            store.table.value(number).cloned()
        })
    }

    /// Whether a key is there and has not expired; nothing changes.
    pub fn contains(&self, key: &str) -> bool {
        let hash = self.hash(key);
        self.with(|store| store.look(hash, key, &self.shared.clock).is_some())
    }

    /// Removes a key and ends its lease; returns whether it was there. An expired entry was not.
    pub fn delete(&self, key: &str) -> bool {
        let hash = self.hash(key);
        self.with(|store| store.remove(hash, key, &self.shared.clock))
            .is_some()
    }

    /// Number of entries. Expired ones count until they are reclaimed: by a `get`, `set` or `delete` of their key, by a `set`
    /// that needs their room, or by [`Cache::cleanup_expired`].
    pub fn len(&self) -> usize {
        self.lock().table.len()
    }

    /// Whether the cache has no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all entries that [`Cache::len`] counts: key, value and [`Policy::entry_overhead`]. A [`Value`] that a reader still has
    /// after its entry was removed does not count.
    pub fn bytes(&self) -> usize {
        self.lock().table.bytes()
    }

    /// Removes all entries and ends all leases. It sends no events.
    pub fn clear(&self) {
        // The values are freed with this table, after the lock.
        let settings = self.settings();
        let mut table = Table::new(settings.policy, settings.sliding);
        self.with(|store| store.swap_table(&mut table));
    }

    /// The counts and the size of the cache, at one instant.
    pub fn stats(&self) -> Stats {
        self.lock().stats()
    }

    /// Queues events of removed entries, in the order of removal: [`Interest`] says which. The queue has at most `capacity` events, at
    /// least 1, with keys of 256 bytes on average; further ones are counted and dropped. The first event of an empty queue calls
    /// `wake`, on the thread whose call removed the entry and outside of all locks; it should only notify a reader. If it panics, that
    /// call panics, after all other wakes were called. `clear` and `restore` send no events. It ends when the subscription is dropped.
    pub fn subscribe(
        &self,
        capacity: usize,
        interest: Interest,
        wake: Box<dyn Fn() + Send + Sync>,
    ) -> Subscription {
        let queue = Arc::new(Queue::new(capacity, interest, wake));
        self.with(|store| store.add_queue(Arc::clone(&queue)));
        Subscription(queue)
    }

    /// The entry cap.
    pub fn max_entries(&self) -> usize {
        self.lock().limits().max_entries
    }

    /// The byte cap.
    pub fn max_bytes(&self) -> usize {
        self.lock().limits().max_bytes
    }

    /// The TTL of entries that are set without one.
    pub fn ttl(&self) -> Option<Ttl> {
        Some(self.shared.settings.ttl).filter(|&ttl| ttl != Ttl::NEVER)
    }

    /// The eviction policy.
    pub fn policy(&self) -> Policy {
        self.shared.settings.policy
    }

    /// Whether two handles are of the same cache.
    pub fn is_same(&self, other: &Cache) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// The options of the cache.
    pub(crate) fn settings(&self) -> Settings {
        self.shared.settings
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn from_shared(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The TTL of an entry: its own, or that of the cache.
    fn ttl_or_own(&self, ttl: Option<Ttl>) -> Ttl {
        ttl.unwrap_or(self.shared.settings.ttl)
    }

    /// Copies an entry into its stored form, unless it is too large.
    fn copy_in(&self, key: &str, value: ValueRef<'_>) -> Result<Value, Error> {
        self.check_size(key, value)?;
        Value::new(key, value)
    }

    /// Refuses an entry that is larger than the cache.
    fn check_size(&self, key: &str, value: ValueRef<'_>) -> Result<(), Error> {
        let overhead = self.policy().entry_overhead();
        let needed = key
            .len()
            .saturating_add(value.len())
            .saturating_add(overhead);
        let max_bytes = self.shared.max_bytes.load(Ordering::Relaxed);
        if needed > max_bytes {
            self.lock().count_refused();
            return Err(Error::EntryTooLarge {
                needed,
                overhead,
                max_bytes,
            });
        }
        Ok(())
    }

    /// The 32 bits of a key's hash that the index uses.
    fn hash(&self, key: &str) -> u32 {
        self.shared.hasher.hash_one(key) as u32
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            (name.last_handle_dropped)(&name.text, self);
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("name", &self.shared.name.as_ref().map(|name| &name.text))
            .field("settings", &self.shared.settings)
            .finish_non_exhaustive()
    }
}
