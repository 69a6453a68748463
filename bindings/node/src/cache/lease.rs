//! Leases: the right to compute a missing key.

use std::sync::Arc;

use grid_cache::{Lease, LeaseToken, Ttl, Wake};
use napi::Env;
use napi::bindgen_prelude::*;
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

use super::{Cache, GivenTtl, JsResult, to_js, ttl_of};
use crate::direct::Arg;
use crate::error::OrThrow;

/// The answer to a lease; it has one of the three.
#[napi(object, object_from_js = false)]
pub struct LeaseAnswer<'env> {
    /// Its value.
    pub value: JsResult<'env>,
    /// The right to compute it.
    pub token: Option<f64>,
    /// Most milliseconds to wait for the holder of the lease.
    pub wait_ms: Option<f64>,
}

#[napi]
impl Cache {
    /// Sets the function that gets the number of a waiter whose lease has ended. It does not keep the process alive.
    #[napi(catch_unwind)]
    pub fn on_wake(&mut self, wake: Function<'_, u32, ()>) -> Result<()> {
        let waker = wake
            .build_threadsafe_function::<u32>()
            .weak::<true>()
            .build()?;
        self.waker = Some(Arc::new(waker));
        Ok(())
    }

    /// The value of a key, or a lease of it, or the time to wait for another lease of it.
    #[napi(catch_unwind)]
    pub fn lease<'env>(
        &self,
        env: &'env Env,
        key: String,
        term_ms: f64,
        waiter: u32,
    ) -> Result<LeaseAnswer<'env>> {
        let cache = self.cache(*env)?;
        let wake = self.waker.clone().map(|waker| -> Wake {
            // A thread that is ending takes no more calls.
            Box::new(move || _ = waker.call(waiter, ThreadsafeFunctionCallMode::NonBlocking))
        });
        let lease = Ttl::from_millis(term_ms)
            .and_then(|term| cache.lease(&key, term, wake))
            .or_throw(*env)?;
        let (value, token, wait_ms) = match lease {
            Lease::Value(value) => (Some(value), None, None),
            Lease::Granted(token) => (None, Some(token.as_u64() as f64), None),
            Lease::Busy(left) => (None, None, Some(left.as_micros() as f64 / 1000.0)),
        };
        Ok(LeaseAnswer {
            value: to_js(env, value)?,
            token,
            wait_ms,
        })
    }

    /// Stores the computed value; returns whether the lease was still valid.
    #[napi(catch_unwind)]
    pub fn fulfil(
        &self,
        env: Env,
        key: String,
        token: f64,
        value: Arg<'_>,
        ttl: Option<GivenTtl>,
    ) -> Result<bool> {
        let token = LeaseToken::from_u64(token as u64);
        self.change_by(env, &value, |cache, value| {
            cache.fulfil(&key, token, value, ttl_of(ttl)?)
        })
    }

    /// Ends a lease without a value; returns whether it was still valid.
    #[napi(catch_unwind)]
    pub fn abandon(&self, env: Env, key: String, token: f64) -> Result<bool> {
        let token = LeaseToken::from_u64(token as u64);
        Ok(self.cache(env)?.abandon(&key, token))
    }
}
