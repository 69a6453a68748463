//! Calls about many keys, except the hot ones.

use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use super::{Cache, JsResult, to_js};

/// Some of the keys.
#[napi(object)]
pub struct KeyPage {
    /// The keys.
    pub keys: Vec<String>,
    /// The cursor of the next page.
    pub next: Option<f64>,
}

/// Some of the entries.
#[napi(object, object_from_js = false)]
pub struct EntryPage<'env> {
    /// The keys.
    pub keys: Vec<String>,
    /// Their values.
    pub values: Vec<JsResult<'env>>,
    /// The cursor of the next page.
    pub next: Option<f64>,
}

#[napi]
impl Cache {
    /// Removes many entries; returns how many were there.
    #[napi(catch_unwind)]
    pub fn delete_many(&self, env: Env, keys: Vec<String>) -> Result<f64> {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        self.change(env, |cache| Ok(cache.delete_many(&keys) as f64))
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
