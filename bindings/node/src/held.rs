//! What handles of JavaScript hold outside of V8's heap, and how V8 hears of it.
//!
//! An engine is some hundred bytes to V8, however much it has loaded, so garbage that holds megabytes would make it collect nothing. It
//! is told of these bytes as long as they are held, once a thread whatever number of handles that thread has of them.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use napi::Env;

use crate::error::Failure;
use crate::given_back::given_back;

/// What moves in and out before V8 is told again, in bytes: much less than it takes to make a difference to it, and enough that one call
/// in hundreds asks.
pub(crate) const STEP: usize = 64 * 1024;

/// What has a handle.
pub(crate) trait Holds {
    /// What a call on a closed handle is told.
    const CLOSED: &'static str;
    /// About how many bytes it holds.
    fn bytes(&self) -> usize;
}

/// Something that this thread holds, by as many handles as there are.
pub(crate) struct Held<T: Holds> {
    // In this order they go: first what is held, then V8 hears of it.
    what: T,
    told: Told,
}

impl<T: Holds> Held<T> {
    /// Holds something; V8 is told of it later, since it may collect garbage then.
    pub(crate) fn new(env: Env, what: T) -> Rc<Self> {
        let told = Told {
            env,
            bytes: Cell::new(0),
            moved: Cell::new(0),
        };
        Rc::new(Self { what, told })
    }

    /// Tells V8 how much it is now.
    pub(crate) fn tell(&self) {
        self.told.tell(self.what.bytes());
    }

    /// Notes that about so many bytes came or went, and tells V8 once it is worth it.
    pub(crate) fn moved(&self, bytes: usize) {
        let moved = self.told.moved.get().saturating_add(bytes);
        self.told.moved.set(moved);
        if moved >= STEP {
            self.tell();
        }
    }
}

impl<T: Holds> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.what
    }
}

/// What V8 was told that something holds, until that is gone.
struct Told {
    /// Of the thread that made it: handles do not leave their thread, and are finalized before it ends.
    env: Env,
    bytes: Cell<usize>,
    /// What came or went since.
    moved: Cell<usize>,
}

impl Told {
    fn tell(&self, bytes: usize) {
        self.moved.set(0);
        let signed = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
        let change = signed(bytes) - signed(self.bytes.get());
        // What V8 did not hear of it must not be told is gone.
        if change != 0 && self.env.adjust_external_memory(change).is_ok() {
            self.bytes.set(bytes);
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let bytes = self.bytes.get();
        self.tell(0);
        given_back(bytes);
    }
}

/// What a handle and its direct calls share; empty once the handle is closed.
pub(crate) struct Slot<T: Holds>(RefCell<Option<Rc<Held<T>>>>);

impl<T: Holds> Slot<T> {
    pub(crate) fn new(held: Rc<Held<T>>) -> Rc<Self> {
        Rc::new(Self(RefCell::new(Some(held))))
    }

    /// What the handle holds, unless it is closed; a call that has it ends on it, whoever closes the handle meanwhile.
    pub(crate) fn open(&self) -> Result<Rc<Held<T>>, Failure> {
        let held = self.0.borrow().clone();
        held.ok_or_else(|| Failure::argument(T::CLOSED))
    }

    /// Closes the handle.
    pub(crate) fn close(&self) {
        let held = self.0.take();
        drop(held);
    }
}
