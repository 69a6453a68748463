//! Direct calls: functions of JavaScript that are bound to one Rust value, for what programs call millions of times.
//!
//! A method of a class costs 250 ns in napi-rs before it does anything: the class is checked, and arguments are borrowed by a scope. A
//! closure costs 40 ns, and a text 15 more where napi-rs takes 70 (x86_64, Node 24). So the few hot calls are closures, texts go
//! through a buffer that the thread keeps, and lists go as the arguments of a call, which V8 passes faster than elements of an array.
//!
//! What an argument lends is lent by the call. A function of JavaScript can only be had from a call that lends nothing at the time, since
//! it could detach or resize the bytes.
#![allow(unsafe_code)] // Arguments are read without a copy between. All else is napi-rs'.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::ptr;

use napi::bindgen_prelude::*;
use napi::{Env, JsString, JsValue, sys};

use crate::error::{Failure, OrThrow};
use crate::lent::{Memory, lent};

/// A call of JavaScript while it is answered.
pub(crate) struct Call<'scope>(FunctionCallContext<'scope>);

/// What an argument becomes that keeps nothing of JavaScript's.
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

    /// An argument as it comes.
    pub(crate) fn arg(&self, at: usize) -> Result<Arg<'_>> {
        self.0.get(at)
    }

    /// An argument that may be undefined.
    pub(crate) fn optional(&self, at: usize) -> Result<Option<Arg<'_>>> {
        self.0.get(at)
    }

    /// The arguments from one on.
    pub(crate) fn args_from(&self, first: usize) -> Result<Vec<Arg<'_>>> {
        (first..self.0.length()).map(|at| self.arg(at)).collect()
    }

    /// The elements of an argument that is an array.
    pub(crate) fn list(&self, at: usize) -> Result<Vec<Arg<'_>>> {
        self.0.get(at)
    }

    /// An argument as a value of its own.
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

/// An argument as it comes, for as long as its call is answered.
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
    /// The bytes of a Uint8Array, where they lie unless other threads may write there.
    pub(crate) fn bytes(&self) -> std::result::Result<Cow<'call, [u8]>, Failure> {
        let (mut kind, mut length, mut data) = (0, 0, ptr::null_mut());
        let (mut buffer, mut offset) = (ptr::null_mut(), 0);
        let mut own = false;
        // SAFETY: both came from Node-API in the call that is being answered, as does what it tells of them.
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
            // Not so of a SharedArrayBuffer.
            let status = sys::napi_is_arraybuffer(self.env, buffer, &mut own);
            check(status, "to tell whose a buffer is")?;
        }
        let memory = if own { Memory::Own } else { Memory::Shared };
        // SAFETY: Node-API has told the place. It lasts as long as no code of JavaScript runs, which the call has none of meanwhile.
        let lent = unsafe { lent(data.cast(), length, memory) };
        Ok(lent.map_err(|_| grid_cache::Error::OutOfMemory { bytes: length })?)
    }

    /// Whether it is a text.
    pub(crate) fn is_text(&self) -> Result<bool> {
        let mut kind = 0;
        // SAFETY: as above, and the place outlives the call.
        let status = unsafe { sys::napi_typeof(self.env, self.value, &mut kind) };
        check(status, "to tell a value's type")?;
        Ok(kind == sys::ValueType::napi_string)
    }

    pub(crate) fn env(&self) -> sys::napi_env {
        self.env
    }

    /// The argument as Node-API knows it.
    pub(crate) fn value(&self) -> sys::napi_value {
        self.value
    }
}

/// A function of JavaScript as a member of an object.
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

/// What a function of JavaScript has returned, to be returned once more.
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
