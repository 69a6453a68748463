//! Calls about one key, except the hot ones.

use grid_cache::TimeLeft;
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use super::{Cache, GivenTtl, JsResult, to_js, ttl_of};
use crate::direct::Arg;
use crate::error::OrThrow;

#[napi]
impl Cache {
    /// Removes an entry; returns its value.
    #[napi(catch_unwind)]
    pub fn take<'env>(&self, env: &'env Env, key: String) -> Result<JsResult<'env>> {
        let taken = self.change(*env, |cache| Ok(cache.take(&key)))?;
        to_js(env, taken)
    }

    /// The value of a key; if there is none, the given one is stored first.
    #[napi(catch_unwind)]
    pub fn get_or_insert<'env>(
        &self,
        env: &'env Env,
        key: String,
        value: Arg<'_>,
        ttl: Option<GivenTtl>,
    ) -> Result<JsResult<'env>> {
        let (value, _) = self.change_by(*env, &value, |cache, value| {
            cache.get_or_insert(&key, value, ttl_of(ttl)?)
        })?;
        to_js(env, Some(value))
    }

    /// Adds to a count; returns the sum.
    #[napi(catch_unwind)]
    pub fn incr(&self, env: Env, key: String, by: i64, ttl: Option<GivenTtl>) -> Result<BigInt> {
        let sum = self.change(env, |cache| Ok(cache.incr(&key, by, ttl_of(ttl)?)?))?;
        Ok(BigInt::from(sum))
    }

    /// Makes a key the most recently used; returns whether it is there.
    #[napi(catch_unwind)]
    pub fn touch(&self, env: Env, key: String) -> Result<bool> {
        Ok(self.cache(env)?.touch(&key))
    }

    /// Gives an entry another TTL; returns whether it is there.
    #[napi(catch_unwind)]
    pub fn expire(&self, env: Env, key: String, ttl: GivenTtl) -> Result<bool> {
        let cache = self.cache(env)?;
        ttl_of(Some(ttl))
            .map(|ttl| cache.expire(&key, ttl))
            .or_throw(env)
    }

    /// Milliseconds until an entry expires; null if it does not expire, undefined if it is not there.
    #[napi(catch_unwind)]
    pub fn ttl(&self, env: Env, key: String) -> Result<Either3<f64, Null, ()>> {
        Ok(match self.cache(env)?.ttl_of(&key) {
            TimeLeft::Missing => Either3::C(()),
            TimeLeft::Never => Either3::B(Null),
            TimeLeft::Expires(left) => Either3::A(left.as_micros() as f64 / 1000.0),
        })
    }
}
