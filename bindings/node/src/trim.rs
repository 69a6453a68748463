//! Freed memory returns to the system.
//!
//! glibc keeps free memory between blocks in use, which after hundreds of engines is nearly all of it. musl returns it.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Freed bytes before a return to the system: it takes some 0.2 ms per MB, and to get the memory again takes longer.
#[cfg(target_env = "gnu")]
const TRIM_AFTER: usize = 32 << 20;

/// Notes that so many bytes were freed.
#[cfg(target_env = "gnu")]
pub(crate) fn note_freed(bytes: usize) {
    static FREED: AtomicUsize = AtomicUsize::new(0);
    // If several threads get here at once, one of them may trim for all.
    if FREED.fetch_add(bytes, Ordering::Relaxed) >= TRIM_AFTER.saturating_sub(bytes) {
        FREED.store(0, Ordering::Relaxed);
        malloc_trim(0);
    }
}

/// Notes that so many bytes were freed.
#[cfg(not(target_env = "gnu"))]
pub(crate) const fn note_freed(_bytes: usize) {}

#[cfg(target_env = "gnu")]
#[allow(unsafe_code)] // A function of the C library that Rust's does not declare.
unsafe extern "C" {
    safe fn malloc_trim(pad: usize) -> std::ffi::c_int;
}
