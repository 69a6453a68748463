//! `Cache`.

use grid_cache::{CacheOptions, Ttl, ValueRef};
use napi::bindgen_prelude::*;
use napi::{Env, JsString};
use napi_derive::napi;

use crate::error::OrThrow;

/// Bounds of a cache: `{maxEntries?, maxBytes?, ttlMs?}`.
#[napi(object)]
pub struct Options {
    /// Most entries.
    pub max_entries: Option<f64>,
    /// Most bytes.
    pub max_bytes: Option<f64>,
    /// Milliseconds that an entry lives.
    pub ttl_ms: Option<f64>,
}

/// A value on its way to JavaScript; the last form is undefined.
type JsResult<'env> = Either3<JsString<'env>, BufferSlice<'env>, ()>;

/// See `ts/cache.ts`.
#[napi]
pub struct Cache(grid_cache::Cache);

#[napi]
impl Cache {
    /// A cache of its own.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, options: Options) -> Result<Self> {
        checked(options)
            .and_then(|options| grid_cache::Cache::new(&options))
            .map(Self)
            .or_throw(env)
    }

    /// The named cache of this process.
    #[napi(factory, catch_unwind)]
    pub fn open(env: Env, name: String, options: Options) -> Result<Self> {
        checked(options)
            .and_then(|options| {
                // Kept: a handle is closed when JavaScript collects it, which is no moment that a program chooses.
                let keep = Some(true);
                grid_cache::Cache::open(&name, &CacheOptions { keep, ..options })
            })
            .map(Self)
            .or_throw(env)
    }

    /// Stores text or bytes.
    #[napi(catch_unwind)]
    pub fn set(
        &self,
        env: Env,
        key: String,
        value: Either<String, &[u8]>,
        ttl_ms: Option<f64>,
    ) -> Result<()> {
        let value = match &value {
            Either::A(text) => ValueRef::Text(text),
            Either::B(bytes) => ValueRef::Bytes(bytes),
        };
        ttl_ms
            .map(Ttl::from_millis)
            .transpose()
            .and_then(|ttl| self.0.set(&key, value, ttl))
            .or_throw(env)
    }

    /// The value of a key.
    #[napi(catch_unwind)]
    pub fn get<'env>(&self, env: &'env Env, key: String) -> Result<JsResult<'env>> {
        let value = self.0.get(&key);
        match value.as_ref().map(grid_cache::Value::as_value_ref) {
            Some(ValueRef::Text(text)) => env.create_string(text).map(Either3::A),
            Some(ValueRef::Bytes(bytes)) => BufferSlice::copy_from(env, bytes).map(Either3::B),
            None => Ok(Either3::C(())),
        }
    }

    /// Removes an entry; returns whether it was there.
    #[napi(catch_unwind)]
    pub fn delete(&self, key: String) -> bool {
        self.0.delete(&key)
    }

    /// Number of entries.
    #[napi(catch_unwind)]
    pub fn size(&self) -> f64 {
        self.0.len() as f64
    }

    /// Bytes of all entries.
    #[napi(catch_unwind)]
    pub fn bytes(&self) -> f64 {
        self.0.bytes() as f64
    }

    /// Removes expired entries; returns how many.
    #[napi(catch_unwind)]
    pub fn cleanup_expired(&self) -> f64 {
        self.0.cleanup_expired() as f64
    }

    /// Removes all entries.
    #[napi(catch_unwind)]
    pub fn clear(&self) {
        self.0.clear();
    }
}

/// The options in the crate's terms.
fn checked(options: Options) -> std::result::Result<CacheOptions, grid_cache::Error> {
    CacheOptions::from_numbers(options.max_entries, options.max_bytes, options.ttl_ms)
}
