//! The locks, and the map of names.
//!
//! With `--cfg shuttle` they are shuttle's. Its scheduler runs one thread at a time and chooses it at each lock: see `schedules`. A cfg and
//! not a feature, since a feature that one crate of a build enables is on for all.

#[cfg(not(shuttle))]
pub(crate) use {
    dashmap::{DashMap, Entry},
    std::sync::atomic::AtomicUsize,
    std::sync::{LazyLock, Mutex, MutexGuard},
};

#[cfg(shuttle)]
pub(crate) use {
    shuttle::sync::atomic::AtomicUsize,
    shuttle::sync::{Mutex, MutexGuard},
    shuttle_dashmap::{DashMap, Entry},
};

/// A static that is initialised at its first use in each schedule.
#[cfg(shuttle)]
pub(crate) struct LazyLock<T: Sync>(shuttle::lazy_static::Lazy<T>);

#[cfg(shuttle)]
impl<T: Sync> LazyLock<T> {
    pub(crate) const fn new(make: fn() -> T) -> Self {
        Self(shuttle::lazy_static::Lazy::new(make))
    }

    pub(crate) fn force(this: &'static Self) -> &'static T {
        this.0.get()
    }
}
