//! `evaluateAsync`: evaluations on the threads of Node's pool.

use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::engine::Engine;
use crate::error::{Failure, OrThrow};

#[napi]
impl Engine {
    /// As `evaluate`, on a thread of the pool. It cannot call functions of JavaScript.
    #[napi(catch_unwind)]
    pub fn evaluate_async(
        &self,
        env: Env,
        query: String,
        input: Option<String>,
        signal: Option<AbortSignal>,
    ) -> Result<AsyncTask<Evaluation>> {
        let tracked = self.engine(env)?;
        if tracked.may_call_host(&query) {
            return Err(Failure::argument(
                "evaluateAsync evaluates on another thread, where the engine's builtins, functions of this one, cannot be called; the loaded policies or the query call one: use evaluate",
            ))
            .or_throw(env);
        }
        // The other thread gets a clone: the tracked one stays on this thread.
        let engine = grid_opa::Engine::clone(&tracked);
        let task = Evaluation {
            engine,
            query,
            input,
        };
        Ok(AsyncTask::with_optional_signal(task, signal))
    }
}

/// One evaluation on a thread of the pool.
pub struct Evaluation {
    engine: grid_opa::Engine,
    query: String,
    input: Option<String>,
}

impl Task for Evaluation {
    // A failure needs the environment to become a JavaScript error, so it is returned as a value.
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
