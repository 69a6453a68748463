//! The calls that programs make millions of, as direct calls: see [`crate::direct`].
#![allow(unsafe_code)] // Only for the signature of `ToNapiValue`.

use std::rc::Rc;

use grid_cache::{Ttl, Value, ValueRef};
use napi::bindgen_prelude::*;
use napi::{Env, sys};
use napi_derive::napi;

use super::{Cache, GivenTtl, Slot, to_js, ttl_of};
use crate::direct::{Arg, Place, Texts, bind};
use crate::error::{Failure, OrThrow};

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

/// A value on its way in.
enum Given<'call> {
    Text(Place),
    Bytes(&'call [u8]),
}

impl<'call> Given<'call> {
    fn read(arg: Arg, texts: &mut Texts) -> Result<Self> {
        if arg.is_text()? {
            texts.push(arg).map(Given::Text)
        } else {
            arg.bytes().map(Given::Bytes)
        }
    }

    fn value<'v>(&self, texts: &'v Texts) -> Result<ValueRef<'v>>
    where
        'call: 'v,
    {
        match self {
            Given::Text(place) => texts.get(place.clone()).map(ValueRef::Text),
            Given::Bytes(bytes) => Ok(ValueRef::Bytes(bytes)),
        }
    }
}

#[napi]
impl Cache {
    /// An object of functions that are bound to this handle; `ts/cache/store.ts` has their forms.
    #[napi(catch_unwind)]
    pub fn hot_calls<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let mut calls = Object::new(env)?;
        let read = |calls: &mut Object<'env>,
                    name,
                    read: fn(&grid_cache::Cache, &str) -> Option<Value>| {
            let slot = Rc::clone(&self.slot);
            bind(env, calls, name, move |call| {
                with_key(&call, &slot, |cache, key| Ok(Found(read(cache, key))))
            })
        };
        read(&mut calls, "get", grid_cache::Cache::get)?;
        read(&mut calls, "getIfThere", grid_cache::Cache::get_if_there)?;
        read(&mut calls, "peek", grid_cache::Cache::peek)?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "getBuffer", move |call| {
            with_key(&call, &slot, |cache, key| Ok(FoundBytes(cache.get(key))))
        })?;
        let ask = |calls: &mut Object<'env>, name, ask: fn(&grid_cache::Cache, &str) -> bool| {
            let slot = Rc::clone(&self.slot);
            bind(env, calls, name, move |call| {
                with_key(&call, &slot, |cache, key| Ok(ask(cache, key)))
            })
        };
        ask(&mut calls, "has", grid_cache::Cache::contains)?;
        ask(&mut calls, "delete", grid_cache::Cache::delete)?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "set", move |call| set(&call, &slot))?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "setMany", move |call| {
            set_many(&call, &slot)
        })?;
        let slot = Rc::clone(&self.slot);
        bind(env, &mut calls, "getMany", move |call| {
            get_many(&call, &slot)
        })?;
        Ok(calls)
    }
}

/// Does something about the key that is the one argument.
fn with_key<T>(
    call: &FunctionCallContext<'_>,
    slot: &Slot,
    work: impl FnOnce(&grid_cache::Cache, &str) -> Result<T>,
) -> Result<T> {
    slot.with(*call.env, |cache| {
        Texts::with(|texts| {
            let key = texts.push(call.get(0)?)?;
            work(cache, texts.get(key)?)
        })
    })
}

/// Arguments: key, value, TTL or undefined.
fn set(call: &FunctionCallContext<'_>, slot: &Slot) -> Result<()> {
    slot.with(*call.env, |cache| {
        Texts::with(|texts| {
            let key = texts.push(call.get(0)?)?;
            let value = Given::read(call.get(1)?, texts)?;
            let ttl = ttl_of(call.get(2)?).or_throw(*call.env)?;
            cache
                .set(texts.get(key)?, value.value(texts)?, ttl)
                .or_throw(*call.env)
        })
    })
}

/// Arguments: keys, values and TTLs, the last null where an entry has the cache's own, or undefined where all have.
fn set_many(call: &FunctionCallContext<'_>, slot: &Slot) -> Result<()> {
    slot.with(*call.env, |cache| {
        Texts::with(|texts| {
            let keys: Vec<Arg> = call.get(0)?;
            let values: Vec<Arg> = call.get(1)?;
            let ttls: Option<Vec<Option<GivenTtl>>> = call.get(2)?;
            let same = ttls.as_ref().is_none_or(|ttls| ttls.len() == keys.len());
            if !same || values.len() != keys.len() {
                let failure = Failure::argument("as many keys as values and TTLs");
                return Err(failure).or_throw(*call.env);
            }
            let mut given = Vec::with_capacity(keys.len());
            for (at, (&key, &value)) in keys.iter().zip(&values).enumerate() {
                let ttl = ttls.as_ref().and_then(|ttls| *ttls.get(at)?);
                given.push((
                    texts.push(key)?,
                    Given::read(value, texts)?,
                    ttl_of(ttl).or_throw(*call.env)?,
                ));
            }
            let entries: Vec<(&str, ValueRef<'_>, Option<Ttl>)> = given
                .iter()
                .map(|(key, value, ttl)| Ok((texts.get(key.clone())?, value.value(texts)?, *ttl)))
                .collect::<Result<_>>()?;
            cache.set_many(&entries).or_throw(*call.env)
        })
    })
}

/// Arguments: a function that makes an array of its arguments, and the keys. It gives the array of the values.
fn get_many(call: &FunctionCallContext<'_>, slot: &Slot) -> Result<sys::napi_value> {
    let collect: Function<'_, Spread, Arg> = call.get(0)?;
    let values = slot.with(*call.env, |cache| {
        Texts::with(|texts| {
            let args: Vec<Arg> = call.arguments()?;
            let places: Vec<Place> = args
                .iter()
                .skip(1)
                .map(|&key| texts.push(key))
                .collect::<Result<_>>()?;
            let keys: Vec<&str> = places
                .into_iter()
                .map(|key| texts.get(key))
                .collect::<Result<_>>()?;
            Ok(cache.get_many(&keys))
        })
    })?;
    collect.call(Spread(values)).map(Arg::raw)
}
