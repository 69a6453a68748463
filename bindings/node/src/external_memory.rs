//! Memory of engines and caches outside of V8's heap, and the reports about it to V8.
//!
//! To V8 an engine is some hundred bytes, however much it has loaded, so garbage of megabytes would not start a collection. V8 gets these
//! bytes reported as long as they are in use, once per thread, however many handles the thread has.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use napi::Env;

use crate::error::Failure;
use crate::trim::note_freed;

/// The change before the next report to V8, in bytes: much less than V8 acts on, and enough that one call in hundreds reports.
pub(crate) const STEP: usize = 64 * 1024;

/// An engine or a cache.
pub(crate) trait ExternalMemory {
    /// The error of a call on a closed handle.
    const CLOSED: &'static str;
    /// About how many bytes it takes.
    fn bytes(&self) -> usize;
}

/// An engine or a cache that handles of this thread share.
pub(crate) struct Tracked<T: ExternalMemory> {
    // Dropped in this order: the memory first, then the report to V8.
    inner: T,
    reported: Reported,
}

impl<T: ExternalMemory> Tracked<T> {
    /// Tracks an engine or a cache. The first report comes later, since V8 may collect garbage during it.
    pub(crate) fn new(env: Env, inner: T) -> Rc<Self> {
        let reported = Reported {
            env,
            bytes: Cell::new(0),
            moved: Cell::new(0),
        };
        Rc::new(Self { inner, reported })
    }

    /// Reports the current size to V8.
    pub(crate) fn report(&self) {
        self.reported.set(self.inner.bytes());
    }

    /// Notes a change of about so many bytes, and reports to V8 after enough of them.
    pub(crate) fn moved(&self, bytes: usize) {
        let moved = self.reported.moved.get().saturating_add(bytes);
        self.reported.moved.set(moved);
        if moved >= STEP {
            self.report();
        }
    }
}

impl<T: ExternalMemory> Deref for Tracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

/// The bytes that V8 knows of, until they are freed.
struct Reported {
    /// Of the thread that made it: handles stay on their thread, and are finalized before it ends.
    env: Env,
    bytes: Cell<usize>,
    /// Changes since the last report.
    moved: Cell<usize>,
}

impl Reported {
    fn set(&self, bytes: usize) {
        self.moved.set(0);
        let signed = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
        let change = signed(bytes) - signed(self.bytes.get());
        // After a failed report V8 must not see these bytes freed.
        if change != 0 && self.env.adjust_external_memory(change).is_ok() {
            self.bytes.set(bytes);
        }
    }
}

impl Drop for Reported {
    fn drop(&mut self) {
        let bytes = self.bytes.get();
        self.set(0);
        note_freed(bytes);
    }
}

/// The slot that a handle shares with its direct calls; empty after the handle is closed.
pub(crate) struct Slot<T: ExternalMemory>(RefCell<Option<Rc<Tracked<T>>>>);

impl<T: ExternalMemory> Slot<T> {
    pub(crate) fn new(tracked: Rc<Tracked<T>>) -> Rc<Self> {
        Rc::new(Self(RefCell::new(Some(tracked))))
    }

    /// The engine or cache, unless the handle is closed. A running call keeps it, even if the handle is closed meanwhile.
    pub(crate) fn open(&self) -> Result<Rc<Tracked<T>>, Failure> {
        let tracked = self.0.borrow().clone();
        tracked.ok_or_else(|| Failure::argument(T::CLOSED))
    }

    /// Closes the handle.
    pub(crate) fn close(&self) {
        let tracked = self.0.take();
        drop(tracked);
    }
}
