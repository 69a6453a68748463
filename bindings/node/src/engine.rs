//! `Engine`: documents go in and out as JSON text, which measures faster than walking objects through Node-API.

use std::collections::HashMap;

use grid_opa::{EngineOptions, OptionValue};
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::error::OrThrow;

/// See `ts/engine.ts`.
#[napi]
pub struct Engine(grid_opa::Engine);

#[napi]
impl Engine {
    /// An engine with options under the crate's names.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, options: HashMap<String, Either3<f64, bool, String>>) -> Result<Self> {
        checked(&options)
            .and_then(grid_opa::Engine::new)
            .map(Self)
            .or_throw(env)
    }

    /// Loads or replaces a policy.
    #[napi(catch_unwind)]
    pub fn load_policy(&self, env: Env, name: String, source: String) -> Result<()> {
        self.0.load_policy(&name, &source).or_throw(env)
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

    /// Evaluates; undefined out is Rego's undefined, undefined in is no input.
    #[napi(catch_unwind)]
    pub fn evaluate(
        &self,
        env: Env,
        query: String,
        input: Option<String>,
    ) -> Result<Either<String, ()>> {
        let value = self
            .0
            .evaluate_json(&query, input.as_deref())
            .or_throw(env)?;
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
