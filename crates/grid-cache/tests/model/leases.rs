//! Steps about leases.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use grid_cache::{Error, Lease, Wake};

use super::run::{Run, fitted, same, stored};
use super::step::{Kept, Step, ttl};

impl Run {
    pub(super) fn lease(&mut self, key: &str, step: &Step) -> Result<(), String> {
        let term = 1 + u64::from(step.value);
        let woken = Arc::clone(&self.woken);
        let wake: Option<Wake> = (!step.other.is_multiple_of(4)).then(|| {
            let wake: Wake = Box::new(move || {
                woken.fetch_add(1, Ordering::Relaxed);
            });
            wake
        });
        let waits = usize::from(wake.is_some());
        let cache = self.cache.lease(key, ttl(term), wake);
        self.take_events();
        let reference = &mut self.reference;
        if reference.fits(key, 0).is_err() {
            return same(matches!(cache, Err(Error::EntryTooLarge { .. })), true);
        }
        if let Some(value) = reference.get(key) {
            return match cache {
                Ok(Lease::Value(found)) => same(stored(Some(found)), Some(value)),
                other => Err(format!("the cache returned {other:?}, not {value:?}")),
            };
        }
        if reference.is_leased(key) {
            let now = reference.now;
            let (ends, waiting) = reference.leases.get_mut(key).ok_or("no lease")?;
            *waiting += waits;
            return same(cache, Ok(Lease::Busy(Duration::from_micros(*ends - now))));
        }
        if !reference.grant_lease(key, term) {
            return same(matches!(cache, Err(Error::TooManyLeases { .. })), true);
        }
        let Ok(Lease::Granted(token)) = cache else {
            return Err(format!("the cache returned {cache:?}, not a lease"));
        };
        if self.tokens.iter().any(|(_, known)| *known == token) {
            return Err(format!("{token:?} was granted twice"));
        }
        self.tokens.push((key.to_owned(), token));
        Ok(())
    }

    /// Fulfils or abandons a lease of this run; only the last one of a key can still be valid.
    pub(super) fn end_lease(&mut self, value: Kept, step: &Step) -> Result<(), String> {
        if self.tokens.is_empty() {
            return Ok(());
        }
        let back = usize::from(step.other / 2) % self.tokens.len().min(6);
        let at = self.tokens.len() - 1 - back;
        let (key, token) = self.tokens[at].clone();
        let newer = self.tokens[at + 1..].iter().any(|(other, _)| *other == key);
        let stands = !newer && self.reference.is_leased(&key);
        if step.other.is_multiple_of(2) {
            let cache = self.cache.abandon(&key, token);
            if stands {
                self.reference.end_lease(&key);
            }
            return same(cache, stands);
        }
        let ttl = Step::ttl_of(step.ttl);
        let cache = fitted(self.cache.fulfil(&key, token, value.as_ref(), ttl))?;
        self.take_events();
        let reference = &mut self.reference;
        let fits = reference.fits(&key, value.as_ref().len());
        if !stands {
            return same(cache, Ok(false));
        }
        reference.end_lease(&key);
        let expected = fits.and_then(|()| reference.set(&key, value, ttl).map(|()| true));
        same(cache, expected)
    }
}
