//! Calls about all entries.

use grid_cache::{Limit, count_from_f64};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use super::Cache;
use crate::camel::camel_name;
use crate::direct::Arg;
use crate::error::OrThrow;

/// The result of a restore.
#[napi(object, object_from_js = false)]
pub struct Restored {
    /// Entries in the cache now.
    pub entries: f64,
    /// Entries that did not fit.
    pub left_out: f64,
}

#[napi]
impl Cache {
    /// Number of entries.
    #[napi(catch_unwind)]
    pub fn size(&self, env: Env) -> Result<f64> {
        Ok(self.cache(env)?.len() as f64)
    }

    /// Bytes of all entries.
    #[napi(catch_unwind)]
    pub fn bytes(&self, env: Env) -> Result<f64> {
        Ok(self.cache(env)?.bytes() as f64)
    }

    /// Removes expired entries; returns how many.
    #[napi(catch_unwind)]
    pub fn cleanup_expired(&self, env: Env) -> Result<f64> {
        self.change(env, |cache| Ok(cache.cleanup_expired() as f64))
    }

    /// Removes all entries.
    #[napi(catch_unwind)]
    pub fn clear(&self, env: Env) -> Result<()> {
        self.change(env, |cache| {
            cache.clear();
            Ok(())
        })
    }

    /// Changes the caps; returns how many live entries were evicted.
    #[napi(catch_unwind)]
    pub fn resize(
        &self,
        env: Env,
        max_entries: Option<f64>,
        max_bytes: Option<f64>,
    ) -> Result<f64> {
        self.change(env, |cache| {
            let count = |limit, count: Option<f64>| {
                count
                    .map(|count| count_from_f64(limit, cache.policy(), count))
                    .transpose()
            };
            let entries = count(Limit::Entries, max_entries)?;
            let bytes = count(Limit::Bytes, max_bytes)?;
            Ok(cache.resize(entries, bytes)? as f64)
        })
    }

    /// The counts of the cache, by name.
    #[napi(catch_unwind)]
    pub fn stats<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let mut counts = Object::new(env)?;
        for (name, count) in self.cache(*env)?.stats().fields() {
            counts.set(camel_name(name), count as f64)?;
        }
        Ok(counts)
    }

    /// All entries as bytes.
    #[napi(catch_unwind)]
    pub fn snapshot(&self, env: Env) -> Result<Buffer> {
        self.cache(env)?.snapshot().map(Buffer::from).or_throw(env)
    }

    /// Replaces all entries by those of a snapshot.
    #[napi(catch_unwind)]
    pub fn restore(&self, env: Env, snapshot: Arg<'_>) -> Result<Restored> {
        let restored = self.change(env, |cache| Ok(cache.restore(&snapshot.bytes()?)?))?;
        Ok(Restored {
            entries: restored.entries as f64,
            left_out: restored.left_out as f64,
        })
    }
}
