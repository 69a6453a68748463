//! Calls about the whole cache.

use grid_cache::{Limit, count_from_f64};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use super::Cache;
use crate::direct::Arg;
use crate::error::OrThrow;

/// What a cache has counted, and what it holds.
#[napi(object, object_from_js = false)]
pub struct CacheStats {
    pub hits: f64,
    pub misses: f64,
    pub inserts: f64,
    pub updates: f64,
    pub evicted_for_entries: f64,
    pub evicted_for_bytes: f64,
    pub evicted_by_resize: f64,
    pub expirations: f64,
    pub deletes: f64,
    pub cleared: f64,
    pub refused: f64,
    pub entries: f64,
    pub bytes: f64,
    pub peak_entries: f64,
    pub peak_bytes: f64,
    pub max_entries: f64,
    pub max_bytes: f64,
    pub leases: f64,
}

/// What a snapshot brought.
#[napi(object, object_from_js = false)]
pub struct Restored {
    /// Entries held now.
    pub entries: f64,
    /// Entries without room.
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

    /// Changes the caps; returns how many live entries had to go.
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

    /// What the cache has counted, and what it holds.
    #[napi(catch_unwind)]
    pub fn stats(&self, env: Env) -> Result<CacheStats> {
        let stats = self.cache(env)?.stats();
        Ok(CacheStats {
            hits: stats.hits as f64,
            misses: stats.misses as f64,
            inserts: stats.inserts as f64,
            updates: stats.updates as f64,
            evicted_for_entries: stats.evicted_for_entries as f64,
            evicted_for_bytes: stats.evicted_for_bytes as f64,
            evicted_by_resize: stats.evicted_by_resize as f64,
            expirations: stats.expirations as f64,
            deletes: stats.deletes as f64,
            cleared: stats.cleared as f64,
            refused: stats.refused as f64,
            entries: stats.entries as f64,
            bytes: stats.bytes as f64,
            peak_entries: stats.peak_entries as f64,
            peak_bytes: stats.peak_bytes as f64,
            max_entries: stats.max_entries as f64,
            max_bytes: stats.max_bytes as f64,
            leases: stats.leases as f64,
        })
    }

    /// All entries as bytes.
    #[napi(catch_unwind)]
    pub fn snapshot(&self, env: Env) -> Result<Buffer> {
        self.cache(env)?.snapshot().map(Buffer::from).or_throw(env)
    }

    /// Takes what a snapshot holds in place of all that is there.
    #[napi(catch_unwind)]
    pub fn restore(&self, env: Env, snapshot: Arg<'_>) -> Result<Restored> {
        let restored = self.change(env, |cache| Ok(cache.restore(&snapshot.bytes()?)?))?;
        Ok(Restored {
            entries: restored.entries as f64,
            left_out: restored.left_out as f64,
        })
    }
}
