//! Longer steps about one key.

use grid_cache::{Error, Ttl};

use super::reference::{Entry, NEVER};
use super::run::{Run, fitted, same, stored};
use super::step::{Kept, Step};

impl Run {
    pub(super) fn expire(&mut self, key: &str, ttl: Option<Ttl>) -> Result<(), String> {
        let cache = self.cache.expire(key, ttl);
        self.take_events();
        let now = self.reference.now;
        let at = self.reference.live(key);
        if let Some(at) = at {
            let micros = match ttl {
                None | Some(Ttl::NEVER) => NEVER,
                Some(ttl) => (ttl.as_millis() * 1000.0).round() as u64,
            };
            let ttl = self.reference.kept_ttl(micros);
            let entry = &mut self.reference.entries[at];
            (entry.deadline, entry.ttl) = (now.saturating_add(micros), ttl);
        }
        same(cache, at.is_some())
    }

    pub(super) fn incr(&mut self, key: &str, step: &Step) -> Result<(), String> {
        let by = match step.other % 4 {
            0 => i64::MIN,
            1 => i64::MAX,
            _ => i64::from(step.other) - 500,
        };
        let ttl = Step::ttl_of(step.ttl);
        let cache = match self.cache.incr(key, by, ttl) {
            Err(Error::EntryTooLarge { .. }) => Err("too large"),
            Err(Error::NotACount) => Err("no count"),
            Err(Error::CountOverflow { .. }) => Err("overflow"),
            Err(other) => return Err(other.to_string()),
            Ok(sum) => Ok(sum),
        };
        self.take_events();
        same(cache, self.incr_reference(key, by, ttl))
    }

    fn incr_reference(
        &mut self,
        key: &str,
        by: i64,
        ttl: Option<Ttl>,
    ) -> Result<i64, &'static str> {
        let reference = &mut self.reference;
        let too_large = |_| "too large";
        reference.fits(key, 0).map_err(too_large)?;
        let Some(at) = reference.live(key) else {
            let value = Kept::Text(by.to_string());
            return reference
                .set(key, value, ttl)
                .map(|()| by)
                .map_err(too_large);
        };
        let Entry {
            value,
            mut deadline,
            ttl,
            ..
        } = reference.entries[at].clone();
        let Kept::Text(text) = value else {
            return Err("no count");
        };
        let old: i64 = text.parse().map_err(|_| "no count")?;
        let sum = old.checked_add(by).ok_or("overflow")?;
        if reference.setup.sliding && deadline != NEVER {
            deadline = reference.now + ttl;
        }
        let value = Kept::Text(sum.to_string());
        reference
            .put(key, value, deadline, ttl, None)
            .map_err(too_large)?;
        Ok(sum)
    }

    pub(super) fn get_or_insert(
        &mut self,
        key: &str,
        value: Kept,
        ttl: Option<Ttl>,
    ) -> Result<(), String> {
        let cache = self.cache.get_or_insert(key, value.as_ref(), ttl);
        let cache = fitted(cache)?.map(|(value, inserted)| (stored(Some(value)), inserted));
        self.take_events();
        let reference = &mut self.reference;
        let expected = if let Some(at) = reference.live(key) {
            reference.counts.hits += 1;
            Ok((Some(reference.touch(at)), false))
        } else {
            reference.fits(key, value.as_ref().len()).and_then(|()| {
                reference.counts.misses += 1;
                reference.set(key, value.clone(), ttl)?;
                Ok((Some(value), true))
            })
        };
        same(cache, expected)
    }
}
