//! Subscriptions: the crate wakes, JavaScript drains.

use grid_cache::Interest;
use napi::Env;
use napi::bindgen_prelude::*;
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

use super::Cache;

/// Events taken out of a queue.
#[napi(object, object_from_js = false)]
pub struct Drained {
    /// The keys of removed entries, in the order of removal.
    pub keys: Vec<String>,
    /// The reason of each removal.
    pub reasons: Vec<&'static str>,
    /// Events dropped since the last call because the queue was full.
    pub dropped: f64,
}

/// A queue of events.
#[napi]
pub struct CacheSubscription(Option<grid_cache::Subscription>);

#[napi]
impl CacheSubscription {
    /// Takes out at most `max` events.
    #[napi(catch_unwind)]
    pub fn drain(&self, max: u32) -> Drained {
        let (events, dropped) = match &self.0 {
            Some(subscription) => subscription.drain(max as usize),
            None => (Vec::new(), 0),
        };
        Drained {
            keys: events.iter().map(|event| event.key.to_string()).collect(),
            reasons: events.iter().map(|event| event.reason.name()).collect(),
            dropped: dropped as f64,
        }
    }

    /// Ends the subscription and drops its queue.
    #[napi(catch_unwind)]
    pub fn end(&mut self) {
        self.0 = None;
    }
}

#[napi]
impl Cache {
    /// Queues evictions and expirations; `wake` is called for the first event of an empty queue. It does not keep the process alive.
    #[napi(catch_unwind)]
    pub fn subscribe(
        &self,
        env: Env,
        capacity: u32,
        wake: Function<'_, (), ()>,
    ) -> Result<CacheSubscription> {
        let wake = wake
            .build_threadsafe_function::<()>()
            .weak::<true>()
            .build()?;
        let subscription = self.cache(env)?.subscribe(
            capacity as usize,
            Interest::Losses,
            // A thread that is ending takes no more calls.
            Box::new(move || _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking)),
        );
        Ok(CacheSubscription(Some(subscription)))
    }
}
