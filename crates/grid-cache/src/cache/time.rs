//! Deadlines of entries, and changes of them.

use std::time::Duration;

use super::Cache;
use crate::Ttl;
use crate::slab::NO_DEADLINE;
use crate::table::Life;

/// The time until an entry expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLeft {
    /// The key is not there, or its entry has expired.
    Missing,
    /// The entry does not expire.
    Never,
    /// It expires after this time, unless a call changes that.
    Expires(Duration),
}

impl Cache {
    /// The time until the entry of a key expires, to the microsecond; nothing changes.
    pub fn ttl_of(&self, key: &str) -> TimeLeft {
        let hash = self.hash(key);
        self.with(|store| {
            let Some((number, now)) = store.look(hash, key, &self.shared.clock) else {
                return TimeLeft::Missing;
            };
            match store.table.deadline(number) {
                NO_DEADLINE => TimeLeft::Never,
                deadline => TimeLeft::Expires(Duration::from_micros(deadline - now)),
            }
        })
    }

    /// Makes a key the most recently used, as a read does, and restarts its TTL if reads do; returns whether it is there. It counts
    /// neither as a hit nor as a miss.
    pub fn touch(&self, key: &str) -> bool {
        let hash = self.hash(key);
        self.with(|store| {
            let Some((number, now)) = store.live(hash, key, &self.shared.clock) else {
                return false;
            };
            store.table.touch(number, now);
            true
        })
    }

    /// Gives the entry of a key another TTL, from now on, or none at all; whether the key is there. The order of use stays.
    pub fn expire(&self, key: &str, ttl: Option<Ttl>) -> bool {
        let (hash, clock) = (self.hash(key), &self.shared.clock);
        let ttl = ttl.unwrap_or(Ttl::NEVER);
        self.with(|store| {
            let Some((number, _)) = store.live(hash, key, clock) else {
                return false;
            };
            let now = store.now(ttl != Ttl::NEVER, clock);
            store.table.set_life(number, Life::starting(now, ttl));
            true
        })
    }
}
