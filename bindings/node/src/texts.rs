//! Texts among the arguments of a direct call, as UTF-8 in a buffer that the thread keeps.
#![allow(unsafe_code)] // Texts are read without another copy.

use std::cell::Cell;
use std::ops::Range;

use napi::bindgen_prelude::*;
use napi::sys;

use crate::direct::{Arg, check};
use crate::error::Failure;

/// Free bytes in the buffer before a text is read into it: most texts fit and need not be measured first.
const ROOM: usize = 256;
/// The largest buffer that a thread keeps, in bytes.
const KEPT: usize = 64 * 1024;
/// The longest UTF-8 of one character, and the 0 that Node-API writes after a text.
const MARGIN: usize = 4 + 1;

thread_local! {
    /// Taken while a call uses it, so a nested call has its own.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Texts of the arguments of one call, as UTF-8, one after another.
pub(crate) struct Texts(Vec<u8>);

/// The range of a text among them.
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

    /// Reads another text.
    pub(crate) fn push(&mut self, arg: &Arg<'_>) -> std::result::Result<Place, Failure> {
        let start = self.0.len();
        self.reserve(ROOM)?;
        let written = self.fill(arg)?;
        if written + MARGIN > self.0.capacity() - start {
            // It may have been cut: read it again, by its length.
            self.0.truncate(start);
            let mut length = 0;
            // SAFETY: the argument belongs to the running call; without a buffer Node-API returns the length.
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
            self.reserve(length.saturating_add(MARGIN))?;
            self.fill(arg)?;
        }
        Ok(start..self.0.len())
    }

    /// The text of a range.
    pub(crate) fn get(&self, place: Place) -> Result<&str> {
        // V8 only writes UTF-8.
        let bytes = self.0.get(place).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|error| Error::from_reason(error.to_string()))
    }

    /// Writes a text after the others, as far as there is room; returns how many bytes.
    fn fill(&mut self, arg: &Arg<'_>) -> Result<usize> {
        let room = self.0.spare_capacity_mut();
        let mut written = 0;
        // SAFETY: Node-API writes at most the length of the room, and returns the number of bytes before the final 0.
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
