//! Memory that was freed goes back to the system.
//!
//! glibc keeps what lies between blocks that are in use, which after hundreds of engines is nearly all of it. musl gives it back.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What is freed before the system gets it, in bytes: giving it back takes some 0.2 ms a MB, and fetching it again longer.
#[cfg(target_env = "gnu")]
const WORTH_IT: usize = 32 << 20;

/// Notes that so many bytes were freed at once.
#[cfg(target_env = "gnu")]
pub(crate) fn given_back(bytes: usize) {
    static FREED: AtomicUsize = AtomicUsize::new(0);
    // Of threads that come to it at once one may do it for both.
    if FREED.fetch_add(bytes, Ordering::Relaxed) >= WORTH_IT.saturating_sub(bytes) {
        FREED.store(0, Ordering::Relaxed);
        malloc_trim(0);
    }
}

/// Notes that so many bytes were freed at once.
#[cfg(not(target_env = "gnu"))]
pub(crate) const fn given_back(_bytes: usize) {}

#[cfg(target_env = "gnu")]
#[allow(unsafe_code)] // A function of the C library, which Rust's has no name for.
unsafe extern "C" {
    safe fn malloc_trim(pad: usize) -> std::ffi::c_int;
}
