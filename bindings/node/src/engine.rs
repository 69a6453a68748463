//! `Engine`: documents go in and out as JSON text, which is measurably faster than walking objects through Node-API.

use std::collections::HashMap;
use std::rc::Rc;

use grid_opa::{EngineOptions, OptionValue};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::builtins::{BuiltinEntry, Dispatch, builtins_of, with_builtins};
use crate::direct::{Call, TextOrUndefined, bind};
use crate::error::{Failure, OrThrow};
use crate::external_memory::{ExternalMemory, Slot, Tracked};
use crate::named_engines;
use crate::texts::Texts;

/// See `ts/engine.ts`.
#[napi]
pub struct Engine(Rc<Slot<grid_opa::Engine>>);

impl ExternalMemory for grid_opa::Engine {
    const CLOSED: &'static str = "the engine is closed; make or open another, or close it later";

    fn bytes(&self) -> usize {
        self.memory_bytes()
    }
}

#[napi]
impl Engine {
    /// An engine; the options have the crate's names.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        env: Env,
        options: HashMap<String, Either3<f64, bool, String>>,
        builtins: Option<Vec<BuiltinEntry>>,
    ) -> Result<Self> {
        let builtins = builtins_of(&builtins.unwrap_or_default());
        checked(&options)
            .map(|options| EngineOptions {
                builtins,
                ..options
            })
            .and_then(grid_opa::Engine::new)
            .map(|engine| Self::of(Tracked::new(env, engine)))
            .or_throw(env)
    }

    /// The engine of a name; if there is none, it is made with the options, or else the defaults.
    #[napi(factory, catch_unwind)]
    pub fn open(
        env: Env,
        name: String,
        options: Option<HashMap<String, Either3<f64, bool, String>>>,
        defaults: HashMap<String, Either3<f64, bool, String>>,
    ) -> Result<Self> {
        let options = options.map(|options| checked(&options)).transpose();
        options
            .and_then(|options| Ok((options, checked(&defaults)?)))
            .and_then(|(options, defaults)| {
                grid_opa::Engine::open_with_defaults(&name, options, || defaults)
            })
            .map(|engine| Self::of(named_engines::tracked(env, name, engine)))
            .or_throw(env)
    }

    /// Removes a name from the map of engines; returns whether it was there.
    #[napi(catch_unwind)]
    pub fn forget(name: String) -> bool {
        grid_opa::Engine::forget(&name)
    }

    /// How many changes of policies and data there were.
    #[napi(getter, catch_unwind)]
    pub fn revision(&self, env: Env) -> Result<f64> {
        Ok(self.engine(env)?.revision() as f64)
    }

    /// Closes this handle; the last handle of an engine without a name drops the engine.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.0.close();
    }

    /// Loads or replaces a policy.
    #[napi(catch_unwind)]
    pub fn load_policy(&self, env: Env, name: String, source: String) -> Result<()> {
        self.change(env, |engine| engine.load_policy(&name, &source))
    }

    /// Loads or replaces policies in one step; each source has the index of its name.
    #[napi(catch_unwind)]
    pub fn load_policies(&self, env: Env, names: Vec<String>, sources: Vec<String>) -> Result<()> {
        self.change(env, |engine| engine.load_policies(&pairs(&names, &sources)))
    }

    /// Removes a policy; returns whether it was loaded.
    #[napi(catch_unwind)]
    pub fn remove_policy(&self, env: Env, name: String) -> Result<bool> {
        self.change(env, |engine| engine.remove_policy(&name))
    }

    /// Whether a policy of that name is loaded.
    #[napi(catch_unwind)]
    pub fn has_policy(&self, env: Env, name: String) -> Result<bool> {
        Ok(self.engine(env)?.has_policy(&name))
    }

    /// Names of the policies, sorted.
    #[napi(catch_unwind)]
    pub fn loaded_policies(&self, env: Env) -> Result<Vec<String>> {
        Ok(self.engine(env)?.loaded_policies())
    }

    /// Removes all policies.
    #[napi(catch_unwind)]
    pub fn clear_policies(&self, env: Env) -> Result<()> {
        self.change(env, |engine| engine.clear_policies())
    }

    /// Replaces the data document.
    #[napi(catch_unwind)]
    pub fn set_data(&self, env: Env, text: String) -> Result<()> {
        self.change(env, |engine| engine.set_data_json(&text))
    }

    /// Merges into the data document.
    #[napi(catch_unwind)]
    pub fn merge_data(&self, env: Env, text: String) -> Result<()> {
        self.change(env, |engine| engine.merge_data_json(&text))
    }

    /// Changes the data document by a JSON Patch.
    #[napi(catch_unwind)]
    pub fn patch_data(&self, env: Env, text: String) -> Result<()> {
        self.change(env, |engine| engine.patch_data_json(&text))
    }

    /// The value at a JSON Pointer of the data document.
    #[napi(catch_unwind)]
    pub fn get_data(&self, env: Env, pointer: String) -> Result<Either<String, ()>> {
        let value = self.engine(env)?.get_data_json(&pointer).or_throw(env)?;
        Ok(value.map_or(Either::B(()), Either::A))
    }

    /// An object of `evaluate`, `test` and `query`, bound to this handle: see [`crate::direct`]. `ts/addon.ts` has their types.
    #[napi(catch_unwind)]
    pub fn hot_calls<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let mut calls = Object::new(env)?;
        let slot = Rc::clone(&self.0);
        bind(env, &mut calls, "evaluate", move |call| {
            with_question(call, |call, query, input| {
                let engine = slot.open()?;
                ask(&engine, call, 2, query, |engine| {
                    engine.evaluate_json(query, input)
                })
                .map(TextOrUndefined)
            })
        })?;
        let slot = Rc::clone(&self.0);
        bind(env, &mut calls, "test", move |call| {
            with_question(call, |call, query, input| {
                let engine = slot.open()?;
                let undefined: Option<bool> = call.plain(2)?;
                ask(&engine, call, 3, query, |engine| {
                    engine.test_json(query, input, undefined)
                })
            })
        })?;
        let slot = Rc::clone(&self.0);
        bind(env, &mut calls, "query", move |call| {
            with_question(call, |call, query, input| {
                let engine = slot.open()?;
                ask(&engine, call, 2, query, |engine| {
                    engine.query_json(query, input)
                })
            })
        })?;
        Ok(calls)
    }

    /// Throws unless a query compiles.
    #[napi(catch_unwind)]
    pub fn check_query(&self, env: Env, query: String) -> Result<()> {
        self.engine(env)?.check_query(&query).or_throw(env)
    }
}

impl Engine {
    fn of(engine: Rc<Tracked<grid_opa::Engine>>) -> Self {
        Self(Slot::new(engine))
    }

    /// The engine, unless the handle is closed.
    pub(crate) fn engine(&self, env: Env) -> Result<Rc<Tracked<grid_opa::Engine>>> {
        self.0.open().or_throw(env)
    }

    /// Changes the policies or data of the engine.
    pub(crate) fn change<T, E: Into<Failure>>(
        &self,
        env: Env,
        change: impl FnOnce(&grid_opa::Engine) -> std::result::Result<T, E>,
    ) -> Result<T> {
        let engine = self.engine(env)?;
        let changed = change(&engine);
        engine.report();
        changed.or_throw(env)
    }
}

/// Runs `work` with the first two arguments: the query, and the input or undefined.
fn with_question<T>(
    call: &mut Call<'_>,
    work: impl FnOnce(&mut Call<'_>, &str, Option<&str>) -> std::result::Result<T, Failure>,
) -> std::result::Result<T, Failure> {
    Texts::with(|texts| {
        let query = texts.push(&call.arg(0)?)?;
        let input = call.optional(1)?;
        let input = input.map(|input| texts.push(&input)).transpose()?;
        let input = input.map(|input| texts.get(input)).transpose()?;
        work(call, texts.get(query)?, input)
    })
}

/// Asks the engine. If the query may call builtins, the function at `dispatch` among the arguments calls them.
fn ask<T: Send>(
    engine: &grid_opa::Engine,
    call: &mut Call<'_>,
    dispatch: usize,
    query: &str,
    ask: impl FnOnce(&grid_opa::Engine) -> std::result::Result<T, grid_opa::Error> + Send,
) -> std::result::Result<T, Failure> {
    let env = call.env();
    let dispatch: Option<Dispatch<'_>> = call.function(dispatch)?;
    let answer = match dispatch.filter(|_| engine.may_call_host(query)) {
        Some(dispatch) => with_builtins(env, &dispatch, || ask(engine))?,
        None => ask(engine),
    };
    Ok(answer?)
}

/// Policies, from their names and, at the same indices, their sources.
pub(crate) fn pairs<'a>(names: &'a [String], sources: &'a [String]) -> Vec<(&'a str, &'a str)> {
    let pairs = names.iter().zip(sources);
    pairs
        .map(|(name, source)| (name.as_str(), source.as_str()))
        .collect()
}

/// Options as the crate takes them.
fn checked(
    given: &HashMap<String, Either3<f64, bool, String>>,
) -> std::result::Result<EngineOptions, grid_opa::Error> {
    let mut options = EngineOptions {
        #[cfg(feature = "network")]
        http_client: Some(crate::http::client()),
        ..EngineOptions::default()
    };
    for (name, value) in given {
        let value = match value {
            Either3::A(number) => OptionValue::Number(*number),
            Either3::B(flag) => OptionValue::Flag(*flag),
            Either3::C(text) => OptionValue::Text(text),
        };
        options.set(name, value)?;
    }
    Ok(options)
}
