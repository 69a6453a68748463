//! The HTTP client of `http.send`: `_http.py`, which uses the standard library of Python.
//!
//! An evaluation may run on a stack of its own, where CPython refuses to run, so each request has a thread.

use std::sync::OnceLock;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use grid_opa::{HttpClient, HttpFailure, HttpRequest, HttpResponse};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// How long a client may take to report its timeout.
const GRACE: Duration = Duration::from_secs(2);

/// The client of all engines of this process.
pub(crate) fn client() -> HttpClient {
    static CLIENT: OnceLock<HttpClient> = OnceLock::new();
    CLIENT.get_or_init(|| HttpClient::new(send)).clone()
}

fn send(request: &HttpRequest) -> Result<HttpResponse, HttpFailure> {
    let text = request.to_json();
    let (sender, receiver) = channel();
    let run = move || {
        let response = Python::attach(|py| call(py, &text).map_err(|error| error.to_string()));
        // Nobody waits for it after the timeout.
        let _ = sender.send(response);
    };
    let spawned = thread::Builder::new().name("http.send".into()).spawn(run);
    spawned.map_err(|error| HttpFailure::Network(error.to_string()))?;
    match receiver.recv_timeout(request.timeout.saturating_add(GRACE)) {
        Ok(Ok(response)) => HttpResponse::from_json(&response),
        Ok(Err(text)) => Err(HttpFailure::Network(text)),
        Err(RecvTimeoutError::Timeout) => Err(HttpFailure::Timeout { has_begun: false }),
        Err(RecvTimeoutError::Disconnected) => Err(HttpFailure::Network(
            "the HTTP client does not answer".to_owned(),
        )),
    }
}

fn call(py: Python<'_>, request: &str) -> PyResult<String> {
    static SEND: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let send = SEND.import(py, "boardkit_grid._http", "send")?;
    send.call1((request,))?.extract()
}
