//! `Engine`: documents go in and out as JSON text, which measures faster than walking objects through Node-API.

use std::collections::HashMap;

use grid_opa::{EngineOptions, OptionValue};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::builtins::{BuiltinEntry, Dispatch, builtins_of, with_builtins};
use crate::direct::{Arg, TextOrUndefined, Texts, bind};
use crate::error::{Failure, OrThrow};

/// See `ts/engine.ts`.
#[napi]
pub struct Engine(pub(crate) grid_opa::Engine);

#[napi]
impl Engine {
    /// An engine with options under the crate's names.
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
            .map(Self)
            .or_throw(env)
    }

    /// The engine of a name; if there is none it is made with the options, or else the defaults.
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
            .map(Self)
            .or_throw(env)
    }

    /// Takes a name out of the map of engines; returns whether it was there.
    #[napi(catch_unwind)]
    pub fn forget(name: String) -> bool {
        grid_opa::Engine::forget(&name)
    }

    /// How many changes of policies and data there were.
    #[napi(getter, catch_unwind)]
    pub fn revision(&self) -> f64 {
        self.0.revision() as f64
    }

    /// Loads or replaces a policy.
    #[napi(catch_unwind)]
    pub fn load_policy(&self, env: Env, name: String, source: String) -> Result<()> {
        self.0.load_policy(&name, &source).or_throw(env)
    }

    /// Loads or replaces policies in one step; sources stand at the places of their names.
    #[napi(catch_unwind)]
    pub fn load_policies(&self, env: Env, names: Vec<String>, sources: Vec<String>) -> Result<()> {
        let pairs = names.iter().zip(&sources);
        let policies: Vec<(&str, &str)> = pairs
            .map(|(name, source)| (name.as_str(), source.as_str()))
            .collect();
        self.0.load_policies(&policies).or_throw(env)
    }

    /// Removes a policy; returns whether it was there.
    #[napi(catch_unwind)]
    pub fn remove_policy(&self, env: Env, name: String) -> Result<bool> {
        self.0.remove_policy(&name).or_throw(env)
    }

    /// Whether a policy of that name is loaded.
    #[napi(catch_unwind)]
    pub fn has_policy(&self, name: String) -> bool {
        self.0.has_policy(&name)
    }

    /// Names of the policies, sorted.
    #[napi(catch_unwind)]
    pub fn loaded_policies(&self) -> Vec<String> {
        self.0.loaded_policies()
    }

    /// Removes all policies.
    #[napi(catch_unwind)]
    pub fn clear_policies(&self, env: Env) -> Result<()> {
        self.0.clear_policies().or_throw(env)
    }

    /// Replaces the data document.
    #[napi(catch_unwind)]
    pub fn set_data(&self, env: Env, text: String) -> Result<()> {
        self.0.set_data_json(&text).or_throw(env)
    }

    /// Merges into the data document.
    #[napi(catch_unwind)]
    pub fn merge_data(&self, env: Env, text: String) -> Result<()> {
        self.0.merge_data_json(&text).or_throw(env)
    }

    /// Changes the data document by a JSON Patch.
    #[napi(catch_unwind)]
    pub fn patch_data(&self, env: Env, text: String) -> Result<()> {
        self.0.patch_data_json(&text).or_throw(env)
    }

    /// What the data document holds at a JSON Pointer.
    #[napi(catch_unwind)]
    pub fn get_data(&self, env: Env, pointer: String) -> Result<Either<String, ()>> {
        let value = self.0.get_data_json(&pointer).or_throw(env)?;
        Ok(value.map_or(Either::B(()), Either::A))
    }

    /// An object of `evaluate` and `test`, bound to this handle: see [`crate::direct`]. `ts/addon.ts` has their forms.
    #[napi(catch_unwind)]
    pub fn hot_calls<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let mut calls = Object::new(env)?;
        let engine = self.0.clone();
        bind(env, &mut calls, "evaluate", move |call| {
            with_question(&call, |query, input| {
                let dispatch = call.get(2)?;
                ask(&engine, *call.env, query, dispatch, |engine| {
                    engine.evaluate_json(query, input)
                })
                .map(TextOrUndefined)
            })
        })?;
        let engine = self.0.clone();
        bind(env, &mut calls, "test", move |call| {
            with_question(&call, |query, input| {
                let undefined: Option<bool> = call.get(2)?;
                let dispatch = call.get(3)?;
                ask(&engine, *call.env, query, dispatch, |engine| {
                    engine.test_json(query, input, undefined)
                })
            })
        })?;
        Ok(calls)
    }

    /// The variables of each answer, as JSON text.
    #[napi(catch_unwind)]
    pub fn query(
        &self,
        env: Env,
        query: String,
        input: Option<String>,
        dispatch: Option<Dispatch<'_>>,
    ) -> Result<String> {
        ask(&self.0, env, &query, dispatch, |engine| {
            engine.query_json(&query, input.as_deref())
        })
    }

    /// Throws unless a query compiles.
    #[napi(catch_unwind)]
    pub fn check_query(&self, env: Env, query: String) -> Result<()> {
        self.0.check_query(&query).or_throw(env)
    }

    /// As `evaluate`, on a thread of the pool, which can call no function of JavaScript.
    #[napi(catch_unwind)]
    pub fn evaluate_async(
        &self,
        env: Env,
        query: String,
        input: Option<String>,
        signal: Option<AbortSignal>,
    ) -> Result<AsyncTask<Evaluation>> {
        if self.0.may_call_host(&query) {
            return Err(Failure::argument(
                "evaluateAsync evaluates on another thread, where the engine's builtins, functions of this one, cannot be called; the loaded policies or the query call one: use evaluate",
            ))
            .or_throw(env);
        }
        let engine = self.0.clone();
        let task = Evaluation {
            engine,
            query,
            input,
        };
        Ok(AsyncTask::with_optional_signal(task, signal))
    }
}

/// Reads the first two arguments, the query and the input or undefined, for the time of some work.
fn with_question<T>(
    call: &FunctionCallContext<'_>,
    work: impl FnOnce(&str, Option<&str>) -> Result<T>,
) -> Result<T> {
    Texts::with(|texts| {
        let query = texts.push(call.get(0)?)?;
        let input: Option<Arg> = call.get(1)?;
        let input = input.map(|input| texts.push(input)).transpose()?;
        let input = input.map(|input| texts.get(input)).transpose()?;
        work(texts.get(query)?, input)
    })
}

/// Asks the engine, with the builtins that `dispatch` knows if the query may call any.
fn ask<T: Send>(
    engine: &grid_opa::Engine,
    env: Env,
    query: &str,
    dispatch: Option<Dispatch<'_>>,
    ask: impl FnOnce(&grid_opa::Engine) -> std::result::Result<T, grid_opa::Error> + Send,
) -> Result<T> {
    let answer = match dispatch.filter(|_| engine.may_call_host(query)) {
        Some(dispatch) => with_builtins(env, &dispatch, || ask(engine)).or_throw(env)?,
        None => ask(engine),
    };
    answer.or_throw(env)
}

/// One evaluation on a thread of the pool.
pub struct Evaluation {
    engine: grid_opa::Engine,
    query: String,
    input: Option<String>,
}

impl Task for Evaluation {
    // A failure needs the environment to become a JavaScript error, so it goes back as a value.
    type Output = std::result::Result<Option<String>, grid_opa::Error>;
    type JsValue = Either<String, ()>;

    fn compute(&mut self) -> Result<Self::Output> {
        Ok(self
            .engine
            .evaluate_json(&self.query, self.input.as_deref()))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> Result<Self::JsValue> {
        let value = output.or_throw(env)?;
        Ok(value.map_or(Either::B(()), Either::A))
    }
}

/// The options in the crate's terms.
fn checked(
    given: &HashMap<String, Either3<f64, bool, String>>,
) -> std::result::Result<EngineOptions, grid_opa::Error> {
    let mut options = EngineOptions::default();
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
