//! Caches that a number of bytes bounds.

use crate::error::Error;
use grid_cache::{Cache, CacheOptions, Ttl};

/// A cache of at most `max_bytes`; `None` for 0. Its entries stay for `ttl_ms`, or with 0 as long as there is room.
pub(crate) fn of(max_bytes: u32, ttl_ms: u32) -> Result<Option<Cache>, Error> {
    if max_bytes == 0 {
        return Ok(None);
    }
    let ttl = match ttl_ms {
        0 => None,
        ms => Some(Ttl::from_millis(ms.into())),
    };
    let cache = ttl.transpose().and_then(|ttl| {
        Cache::new(&CacheOptions {
            max_entries: Some(usize::try_from(i32::MAX).unwrap_or(usize::MAX)),
            max_bytes: Some(max_bytes as usize),
            ttl,
            ..CacheOptions::default()
        })
    });
    cache
        .map(Some)
        .map_err(|error| Error::argument(error.to_string()))
}
