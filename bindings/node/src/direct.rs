//! Direct calls: functions of JavaScript that are bound to one Rust value, for calls that programs make millions of times.
//!
//! A method of a class costs 250 ns in napi-rs before it does anything: it checks the class, and a scope borrows the arguments. A closure
//! costs 40 ns, and a text 15 more where napi-rs takes 70 (x86_64, Node 24). So the few hot calls are closures, texts pass through a
//! buffer that the thread keeps, and lists are the arguments of a call, which V8 passes faster than elements of an array.
//!
//! Bytes of an argument are borrowed from the call. A function among the arguments needs the call exclusively, since it could detach or
//! resize the bytes.
#![allow(unsafe_code)] // Arguments are read without a copy. All else is napi-rs'.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::ptr;

use napi::bindgen_prelude::*;
use napi::{Env, JsString, JsValue, sys};

use crate::borrowed::{Memory, borrow_bytes};
use crate::error::{Failure, OrThrow};

/// A running call from JavaScript.
pub(crate) struct Call<'scope>(FunctionCallContext<'scope>);

/// A value of an argument that refers to nothing of JavaScript.
pub(crate) trait Plain: FromNapiValue {}

impl Plain for bool {}
impl Plain for f64 {}
impl<T: Plain> Plain for Option<T> {}
impl<T: Plain> Plain for Vec<T> {}
impl<A: Plain + TypeName + ValidateNapiValue, B: Plain + TypeName + ValidateNapiValue> Plain
    for Either<A, B>
{
}

impl Call<'_> {
    pub(crate) fn env(&self) -> Env {
        *self.0.env
    }

    /// An argument, not converted.
    pub(crate) fn arg(&self, at: usize) -> Result<Arg<'_>> {
        self.0.get(at)
    }

    /// An argument that may be undefined.
    pub(crate) fn optional(&self, at: usize) -> Result<Option<Arg<'_>>> {
        self.0.get(at)
    }

    /// The arguments from index `first` on.
    pub(crate) fn args_from(&self, first: usize) -> Result<Vec<Arg<'_>>> {
        (first..self.0.length()).map(|at| self.arg(at)).collect()
    }

    /// The elements of an argument that is an array.
    pub(crate) fn list(&self, at: usize) -> Result<Vec<Arg<'_>>> {
        self.0.get(at)
    }

    /// An argument as an independent value.
    pub(crate) fn plain<T: Plain>(&self, at: usize) -> Result<T> {
        self.0.get(at)
    }

    /// An argument that is a function, or undefined.
    pub(crate) fn function<A: JsValuesTupleIntoVec, R: FromNapiValue>(
        &mut self,
        at: usize,
    ) -> Result<Option<Function<'_, A, R>>> {
        self.0.get(at)
    }
}

/// An argument, not converted, for the time of its call.
pub struct Arg<'call> {
    env: sys::napi_env,
    value: sys::napi_value,
    call: PhantomData<&'call ()>,
}

impl FromNapiValue for Arg<'_> {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        Ok(Self {
            env,
            value,
            call: PhantomData,
        })
    }
}

impl<'call> Arg<'call> {
    /// The bytes of a Uint8Array: in place, or a copy if other threads may write to them.
    pub(crate) fn bytes(&self) -> std::result::Result<Cow<'call, [u8]>, Failure> {
        let (mut kind, mut length, mut data) = (0, 0, ptr::null_mut());
        let (mut buffer, mut offset) = (ptr::null_mut(), 0);
        let mut own = false;
        // SAFETY: both come from Node-API in the running call, as do the results.
        unsafe {
            let status = sys::napi_get_typedarray_info(
                self.env,
                self.value,
                &mut kind,
                &mut length,
                &mut data,
                &mut buffer,
                &mut offset,
            );
            check(status, "to find the bytes of a Uint8Array")?;
            if kind != sys::TypedarrayType::uint8_array {
                let error = Error::new(Status::InvalidArg, "a Uint8Array is expected");
                return Err(error.into());
            }
            // A SharedArrayBuffer is not one.
            let status = sys::napi_is_arraybuffer(self.env, buffer, &mut own);
            check(status, "to find the kind of a buffer")?;
        }
        let memory = if own { Memory::Own } else { Memory::Shared };
        // SAFETY: the address comes from Node-API. It is valid until code of JavaScript runs, which this call does not do meanwhile.
        let bytes = unsafe { borrow_bytes(data.cast(), length, memory) };
        Ok(bytes.map_err(|_| grid_cache::Error::OutOfMemory { bytes: length })?)
    }

    /// Whether it is a text.
    pub(crate) fn is_text(&self) -> Result<bool> {
        let mut kind = 0;
        // SAFETY: as above, and `kind` outlives the call.
        let status = unsafe { sys::napi_typeof(self.env, self.value, &mut kind) };
        check(status, "to find the type of a value")?;
        Ok(kind == sys::ValueType::napi_string)
    }

    pub(crate) fn env(&self) -> sys::napi_env {
        self.env
    }

    /// The argument as a value of Node-API.
    pub(crate) fn value(&self) -> sys::napi_value {
        self.value
    }
}

/// Sets a function of JavaScript as a member of an object.
pub(crate) fn bind<R: ToNapiValue>(
    env: &Env,
    object: &mut Object<'_>,
    name: &str,
    answer: impl Fn(&mut Call<'_>) -> std::result::Result<R, Failure> + 'static,
) -> Result<()> {
    let function = env.create_function_from_closure::<(), R, _>(name, move |context| {
        let mut call = Call(context);
        answer(&mut call).or_throw(call.env())
    })?;
    object.set(name, function)
}

/// A text as a string of JavaScript.
pub(crate) fn text_to_js<'env>(env: &'env Env, text: &str) -> Result<JsString<'env>> {
    // V8 copies such a text as it is; it has to decode UTF-8.
    if text.is_ascii() {
        env.create_string_latin1(text)
    } else {
        env.create_string(text)
    }
}

/// A text or undefined, as the result of a direct call.
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

/// The result of a function of JavaScript, to be returned as it is.
pub(crate) struct Returned(sys::napi_value);

impl FromNapiValue for Returned {
    unsafe fn from_napi_value(_env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        Ok(Self(value))
    }
}

impl ToNapiValue for Returned {
    unsafe fn to_napi_value(_env: sys::napi_env, returned: Self) -> Result<sys::napi_value> {
        Ok(returned.0)
    }
}

pub(crate) fn check(status: sys::napi_status, what: &str) -> Result<()> {
    match Status::from(status) {
        Status::Ok => Ok(()),
        status => Err(Error::new(status, format!("Node-API failed {what}"))),
    }
}
