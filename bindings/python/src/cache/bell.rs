//! What a thread waits for that another computes a key for.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use grid_cache::Wake;
use pyo3::prelude::*;

/// How long a wait goes on before it looks whether the program was interrupted.
const SLICE: Duration = Duration::from_millis(50);

/// Rung when a lease ends.
#[derive(Default)]
pub(crate) struct Bell(Arc<(Mutex<bool>, Condvar)>);

impl Bell {
    /// What rings it.
    pub(crate) fn ringing(&self) -> Wake {
        let bell = Arc::clone(&self.0);
        Box::new(move || {
            *bell.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
            bell.1.notify_all();
        })
    }

    /// Waits for it, or until the time is over. Ctrl-C ends it.
    pub(crate) fn wait(&self, py: Python<'_>, mut left: Duration) -> PyResult<()> {
        let (rung, bell) = &*self.0;
        loop {
            let slice = left.min(SLICE);
            let has_rung = py.detach(|| {
                let rung = rung.lock().unwrap_or_else(PoisonError::into_inner);
                let waited = bell.wait_timeout_while(rung, slice, |rung| !*rung);
                *waited.unwrap_or_else(PoisonError::into_inner).0
            });
            py.check_signals()?;
            left = left.saturating_sub(slice);
            if has_rung || left.is_zero() {
                return Ok(());
            }
        }
    }
}
