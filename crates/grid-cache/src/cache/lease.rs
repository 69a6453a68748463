//! Compute once: one of all callers that miss a key computes it.

use std::time::Duration;

use super::Cache;
use crate::leases::{Asked, Lease, LeaseToken, Wake};
use crate::{Error, Ttl, ValueRef};

impl Cache {
    /// The value of a key, as [`Cache::get`] returns it, or the right to compute it. One caller has the right until `fulfil` or
    /// `abandon`, until the key is set, incremented or deleted or the cache cleared, and for at most `term`: a holder that died
    /// needs no clean-up. All others have to wait.
    ///
    /// For a caller that has to wait, `wake` is called once, outside of all locks, when the lease ends. Nothing runs in the background,
    /// so a lease that times out wakes others only at the next call about it: wait no longer than the time of [`Lease::Busy`].
    ///
    /// # Errors
    /// [`Error::TooManyLeases`] (`GRID_LIMIT`) past [`crate::MAX_LEASES`], [`crate::MAX_WAITERS`], or as many bytes of keys with
    /// leases as the byte cap, which does not include them. [`Error::EntryTooLarge`] (`GRID_LIMIT`) for a key that leaves no room for a
    /// value.
    pub fn lease(&self, key: &str, term: Ttl, mut wake: Option<Wake>) -> Result<Lease, Error> {
        self.check_size(key, ValueRef::Text(""))?;
        let (hash, clock) = (self.hash(key), &self.shared.clock);
        self.with(|store| {
            if let Some(value) = store.get(hash, key, clock) {
                return Ok(Lease::Value(value.clone()));
            }
            let now = clock.now();
            let ends = now.saturating_add(term.as_micros());
            let mut freed = Vec::new();
            let max_bytes = store.limits().max_bytes;
            let asked = store
                .leases
                .ask(key, now, ends, max_bytes, &mut wake, &mut freed);
            store.wake_later(freed);
            Ok(match asked? {
                Asked::Granted(token) => Lease::Granted(token),
                Asked::Busy(micros) => Lease::Busy(Duration::from_micros(micros)),
            })
        })
    }

    /// Sets the key of a lease, ends it and wakes the waiters; returns whether the lease was still valid. An ended lease sets nothing:
    /// the computed value may be older than the current one.
    ///
    /// # Errors
    /// Those of [`Cache::set`]; the lease ends then too, so that another caller can try.
    pub fn fulfil<'v>(
        &self,
        key: &str,
        token: LeaseToken,
        value: impl Into<ValueRef<'v>>,
        ttl: Option<Ttl>,
    ) -> Result<bool, Error> {
        let copied = self.copy_in(key, value.into());
        let (hash, ttl) = (self.hash(key), self.ttl_or_own(ttl));
        let clock = &self.shared.clock;
        self.with(|store| {
            if !store.leases.stands(key, token, clock.now()) {
                return Ok(false);
            }
            store.end_lease(key);
            store.set(hash, key, copied?, ttl, clock)?;
            Ok(true)
        })
    }

    /// Ends a lease without a value and wakes the waiters; the first of them to ask gets the next lease. Returns whether it was still
    /// valid.
    pub fn abandon(&self, key: &str, token: LeaseToken) -> bool {
        self.with(|store| {
            let stood = store.leases.stands(key, token, self.shared.clock.now());
            if stood {
                store.end_lease(key);
            }
            stood
        })
    }
}
