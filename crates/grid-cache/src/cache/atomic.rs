//! Calls that read and write in one step, so that one of several threads wins.

use super::Cache;
use crate::{Error, Ttl, Value, ValueRef};

impl Cache {
    /// Removes a key, ends its lease and returns its value; `None` if it is not there or has expired. One of several threads gets it.
    pub fn take(&self, key: &str) -> Option<Value> {
        let hash = self.hash(key);
        self.with(|store| store.take(hash, key, &self.shared.clock))
    }

    /// The value of a key, and whether this call inserted it: an existing key keeps its value and its TTL. One of several threads inserts
    /// its value, and all get that. Either way the key becomes the most recently used.
    ///
    /// # Errors
    /// Those of [`Cache::set`], for a key that is not there.
    pub fn get_or_insert<'v>(
        &self,
        key: &str,
        value: impl Into<ValueRef<'v>>,
        ttl: Option<Ttl>,
    ) -> Result<(Value, bool), Error> {
        let (hash, clock) = (self.hash(key), &self.shared.clock);
        // An existing key copies nothing.
        if let Some(value) = self.with(|store| store.get_if_there(hash, key, clock).cloned()) {
            return Ok((value, false));
        }
        let value = self.copy_in(key, value.into())?;
        let ttl = self.ttl_or_own(ttl);
        self.with(|store| {
            if let Some(value) = store.get(hash, key, clock) {
                return Ok((value.clone(), false));
            }
            store.set(hash, key, value.clone(), ttl, clock)?;
            Ok((value, true))
        })
    }

    /// Adds to a count, which is the text of an integer of 64 bits, and returns the sum; a missing key counts as 0. The entry keeps its
    /// TTL, which restarts if reads restart TTLs; a new one gets `ttl`, or the cache's own. It becomes the most recently used.
    ///
    /// # Errors
    /// [`Error::NotACount`] (`GRID_ARGUMENT`) for any other value, [`Error::CountOverflow`] (`GRID_LIMIT`) for a
    /// sum past 64 bits, and those of [`Cache::set`]; then the value stays as it is.
    pub fn incr(&self, key: &str, by: i64, ttl: Option<Ttl>) -> Result<i64, Error> {
        let (hash, clock) = (self.hash(key), &self.shared.clock);
        let ttl = self.ttl_or_own(ttl);
        self.check_size(key, ValueRef::Text(""))?;
        self.with(|store| {
            let Some((number, _)) = store.live(hash, key, clock) else {
                let value = Value::new(key, by.to_string().as_str().into())?;
                store.set(hash, key, value, ttl, clock)?;
                return Ok(by);
            };
            let value = store.table.value(number).and_then(Value::as_str);
            let value: i64 = value
                .and_then(|text| text.parse().ok())
                .ok_or(Error::NotACount)?;
            let sum = value
                .checked_add(by)
                .ok_or(Error::CountOverflow { value, by })?;
            let now = store.now(false, clock);
            let life = store.table.renewed_life(number, now);
            let value = Value::new(key, sum.to_string().as_str().into())?;
            store.put(hash, key, value, life, None, now)?;
            Ok(sum)
        })
    }
}
