//! Bytes of JavaScript as a slice of Rust, for the time of a call. Nothing here uses Node-API, so Miri runs the tests.
#![allow(unsafe_code)] // Memory of JavaScript is read in place.

use std::borrow::Cow;
use std::collections::TryReserveError;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering};

/// The memory of an argument, by who may write to it.
#[derive(Clone, Copy)]
pub(crate) enum Memory {
    /// Only code of JavaScript on this thread.
    Own,
    /// Other threads too, at any time: a SharedArrayBuffer.
    Shared,
}

/// The bytes at an address: in place, or as a copy if another thread could change them during the read. Arguments may share bytes, so
/// none is borrowed exclusively.
///
/// # Safety
///
/// During `'call` there are `length` bytes at `data`, and no code of JavaScript runs, which could detach or resize them.
pub(crate) unsafe fn borrow_bytes<'call>(
    data: *mut u8,
    length: usize,
    memory: Memory,
) -> Result<Cow<'call, [u8]>, TryReserveError> {
    // For an empty buffer Node-API may return a null pointer.
    let Some(start) = NonNull::new(data).filter(|_| length > 0) else {
        return Ok(Cow::Borrowed(&[]));
    };
    match memory {
        Memory::Own => {
            // SAFETY: the caller's promise. Only code of JavaScript writes, and none runs meanwhile.
            let bytes = unsafe { std::slice::from_raw_parts(start.as_ptr(), length) };
            Ok(Cow::Borrowed(bytes))
        }
        Memory::Shared => {
            let mut copy = Vec::new();
            copy.try_reserve_exact(length)?;
            copy.extend((0..length).map(|at| {
                // SAFETY: the caller's promise. A byte has no alignment, and other threads write it in one piece.
                unsafe { AtomicU8::from_ptr(start.add(at).as_ptr()) }.load(Ordering::Relaxed)
            }));
            Ok(Cow::Owned(copy))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_over_one_buffer_are_read_side_by_side() {
        let mut buffer = *b"some bytes";
        let data = buffer.as_mut_ptr();
        // SAFETY: the buffer outlives them and does not change.
        let (one, other) = unsafe {
            let part = data.add(5);
            (
                borrow_bytes(data, 10, Memory::Own),
                borrow_bytes(part, 5, Memory::Own),
            )
        };
        // Alternately: Miri refuses the first if the second was borrowed exclusively.
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(
            (&*one, &*other, &*one),
            (&b"some bytes"[..], &b"bytes"[..], &b"some bytes"[..])
        );
        assert!(matches!((one, other), (Cow::Borrowed(_), Cow::Borrowed(_))));
    }

    #[test]
    fn shared_bytes_are_a_copy_that_others_do_not_change() {
        let buffer: Vec<AtomicU8> = (0..100).map(AtomicU8::new).collect();
        let data = buffer.as_ptr().cast_mut().cast();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for byte in &buffer {
                    byte.fetch_add(100, Ordering::Relaxed);
                }
            });
            // SAFETY: the buffer outlives the copy, and all writers use atomics.
            let copy = unsafe { borrow_bytes(data, 100, Memory::Shared) }.unwrap();
            let kept = copy.to_vec();
            assert!(
                kept.iter()
                    .zip(0..)
                    .all(|(&byte, at)| byte == at || byte == at + 100)
            );
            assert!(matches!(copy, Cow::Owned(_)));
        });
    }

    #[test]
    fn no_bytes_need_no_address() {
        for memory in [Memory::Own, Memory::Shared] {
            // SAFETY: there are none.
            let none = unsafe { borrow_bytes(std::ptr::null_mut(), 0, memory) };
            assert_eq!(none.unwrap().len(), 0);
        }
    }
}
