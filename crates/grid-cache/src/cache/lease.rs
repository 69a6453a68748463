//! Compute once: of all callers that miss a key, one computes it.

use std::time::Duration;

use super::Cache;
use crate::leases::{Asked, Lease, LeaseToken, Wake};
use crate::{Error, Ttl, ValueRef};

impl Cache {
    /// The value of a key, as [`Cache::get`] gives it, or the right to compute it. The right is one caller's until `fulfil` or
    /// `abandon`, until the key is set, counted up or deleted or the cache cleared, and for `term` at most: a holder that died
    /// needs no cleaning up. All others are told to wait.
    ///
    /// `wake` is kept for a caller that has to wait, and called once, outside of all locks, when the lease ends. Nothing runs
    /// by itself, so a lease that ends by its time wakes others only when someone asks: wait no longer than [`Lease::Busy`]
    /// says.
    ///
    /// # Errors
    /// [`Error::TooManyLeases`] (`GRID_LIMIT`) past [`crate::MAX_LEASES`], [`crate::MAX_WAITERS`], or as many bytes of keys with
    /// leases as the byte cap: they come beside it. [`Error::EntryTooLarge`] (`GRID_LIMIT`) for a key that leaves no room for a
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

    /// Sets the key of a lease, ends it and wakes those who wait; whether the lease still stood. One that has ended sets
    /// nothing: what its holder computed may be older than what is there.
    ///
    /// # Errors
    /// Those of [`Cache::set`]; the lease ends then too, so that another caller may try.
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

    /// Ends a lease without a value and wakes those who wait, the first of whom to ask gets the next; whether it still stood.
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
