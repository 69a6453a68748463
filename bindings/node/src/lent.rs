//! Bytes that JavaScript lends to a call: how they become a slice of Rust. Nothing here knows Node-API, so Miri runs the tests.
#![allow(unsafe_code)] // Memory of JavaScript is read where it lies.

use std::borrow::Cow;
use std::collections::TryReserveError;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering};

/// Where the bytes of an argument lie, and who may write to them.
#[derive(Clone, Copy)]
pub(crate) enum Memory {
    /// Only the thread of JavaScript, by code of JavaScript.
    Own,
    /// Other threads too, at any time: a SharedArrayBuffer.
    Shared,
}

/// The bytes at a place, as they lie there or, where another thread could change them while they are read, as a copy. Arguments may lend
/// the same bytes, so none is ever borrowed exclusively.
///
/// # Safety
///
/// For as long as `'call` lasts `length` bytes lie there, and no code of JavaScript runs, which could detach or resize them.
pub(crate) unsafe fn lent<'call>(
    data: *mut u8,
    length: usize,
    memory: Memory,
) -> Result<Cow<'call, [u8]>, TryReserveError> {
    // Of no bytes Node-API may give no place.
    let Some(start) = NonNull::new(data).filter(|_| length > 0) else {
        return Ok(Cow::Borrowed(&[]));
    };
    match memory {
        Memory::Own => {
            // SAFETY: the caller's promise. Nobody writes meanwhile: only code of JavaScript does.
            let bytes = unsafe { std::slice::from_raw_parts(start.as_ptr(), length) };
            Ok(Cow::Borrowed(bytes))
        }
        Memory::Shared => {
            let mut copy = Vec::new();
            copy.try_reserve_exact(length)?;
            copy.extend((0..length).map(|at| {
                // SAFETY: the caller's promise. A byte has no alignment, and who else writes to it does so as a whole.
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
    fn arguments_over_one_buffer_are_read_beside_each_other() {
        let mut buffer = *b"some bytes";
        let data = buffer.as_mut_ptr();
        // SAFETY: the buffer outlives them and is left alone.
        let (one, other) = unsafe {
            let part = data.add(5);
            (lent(data, 10, Memory::Own), lent(part, 5, Memory::Own))
        };
        // In turns: Miri refuses the first once the second was borrowed exclusively.
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
            // SAFETY: the buffer outlives the copy, and all who write do so by atomics.
            let copy = unsafe { lent(data, 100, Memory::Shared) }.unwrap();
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
    fn no_bytes_need_no_place() {
        for memory in [Memory::Own, Memory::Shared] {
            // SAFETY: there are none.
            let none = unsafe { lent(std::ptr::null_mut(), 0, memory) };
            assert_eq!(none.unwrap().len(), 0);
        }
    }
}
