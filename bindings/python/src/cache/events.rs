//! Subscriptions: whichever thread's call removed entries tells the listeners, once the call is done and holds no lock.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use grid_cache::Interest;
use pyo3::prelude::*;
use pyo3::types::PyWeakrefMethods;
use pyo3::types::PyWeakrefReference;

/// Events that are handed out at once.
const BATCH: usize = 1024;

/// Where the events of one subscription wait, and whom to tell of them.
struct Mailbox {
    events: Mutex<Option<grid_cache::Subscription>>,
    /// Weak: the listeners may well hold the cache, which no collector of garbage could tell.
    listeners: Py<PyWeakrefReference>,
}

thread_local! {
    /// The mailboxes into which a call of this thread has put the first event.
    static WOKEN: RefCell<Vec<Weak<Mailbox>>> = const { RefCell::new(Vec::new()) };
    /// Whether this thread is telling listeners, which may call a cache in their turn.
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// A queue of events; it ends when it is dropped, at the latest.
#[pyclass(module = "boardkit_grid._native", frozen)]
pub(crate) struct Subscription(Arc<Mailbox>);

#[pymethods]
impl Subscription {
    /// Ends the subscription; what is in the queue goes.
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

/// Tells the listeners of what the calls of this thread removed; the first that one raises to end the program goes on as it is.
pub(crate) fn tell(py: Python<'_>) -> PyResult<()> {
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            TELLING.set(false);
        }
    }
    // A call that a listener makes leaves its events to the one that is telling already.
    if TELLING.get() || WOKEN.with_borrow(Vec::is_empty) {
        return Ok(());
    }
    TELLING.set(true);
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
                let told = listeners.call_method1("tell", (events, dropped));
                // What is left in the queue would wake nobody: it is told too.
                ending = ending.or(told.err());
            }
            if count < BATCH {
                break;
            }
        }
    }
    ending.map_or(Ok(()), Err)
}
