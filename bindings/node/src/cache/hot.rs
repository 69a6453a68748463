//! The calls that programs make millions of times, as direct calls: see [`crate::direct`].
#![allow(unsafe_code)] // Only for the signature of `ToNapiValue`.

use std::rc::Rc;

use grid_cache::{ENTRY_OVERHEAD, Ttl, Value, ValueRef};
use napi::bindgen_prelude::*;
use napi::{Env, sys};
use napi_derive::napi;

use super::{Cache, Given, GivenTtl, to_js, ttl_of};
use crate::direct::{Call, Returned, bind};
use crate::error::Failure;
use crate::external_memory::{STEP, Slot};
use crate::texts::{Place, Texts};

type Answer<T> = std::result::Result<T, Failure>;
type Shared = Rc<Slot<grid_cache::Cache>>;

/// A value as the result of a direct call.
struct Found(Option<Value>);

impl ToNapiValue for Found {
    unsafe fn to_napi_value(env: sys::napi_env, found: Self) -> Result<sys::napi_value> {
        let env = Env::from_raw(env);
        // SAFETY: the environment is that of the call.
        unsafe { ToNapiValue::to_napi_value(env.raw(), to_js(&env, found.0)?) }
    }
}

/// The bytes of a value as the result of a direct call.
struct FoundBytes(Option<Value>);

impl ToNapiValue for FoundBytes {
    unsafe fn to_napi_value(env: sys::napi_env, found: Self) -> Result<sys::napi_value> {
        let env = Env::from_raw(env);
        let bytes = match &found.0 {
            Some(value) => Either::A(BufferSlice::copy_from(&env, value.as_bytes())?),
            None => Either::B(()),
        };
        // SAFETY: the environment is that of the call.
        unsafe { ToNapiValue::to_napi_value(env.raw(), bytes) }
    }
}

/// Values as the arguments of a function.
struct Spread(Vec<Option<Value>>);

impl JsValuesTupleIntoVec for Spread {
    fn into_vec(self, env: sys::napi_env) -> Result<Vec<sys::napi_value>> {
        self.0
            .into_iter()
            // SAFETY: the environment is that of the call.
            .map(|value| unsafe { ToNapiValue::to_napi_value(env, Found(value)) })
            .collect()
    }
}

#[napi]
impl Cache {
    /// An object of functions that are bound to this handle; `ts/cache/store.ts` has their types.
    #[napi(catch_unwind)]
    pub fn hot_calls<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        // A cache with a name may have entries of others already.
        self.cache(*env)?.report();
        let mut calls = Object::new(env)?;
        let read = |calls: &mut Object<'env>,
                    name,
                    read: fn(&grid_cache::Cache, &str) -> Option<Value>| {
            let slot = Rc::clone(&self.slot);
            bind(env, calls, name, move |call| {
                with_key(call, &slot, |cache, key| Found(read(cache, key)))
            })
        };
        read(&mut calls, "get", grid_cache::Cache::get)?;
        read(&mut calls, "getIfThere", grid_cache::Cache::get_if_there)?;
        read(&mut calls, "peek", grid_cache::Cache::peek)?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "getBuffer", move |call| {
            with_key(call, &slot, |cache, key| FoundBytes(cache.get(key)))
        })?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "has", move |call| {
            with_key(call, &slot, grid_cache::Cache::contains)
        })?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "delete", move |call| delete(call, &slot))?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "set", move |call| set(call, &slot))?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "setMany", move |call| {
            set_many(call, &slot)
        })?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "getMany", move |call| {
            get_many(call, &slot)
        })?;
        Ok(calls)
    }
}

/// Runs `work` with the key, which is the only argument.
fn with_key<T>(
    call: &Call<'_>,
    slot: &Shared,
    work: impl FnOnce(&grid_cache::Cache, &str) -> T,
) -> Answer<T> {
    let cache = slot.open()?;
    Texts::with(|texts| {
        let key = texts.push(&call.arg(0)?)?;
        Ok(work(&cache, texts.get(key)?))
    })
}

/// Argument: a key.
fn delete(call: &Call<'_>, slot: &Shared) -> Answer<bool> {
    let deleted = with_key(call, slot, grid_cache::Cache::delete)?;
    if deleted {
        // The size is not known: after some deletions the size of the cache is reported to V8.
        slot.open()?.moved(STEP / 32);
    }
    Ok(deleted)
}

/// Arguments: key, value, TTL or undefined.
fn set(call: &Call<'_>, slot: &Shared) -> Answer<()> {
    let cache = slot.open()?;
    let moved = Texts::with(|texts| {
        let key = texts.push(&call.arg(0)?)?;
        let given = Given::read(&call.arg(1)?, texts)?;
        let (key, value) = (texts.get(key)?, given.value(texts)?);
        cache.set(key, value, ttl_of(call.plain(2)?)?)?;
        Ok(ENTRY_OVERHEAD + key.len() + value.len())
    })?;
    cache.moved(moved);
    Ok(())
}

/// Arguments: keys, values and TTLs. A TTL is null for the cache's own; undefined in place of the list gives all of them that.
fn set_many(call: &Call<'_>, slot: &Shared) -> Answer<()> {
    let cache = slot.open()?;
    Texts::with(|texts| {
        let (keys, values) = (call.list(0)?, call.list(1)?);
        let ttls: Option<Vec<Option<GivenTtl>>> = call.plain(2)?;
        let same = ttls.as_ref().is_none_or(|ttls| ttls.len() == keys.len());
        if !same || values.len() != keys.len() {
            return Err(Failure::argument("as many keys as values and TTLs"));
        }
        let mut given = Vec::with_capacity(keys.len());
        for (at, (key, value)) in keys.iter().zip(&values).enumerate() {
            let ttl = ttls.as_ref().and_then(|ttls| *ttls.get(at)?);
            given.push((texts.push(key)?, Given::read(value, texts)?, ttl_of(ttl)?));
        }
        let entries: Vec<(&str, ValueRef<'_>, Option<Ttl>)> = given
            .iter()
            .map(|(key, value, ttl)| Ok((texts.get(key.clone())?, value.value(texts)?, *ttl)))
            .collect::<Result<_>>()?;
        Ok(cache.set_many(&entries)?)
    })?;
    cache.report();
    Ok(())
}

/// Arguments: a function that returns its arguments as an array, and the keys. Returns the array of the values.
fn get_many(call: &mut Call<'_>, slot: &Shared) -> Answer<Returned> {
    let cache = slot.open()?;
    let values = Texts::with(|texts| {
        let places: Vec<Place> = call
            .args_from(1)?
            .iter()
            .map(|key| texts.push(key))
            .collect::<Answer<_>>()?;
        let keys: Vec<&str> = places
            .into_iter()
            .map(|key| texts.get(key))
            .collect::<Result<_>>()?;
        Ok(cache.get_many(&keys))
    })?;
    let collect = call.function::<Spread, Returned>(0)?;
    let collect =
        collect.ok_or_else(|| Failure::argument("a function that collects the values"))?;
    Ok(collect.call(Spread(values))?)
}
