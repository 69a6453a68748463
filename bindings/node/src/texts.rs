//! Texts among the arguments of a direct call, as UTF-8 in a buffer that the thread keeps.
#![allow(unsafe_code)] // Texts are read without a copy between.

use std::cell::Cell;
use std::ops::Range;

use napi::bindgen_prelude::*;
use napi::sys;

use crate::direct::{Arg, check};
use crate::error::Failure;

/// What is free in the buffer before a text is read into it, in bytes: most fit, and need not be measured first.
const ROOM: usize = 256;
/// The largest buffer that a thread keeps, in bytes.
const KEPT: usize = 64 * 1024;
/// The longest UTF-8 of one character, and the 0 that Node-API writes behind a text.
const BRIM: usize = 4 + 1;

thread_local! {
    /// Taken while a call uses it, so a call inside of a call has one of its own.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Texts of the arguments of one call, as UTF-8 behind each other.
pub(crate) struct Texts(Vec<u8>);

/// A text among them.
pub(crate) type Place = Range<usize>;

impl Texts {
    /// Runs a call that reads texts.
    pub(crate) fn with<T>(
        call: impl FnOnce(&mut Self) -> std::result::Result<T, Failure>,
    ) -> std::result::Result<T, Failure> {
        let mut texts = Self(BUFFER.take());
        texts.0.clear();
        let result = call(&mut texts);
        if texts.0.capacity() <= KEPT {
            BUFFER.set(texts.0);
        }
        result
    }

    /// Reads one more text.
    pub(crate) fn push(&mut self, arg: &Arg<'_>) -> std::result::Result<Place, Failure> {
        let start = self.0.len();
        self.reserve(ROOM)?;
        let written = self.fill(arg)?;
        if written + BRIM > self.0.capacity() - start {
            // It may have been cut: once more, by its length.
            self.0.truncate(start);
            let mut length = 0;
            // SAFETY: the argument is one of the call that is being answered; without a buffer Node-API tells the length.
            let status = unsafe {
                sys::napi_get_value_string_utf8(
                    arg.env(),
                    arg.value(),
                    std::ptr::null_mut(),
                    0,
                    &mut length,
                )
            };
            check(status, "to measure a text")?;
            self.reserve(length.saturating_add(BRIM))?;
            self.fill(arg)?;
        }
        Ok(start..self.0.len())
    }

    /// A text that was read.
    pub(crate) fn get(&self, place: Place) -> Result<&str> {
        // V8 writes nothing else than UTF-8.
        let bytes = self.0.get(place).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|error| Error::from_reason(error.to_string()))
    }

    /// Writes a text behind the others, as far as there is room; how many bytes.
    fn fill(&mut self, arg: &Arg<'_>) -> Result<usize> {
        let room = self.0.spare_capacity_mut();
        let mut written = 0;
        // SAFETY: Node-API writes into the room no more than its length, and tells how much before the 0 that it writes last.
        unsafe {
            let status = sys::napi_get_value_string_utf8(
                arg.env(),
                arg.value(),
                room.as_mut_ptr().cast(),
                room.len(),
                &mut written,
            );
            if status == sys::Status::napi_string_expected {
                return Err(Error::new(Status::StringExpected, "a text is expected"));
            }
            check(status, "to read a text")?;
            self.0.set_len(self.0.len() + written);
        }
        Ok(written)
    }

    fn reserve(&mut self, bytes: usize) -> std::result::Result<(), Failure> {
        let reserved = self.0.try_reserve(bytes);
        Ok(reserved.map_err(|_| grid_cache::Error::OutOfMemory { bytes })?)
    }
}
