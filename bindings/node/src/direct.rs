//! Direct calls: functions of JavaScript that are bound to one Rust value, for what programs call millions of times.
//!
//! A method of a class costs 250 ns in napi-rs before it does anything: the class is checked, and arguments are borrowed by a scope. A
//! closure costs 40 ns, and a text 15 more where napi-rs takes 70 (x86_64, Node 24). So the few hot calls are closures, texts go
//! through a buffer that the thread keeps, and lists go as the arguments of a call, which V8 passes faster than elements of an array.
#![allow(unsafe_code)] // Texts are read without a copy between. All else is napi-rs'.

use std::cell::Cell;
use std::ops::Range;

use napi::bindgen_prelude::*;
use napi::{Env, JsString, JsValue, sys};

use crate::error::OrThrow;

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

/// An argument as it comes.
#[derive(Clone, Copy)]
pub(crate) struct Arg {
    env: sys::napi_env,
    value: sys::napi_value,
}

impl FromNapiValue for Arg {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        Ok(Self { env, value })
    }
}

impl Arg {
    /// The bytes of a Uint8Array; they are JavaScript's, which does not run while they are used.
    pub(crate) fn bytes<'call>(self) -> Result<&'call [u8]> {
        // SAFETY: both came from Node-API in the call that is being answered.
        unsafe { <&mut [u8]>::from_napi_value(self.env, self.value) }.map(|bytes| &*bytes)
    }

    /// The argument as Node-API knows it.
    pub(crate) fn raw(self) -> sys::napi_value {
        self.value
    }

    /// Whether it is a text.
    pub(crate) fn is_text(self) -> Result<bool> {
        let mut kind = 0;
        // SAFETY: as above, and the place outlives the call.
        let status = unsafe { sys::napi_typeof(self.env, self.value, &mut kind) };
        check(status, "to tell a value's type")?;
        Ok(kind == sys::ValueType::napi_string)
    }
}

/// Texts of the arguments of one call, as UTF-8 behind each other.
pub(crate) struct Texts(Vec<u8>);

/// A text among them.
pub(crate) type Place = Range<usize>;

impl Texts {
    /// Runs a call that reads texts.
    pub(crate) fn with<T>(call: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut texts = Self(BUFFER.take());
        texts.0.clear();
        let result = call(&mut texts);
        if texts.0.capacity() <= KEPT {
            BUFFER.set(texts.0);
        }
        result
    }

    /// Reads one more text.
    pub(crate) fn push(&mut self, arg: Arg) -> Result<Place> {
        let start = self.0.len();
        self.reserve(arg, ROOM)?;
        let written = self.fill(arg)?;
        if written + BRIM > self.0.capacity() - start {
            // It may have been cut: once more, by its length.
            self.0.truncate(start);
            let mut length = 0;
            // SAFETY: without a buffer Node-API tells the length.
            let status = unsafe {
                sys::napi_get_value_string_utf8(
                    arg.env,
                    arg.value,
                    std::ptr::null_mut(),
                    0,
                    &mut length,
                )
            };
            check(status, "to measure a text")?;
            self.reserve(arg, length.saturating_add(BRIM))?;
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
    fn fill(&mut self, arg: Arg) -> Result<usize> {
        let room = self.0.spare_capacity_mut();
        let mut written = 0;
        // SAFETY: Node-API writes into the room no more than its length, and tells how much before the 0 that it writes last.
        unsafe {
            let status = sys::napi_get_value_string_utf8(
                arg.env,
                arg.value,
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

    fn reserve(&mut self, arg: Arg, bytes: usize) -> Result<()> {
        self.0
            .try_reserve(bytes)
            .map_err(|_| grid_cache::Error::OutOfMemory { bytes })
            .or_throw(Env::from_raw(arg.env))
    }
}

/// A function of JavaScript as a member of an object.
pub(crate) fn bind<R: ToNapiValue>(
    env: &Env,
    object: &mut Object<'_>,
    name: &str,
    call: impl Fn(FunctionCallContext<'_>) -> Result<R> + 'static,
) -> Result<()> {
    let function = env.create_function_from_closure::<(), R, _>(name, call)?;
    object.set(name, function)
}

/// A text on its way to JavaScript.
pub(crate) fn text_to_js<'env>(env: &'env Env, text: &str) -> Result<JsString<'env>> {
    // V8 keeps such a text as it is; UTF-8 it has to decode.
    if text.is_ascii() {
        env.create_string_latin1(text)
    } else {
        env.create_string(text)
    }
}

/// A text that may not be there, as the result of a direct call.
pub(crate) struct TextOrUndefined(pub(crate) Option<String>);

impl ToNapiValue for TextOrUndefined {
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> Result<sys::napi_value> {
        let env = Env::from_raw(env);
        match value.0 {
            Some(text) => text_to_js(&env, &text).map(|text| text.raw()),
            // SAFETY: the environment is that of the call.
            None => unsafe { <()>::to_napi_value(env.raw(), ()) },
        }
    }
}

fn check(status: sys::napi_status, what: &str) -> Result<()> {
    match Status::from(status) {
        Status::Ok => Ok(()),
        status => Err(Error::new(status, format!("Node-API failed {what}"))),
    }
}
