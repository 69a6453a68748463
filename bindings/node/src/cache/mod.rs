//! `Cache`: conversions, options and handles. `ts/cache/store.ts` has the types.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use grid_cache::{CacheOptions, Ttl, ValueRef};
use napi::bindgen_prelude::*;
use napi::threadsafe_function::ThreadsafeFunction;
use napi::{Env, JsString};
use napi_derive::napi;

use crate::direct::{Arg, text_to_js};
use crate::error::{Failure, OrThrow};
use crate::external_memory::{ExternalMemory, Slot, Tracked};
use crate::texts::{Place, Texts};

mod all_entries;
mod batch;
mod entry;
mod events;
mod hot;
mod lease;

/// Milliseconds that an entry lives, or `false` for an entry that does not expire.
pub(crate) type GivenTtl = Either<f64, bool>;
/// A value as JavaScript gets it: a string, a Buffer or undefined.
pub(crate) type JsResult<'env> = Either3<JsString<'env>, BufferSlice<'env>, ()>;

/// Calls the thread of a handle when one of its waiters may ask again.
type Waker = ThreadsafeFunction<u32, (), u32, napi::Status, false, true>;

/// The options of a cache.
#[napi(object)]
pub struct Options {
    /// Most entries.
    pub max_entries: Option<f64>,
    /// Most bytes.
    pub max_bytes: Option<f64>,
    /// The name of the eviction policy.
    pub policy: Option<String>,
    /// How long an entry lives.
    pub ttl: Option<GivenTtl>,
    /// Whether reads restart TTLs.
    pub sliding: Option<bool>,
    /// Whether a named cache stays when it has no handles.
    pub keep: Option<bool>,
}

/// See `ts/cache/store.ts`.
#[napi]
pub struct Cache {
    slot: Rc<Slot<grid_cache::Cache>>,
    waker: Option<Arc<Waker>>,
}

impl ExternalMemory for grid_cache::Cache {
    const CLOSED: &'static str = "this handle of the cache is closed: open another";

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }
}

/// A value to store.
enum Given<'call> {
    Text(Place),
    Bytes(Cow<'call, [u8]>),
}

impl<'call> Given<'call> {
    fn read(arg: &Arg<'call>, texts: &mut Texts) -> std::result::Result<Self, Failure> {
        if arg.is_text()? {
            texts.push(arg).map(Given::Text)
        } else {
            arg.bytes().map(Given::Bytes)
        }
    }

    fn value<'v>(&'v self, texts: &'v Texts) -> Result<ValueRef<'v>> {
        match self {
            Given::Text(place) => texts.get(place.clone()).map(ValueRef::Text),
            Given::Bytes(bytes) => Ok(ValueRef::Bytes(bytes)),
        }
    }
}

#[napi]
impl Cache {
    /// A cache without a name.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, options: Options) -> Result<Self> {
        checked(&options)
            .and_then(|options| grid_cache::Cache::new(&options))
            .map(|cache| Self::of(env, cache))
            .or_throw(env)
    }

    /// The named cache of this process; the defaults count if this call makes it.
    #[napi(factory, catch_unwind)]
    pub fn open(env: Env, name: String, options: Options, defaults: Options) -> Result<Self> {
        checked(&options)
            .and_then(|options| Ok((options, checked(&defaults)?)))
            .and_then(|(options, defaults)| {
                grid_cache::Cache::open_with_defaults(&name, &options, &defaults)
            })
            .map(|cache| Self::of(env, cache))
            .or_throw(env)
    }

    /// Removes a name from the process; returns whether it was there.
    #[napi(catch_unwind)]
    pub fn forget(name: String) -> bool {
        grid_cache::Cache::forget(&name)
    }

    /// Whether both are handles of the same cache.
    #[napi(catch_unwind)]
    pub fn is_same(&self, other: &Cache) -> bool {
        match (self.slot.open(), other.slot.open()) {
            (Ok(cache), Ok(other)) => cache.is_same(&other),
            _ => false,
        }
    }

    /// Drops the handle. The last handle of a name drops the cache.
    #[napi(catch_unwind)]
    pub fn close(&mut self) {
        self.slot.close();
        self.waker = None;
    }
}

impl Cache {
    fn of(env: Env, cache: grid_cache::Cache) -> Self {
        Self {
            slot: Slot::new(Tracked::new(env, cache)),
            waker: None,
        }
    }

    /// The cache, unless the handle is closed.
    fn cache(&self, env: Env) -> Result<Rc<Tracked<grid_cache::Cache>>> {
        self.slot.open().or_throw(env)
    }

    /// Changes entries of the cache.
    fn change<T>(
        &self,
        env: Env,
        change: impl FnOnce(&grid_cache::Cache) -> std::result::Result<T, Failure>,
    ) -> Result<T> {
        let cache = self.cache(env)?;
        let changed = change(&cache);
        cache.report();
        changed.or_throw(env)
    }

    /// Changes entries of the cache by a value to store.
    fn change_by<T>(
        &self,
        env: Env,
        value: &Arg<'_>,
        change: impl FnOnce(
            &grid_cache::Cache,
            ValueRef<'_>,
        ) -> std::result::Result<T, grid_cache::Error>,
    ) -> Result<T> {
        self.change(env, |cache| {
            Texts::with(|texts| {
                let given = Given::read(value, texts)?;
                Ok(change(cache, given.value(texts)?)?)
            })
        })
    }
}

/// Options as the crate takes them.
fn checked(options: &Options) -> std::result::Result<CacheOptions, grid_cache::Error> {
    let policy = options.policy.as_deref().map(str::parse).transpose()?;
    let counts = CacheOptions::from_numbers(policy, options.max_entries, options.max_bytes, None)?;
    Ok(CacheOptions {
        ttl: ttl_of(options.ttl)?,
        sliding: options.sliding,
        keep: options.keep,
        ..counts
    })
}

/// A TTL as the crate takes it; `None` for that of the cache.
fn ttl_of(given: Option<GivenTtl>) -> std::result::Result<Option<Ttl>, grid_cache::Error> {
    match given {
        None => Ok(None),
        Some(Either::A(millis)) => Ttl::from_millis(millis).map(Some),
        Some(Either::B(_)) => Ok(Some(Ttl::NEVER)),
    }
}

/// A value as JavaScript gets it.
fn to_js(env: &Env, value: Option<grid_cache::Value>) -> Result<JsResult<'_>> {
    match value.as_ref().map(grid_cache::Value::as_value_ref) {
        Some(ValueRef::Text(text)) => text_to_js(env, text).map(Either3::A),
        Some(ValueRef::Bytes(bytes)) => BufferSlice::copy_from(env, bytes).map(Either3::B),
        None => Ok(Either3::C(())),
    }
}
