//! Leases: a thread waits while another one computes the value of a key.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use grid_cache::{Lease, Ttl, Wake};
use pyo3::prelude::*;

use super::events::finished;
use super::results::to_py;
use crate::error::Failure;
use crate::scalars::number_of;

/// The time between two checks for an interrupt of the program during a wait.
const SLICE: Duration = Duration::from_millis(50);

/// A signal that a lease has ended.
#[derive(Default)]
struct Signal(Arc<(Mutex<bool>, Condvar)>);

impl Signal {
    /// The function that sends the signal.
    fn waker(&self) -> Wake {
        let signal = Arc::clone(&self.0);
        Box::new(move || {
            *signal.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
            signal.1.notify_all();
        })
    }

    /// Waits for the signal, or until the time is over. Ctrl-C ends the wait.
    fn wait(&self, py: Python<'_>, mut left: Duration) -> PyResult<()> {
        let (sent, condition) = &*self.0;
        loop {
            let slice = left.min(SLICE);
            let is_sent = py.detach(|| {
                let sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
                let waited = condition.wait_timeout_while(sent, slice, |sent| !*sent);
                *waited.unwrap_or_else(PoisonError::into_inner).0
            });
            py.check_signals()?;
            left = left.saturating_sub(slice);
            if is_sent || left.is_zero() {
                return Ok(());
            }
        }
    }
}

/// The value of a key without a token, or the token of a lease, after a wait for the leases of others.
pub(crate) fn lease<'py>(
    py: Python<'py>,
    cache: impl Fn() -> PyResult<grid_cache::Cache>,
    key: &str,
    term_ms: &Bound<'py, PyAny>,
) -> PyResult<(Option<Bound<'py, PyAny>>, u64)> {
    let term = number_of(term_ms, "lease_ms")?;
    let term = Ttl::from_millis(term).map_err(Failure::from)?;
    loop {
        let signal = Signal::default();
        let lease = cache()?.lease(key, term, Some(signal.waker()));
        match finished(py, lease)? {
            Lease::Value(value) => return Ok((Some(to_py(py, &value)), 0)),
            Lease::Granted(token) => return Ok((None, token.as_u64())),
            Lease::Busy(left) => signal.wait(py, left)?,
        }
    }
}
