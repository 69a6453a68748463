//! Subscriptions: the thread whose call removed entries calls the listeners, after the call has released all locks.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use grid_cache::Interest;
use pyo3::prelude::*;
use pyo3::types::PyWeakrefMethods;
use pyo3::types::PyWeakrefReference;

use crate::error::Failure;

/// Most events of one call of the listeners.
const BATCH: usize = 1024;

/// The queue and the listeners of one subscription.
struct Mailbox {
    events: Mutex<Option<grid_cache::Subscription>>,
    /// Weak: the listeners may refer to the cache, and the garbage collector could not find that cycle.
    listeners: Py<PyWeakrefReference>,
}

thread_local! {
    /// The mailboxes that a call of this thread has put a first event into.
    static WOKEN: RefCell<Vec<Weak<Mailbox>>> = const { RefCell::new(Vec::new()) };
    /// Whether this thread is running listeners, which may call a cache themselves.
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// A queue of events; it ends when it is dropped, at the latest.
#[pyclass(module = "boardkit_grid._native", frozen)]
pub(crate) struct Subscription(Arc<Mailbox>);

#[pymethods]
impl Subscription {
    /// Ends the subscription and drops its queue.
    fn end(&self) {
        let ended = self.0.take();
        drop(ended);
    }
}

impl Mailbox {
    fn take(&self) -> Option<grid_cache::Subscription> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.take()
    }

    fn drain(&self) -> (Vec<grid_cache::Event>, u64) {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events
            .as_ref()
            .map_or_else(Default::default, |events| events.drain(BATCH))
    }
}

/// Queues evictions and expirations for the method `tell` of `listeners`.
pub(crate) fn subscribe(
    cache: &grid_cache::Cache,
    capacity: usize,
    listeners: &Bound<'_, PyAny>,
) -> PyResult<Subscription> {
    let mailbox = Arc::new(Mailbox {
        events: Mutex::new(None),
        listeners: PyWeakrefReference::new(listeners)?.unbind(),
    });
    let woken = Arc::downgrade(&mailbox);
    let wake = Box::new(move || WOKEN.with_borrow_mut(|all| all.push(Weak::clone(&woken))));
    let subscription = cache.subscribe(capacity, Interest::Losses, wake);
    *mailbox
        .events
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = Some(subscription);
    Ok(Subscription(mailbox))
}

/// Passes the events of this thread's calls to the listeners. An exception that ends the program is raised unchanged; the first of several.
fn run_listeners(py: Python<'_>) -> PyResult<()> {
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            IS_RUNNING.set(false);
        }
    }
    // The events of a call that a listener makes wait for the loop that is already running.
    if IS_RUNNING.get() || WOKEN.with_borrow(Vec::is_empty) {
        return Ok(());
    }
    IS_RUNNING.set(true);
    let _done = Done;
    let mut ending = None;
    while let Some(woken) = WOKEN.with_borrow_mut(Vec::pop) {
        let Some(mailbox) = woken.upgrade() else {
            continue;
        };
        loop {
            let (events, dropped) = mailbox.drain();
            let Some(listeners) = mailbox.listeners.bind(py).upgrade() else {
                break;
            };
            let count = events.len();
            let events: Vec<(&str, &str)> = events
                .iter()
                .map(|event| (&*event.key, event.reason.name()))
                .collect();
            if count > 0 || dropped > 0 {
                let called = listeners.call_method1("tell", (events, dropped));
                // After an exception too, the loop drains the queue: nothing else would wake it again.
                ending = ending.or(called.err());
            }
            if count < BATCH {
                break;
            }
        }
    }
    ending.map_or(Ok(()), Err)
}

/// The result of a call, after the listeners for the entries that it removed have run.
pub(crate) fn finished<T>(py: Python<'_>, result: Result<T, grid_cache::Error>) -> PyResult<T> {
    run_listeners(py)?;
    Ok(result.map_err(Failure::from)?)
}
