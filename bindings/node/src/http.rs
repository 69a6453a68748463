//! The HTTP client of `http.send`: worker threads of Node, each with one function that sends requests.
//!
//! An evaluation blocks its thread until the response is there, so the client runs on another one, and all engines of the process can use
//! it. `ts/http/` has the JavaScript.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use grid_opa::{HttpClient, HttpFailure, HttpRequest, HttpResponse};
use napi::bindgen_prelude::*;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

/// Takes the number of a request and the request as JSON text.
type Send = ThreadsafeFunction<FnArgs<(u32, String)>, (), FnArgs<(u32, String)>, Status, false>;

/// How long a worker may take to report its timeout.
const GRACE: Duration = Duration::from_millis(250);

/// The workers that send requests; the last one is asked first.
static WORKERS: Mutex<Vec<Arc<Send>>> = Mutex::new(Vec::new());
/// Notified when a worker is added.
static ADDED: Condvar = Condvar::new();
/// Where the responses go, by the numbers of their requests.
static WAITING: OnceLock<Mutex<HashMap<u32, Sender<String>>>> = OnceLock::new();

fn waiting() -> MutexGuard<'static, HashMap<u32, Sender<String>>> {
    locked(WAITING.get_or_init(Mutex::default))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the calling worker a client: `send` is called for requests, and their responses go to `httpResponse`.
#[napi(catch_unwind)]
pub fn http_worker(send: Function<'_, FnArgs<(u32, String)>, ()>) -> Result<()> {
    let send = send.build_threadsafe_function().build()?;
    locked(&WORKERS).push(Arc::new(send));
    ADDED.notify_all();
    Ok(())
}

/// The response of a request, as JSON text. Nobody waits for it after its timeout.
#[napi(catch_unwind)]
pub fn http_response(number: u32, response: String) {
    if let Some(sender) = waiting().remove(&number) {
        let _ = sender.send(response);
    }
}

/// The client of all engines of this process.
pub(crate) fn client() -> HttpClient {
    static CLIENT: OnceLock<HttpClient> = OnceLock::new();
    CLIENT.get_or_init(|| HttpClient::new(send)).clone()
}

fn send(request: &HttpRequest) -> std::result::Result<HttpResponse, HttpFailure> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    struct Waiting(u32);
    impl Drop for Waiting {
        fn drop(&mut self) {
            waiting().remove(&self.0);
        }
    }
    let ends = Instant::now() + request.timeout.min(Duration::from_secs(86_400));
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let (sender, receiver) = channel();
    waiting().insert(number, sender);
    let _waiting = Waiting(number);
    loop {
        let worker = worker(ends).ok_or(HttpFailure::Timeout { has_begun: false })?;
        let call = (number, request.to_json()).into();
        if worker.call(call, ThreadsafeFunctionCallMode::NonBlocking) == Status::Ok {
            break;
        }
        // Its thread has ended.
        locked(&WORKERS).retain(|one| !Arc::ptr_eq(one, &worker));
    }
    let left = ends.saturating_duration_since(Instant::now());
    match receiver.recv_timeout(left + GRACE) {
        Ok(response) => HttpResponse::from_json(&response),
        Err(RecvTimeoutError::Timeout) => Err(HttpFailure::Timeout { has_begun: false }),
        Err(RecvTimeoutError::Disconnected) => Err(HttpFailure::Network(
            "the HTTP worker does not answer".to_owned(),
        )),
    }
}

// The last worker; `None` if there is none until `ends`. A worker takes some time to start.
fn worker(ends: Instant) -> Option<Arc<Send>> {
    let mut workers = locked(&WORKERS);
    loop {
        if let Some(worker) = workers.last() {
            return Some(Arc::clone(worker));
        }
        let left = ends
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())?;
        workers = ADDED
            .wait_timeout(workers, left)
            .unwrap_or_else(PoisonError::into_inner)
            .0;
    }
}
