//! Calls about many keys.

use grid_cache::ValueRef;
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use super::{Cache, GivenTtl, GivenValue, JsResult, to_js, ttl_of, value_of};
use crate::error::{Failure, OrThrow};

/// A part of the keys.
#[napi(object)]
pub struct KeyPage {
    /// The keys.
    pub keys: Vec<String>,
    /// Where the next page starts.
    pub next: Option<f64>,
}

/// A part of the entries.
#[napi(object, object_from_js = false)]
pub struct EntryPage<'env> {
    /// The keys.
    pub keys: Vec<String>,
    /// Their values.
    pub values: Vec<JsResult<'env>>,
    /// Where the next page starts.
    pub next: Option<f64>,
}

#[napi]
impl Cache {
    /// Stores many entries. TTLs are `None` where no entry has one of its own; null among them is that of the cache.
    #[napi(catch_unwind)]
    pub fn set_many(
        &self,
        env: Env,
        keys: Vec<String>,
        values: Vec<GivenValue>,
        ttls: Option<Vec<Option<GivenTtl>>>,
    ) -> Result<()> {
        let cache = self.cache(env)?;
        let same = ttls.as_ref().is_none_or(|ttls| ttls.len() == keys.len());
        if !same || values.len() != keys.len() {
            return Err(Failure::argument("as many keys as values and TTLs")).or_throw(env);
        }
        let mut entries: Vec<(&str, ValueRef<'_>, _)> = Vec::with_capacity(keys.len());
        for (at, (key, value)) in keys.iter().zip(&values).enumerate() {
            let ttl = ttls.as_ref().and_then(|ttls| *ttls.get(at)?);
            entries.push((key, value_of(value), ttl_of(ttl).or_throw(env)?));
        }
        cache.set_many(&entries).or_throw(env)
    }

    /// The values of many keys.
    #[napi(catch_unwind)]
    pub fn get_many<'env>(&self, env: &'env Env, keys: Vec<String>) -> Result<Vec<JsResult<'env>>> {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let values = self.cache(*env)?.get_many(&keys);
        values.into_iter().map(|value| to_js(env, value)).collect()
    }

    /// Removes many entries; returns how many were there.
    #[napi(catch_unwind)]
    pub fn delete_many(&self, env: Env, keys: Vec<String>) -> Result<f64> {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        Ok(self.cache(env)?.delete_many(&keys) as f64)
    }

    /// Some of the keys.
    #[napi(catch_unwind)]
    pub fn key_page(&self, env: Env, cursor: f64, limit: u32) -> Result<KeyPage> {
        let page = self.cache(env)?.keys(cursor as u64, limit as usize);
        Ok(KeyPage {
            keys: page.items,
            next: page.next.map(|next| next as f64),
        })
    }

    /// Some of the entries.
    #[napi(catch_unwind)]
    pub fn entry_page<'env>(
        &self,
        env: &'env Env,
        cursor: f64,
        limit: u32,
    ) -> Result<EntryPage<'env>> {
        let page = self.cache(*env)?.entries(cursor as u64, limit as usize);
        let keys = page.items.iter().map(|value| value.key().to_owned());
        Ok(EntryPage {
            keys: keys.collect(),
            next: page.next.map(|next| next as f64),
            values: page
                .items
                .into_iter()
                .map(|value| to_js(env, Some(value)))
                .collect::<Result<_>>()?,
        })
    }
}
