//! Builtins of the host: functions that policies call by the names that the host chose.
//!
//! A host function may fail, panic, run long, or call an engine. If it fails, the evaluation fails: no `not` and no other clause of a
//! function can turn the failure into an answer. It runs outside the memory cap of the evaluation, because its memory belongs to the host.

mod check;

pub(crate) use check::check;

use crate::document;
use crate::document::answer;
use crate::error::Error;
use crate::limits::memory::Uncapped;
use crate::options::EngineOptions;
use crate::permissions::Outside;
use crate::rego::eval::Host;
use crate::rego::plan::Library;
use crate::rego::types::{Builtins, Declaration};
use crate::rego::value::Value;
use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A host function on JSON values; `None` is Rego's undefined, and an error ends the evaluation.
pub type BuiltinFunction =
    dyn Fn(&[serde_json::Value]) -> Result<Option<serde_json::Value>, String> + Send + Sync;

/// A host function on JSON text. It takes an array of the arguments and returns a value.
pub type JsonBuiltinFunction = dyn Fn(&str) -> Result<Option<String>, String> + Send + Sync;

#[derive(Clone)]
enum Function {
    Values(Arc<BuiltinFunction>),
    Json(Arc<JsonBuiltinFunction>),
}

/// A builtin of the host, for [`EngineOptions::builtins`](crate::EngineOptions::builtins).
///
/// ```
/// use grid_opa::{Builtin, Engine, EngineOptions};
/// use serde_json::json;
/// use std::sync::Arc;
///
/// let double = Builtin::new("acme.double", 1, true, Arc::new(|arguments| match arguments {
///     [number] => number.as_i64().map(|number| Some(json!(2 * number))).ok_or_else(|| "it takes an integer".to_owned()),
///     _ => Ok(None),
/// }));
/// let engine = Engine::new(EngineOptions { builtins: vec![double], ..EngineOptions::default() })?;
/// assert_eq!(engine.evaluate("acme.double(21)", None)?, Some(json!(42)));
/// assert!(engine.evaluate("acme.double(\"x\")", None).is_err()); // an error of the evaluation, never undefined
/// # Ok::<(), grid_opa::Error>(())
/// ```
///
/// Two builtins are equal if name, arity and purity are equal and both share the same function object.
#[derive(Clone)]
pub struct Builtin {
    name: Arc<str>,
    arity: u8,
    pure: bool,
    function: Function,
}

impl Builtin {
    /// A builtin on JSON values. Integer arguments beyond 64 bits are an error.
    ///
    /// `name` is two or more names joined by dots, such as `acme.lookup`, and not the name of a builtin of this build. `arity` is at most
    /// 8: a call with another number of arguments does not compile. `pure` says that the answer depends only on the arguments, so that
    /// decisions that depend on it may be cached. [`Engine::new`](crate::Engine::new) checks these values.
    ///
    /// If `function` returns an error or panics, the evaluation fails with `GRID_EVALUATION` and the error's text. It may call and change
    /// this or another engine; the calling evaluation continues with the set that it started with.
    pub fn new(name: &str, arity: u8, pure: bool, function: Arc<BuiltinFunction>) -> Self {
        Self {
            name: name.into(),
            arity,
            pure,
            function: Function::Values(function),
        }
    }

    /// Like [`new`](Self::new), on JSON text: numbers keep their digits.
    pub fn json(name: &str, arity: u8, pure: bool, function: Arc<JsonBuiltinFunction>) -> Self {
        Self {
            name: name.into(),
            arity,
            pure,
            function: Function::Json(function),
        }
    }

    /// The name by which policies call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of its arguments.
    pub const fn arity(&self) -> u8 {
        self.arity
    }

    /// Whether its answer depends only on its arguments.
    pub const fn is_pure(&self) -> bool {
        self.pure
    }

    // Calls the function. The answer is read within the memory cap, but dropped outside the cap, because it was allocated there.
    fn invoke(&self, arguments: &[Value], max_bytes: u32) -> Result<Value, String> {
        let what = format!("answer of the builtin {}", self.name);
        let message = |error: Error| error.to_string();
        match &self.function {
            Function::Values(function) => {
                let arguments = arguments.iter().map(answer::write_value);
                let arguments = arguments.collect::<Result<Vec<_>, _>>().map_err(message)?;
                let answer = call_uncapped(|| function(&arguments));
                match answer.value()? {
                    Some(value) => document::read_value(value, &what).map_err(message),
                    None => Ok(Value::Undefined),
                }
            }
            Function::Json(function) => {
                let arguments = Value::from(arguments.to_vec());
                let arguments = answer::write_text(&arguments).map_err(message)?;
                let answer = call_uncapped(|| function(&arguments));
                match answer.value()? {
                    Some(text) => document::read_text(text, &what, "max_input_bytes", max_bytes)
                        .map_err(message),
                    None => Ok(Value::Undefined),
                }
            }
        }
    }
}

impl PartialEq for Builtin {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.function, &other.function) {
            (Function::Values(one), Function::Values(other)) => Arc::ptr_eq(one, other),
            (Function::Json(one), Function::Json(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        same && (&self.name, self.arity, self.pure) == (&other.name, other.arity, other.pure)
    }
}

impl Eq for Builtin {}

impl fmt::Debug for Builtin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Builtin")
            .field("name", &self.name)
            .field("arity", &self.arity)
            .field("pure", &self.pure)
            .finish_non_exhaustive()
    }
}

/// The answer of a host function, or its error.
struct Answer<T>(Uncapped<Result<Option<T>, String>>);

impl<T> Answer<T> {
    fn value(&self) -> Result<Option<&T>, String> {
        match self.0.get() {
            Some(Ok(value)) => Ok(value.as_ref()),
            Some(Err(text)) => Err(text.clone()),
            None => Ok(None),
        }
    }
}

// Runs a host function. Panics are caught here, because the guard of the evaluation would report them as a fault of the engine.
fn call_uncapped<T>(call: impl FnOnce() -> Result<Option<T>, String>) -> Answer<T> {
    let caught = || {
        catch_unwind(AssertUnwindSafe(call))
            .unwrap_or_else(|payload| Err(format!("it panicked ({})", reason_of(payload.as_ref()))))
    };
    Answer(Uncapped::of(caught))
}

fn reason_of(payload: &(dyn Any + Send)) -> &str {
    crate::limits::guard::reason_of(payload)
}

/// The builtins of the host, as planner and evaluator use them.
#[derive(Debug)]
pub(crate) struct HostBuiltins {
    builtins: Vec<Builtin>,
    declared: Builtins,
    /// The maximum length of an answer as text.
    max_bytes: u32,
    outside: Outside,
}

impl HostBuiltins {
    /// The builtins and permissions of an engine.
    pub(crate) fn of(options: &EngineOptions) -> Result<Self, Error> {
        let builtins = &options.builtins;
        let declared = builtins.iter();
        let declared = declared.map(|one| Declaration::host(one.name(), usize::from(one.arity())));
        Ok(Self {
            declared: Builtins::with_host(declared),
            builtins: builtins.clone(),
            max_bytes: options.max_input_bytes,
            outside: Outside::of(&options.allow, options.http_client.as_ref())?,
        })
    }

    /// The declarations of OPA's builtins and of the host's builtins.
    pub(crate) const fn declared(&self) -> &Builtins {
        &self.declared
    }

    /// What the builtins may reach outside of the process.
    pub(crate) const fn outside(&self) -> &Outside {
        &self.outside
    }
}

impl Library for HostBuiltins {
    fn find(&self, name: &str) -> Option<usize> {
        self.builtins
            .iter()
            .position(|builtin| &*builtin.name == name)
    }

    fn arity(&self, number: usize) -> usize {
        self.builtins
            .get(number)
            .map_or(0, |builtin| usize::from(builtin.arity))
    }

    fn is_pure(&self, number: usize) -> bool {
        self.builtins.get(number).is_some_and(Builtin::is_pure)
    }
}

impl Host for HostBuiltins {
    fn name(&self, number: usize) -> &str {
        self.builtins.get(number).map_or("", Builtin::name)
    }

    fn call(&self, number: usize, arguments: &[Value]) -> Result<Option<Value>, String> {
        let Some(builtin) = self.builtins.get(number) else {
            return Err("there is no such builtin".to_owned());
        };
        match builtin.invoke(arguments, self.max_bytes) {
            Ok(Value::Undefined) => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(text) => Err(format!("the builtin {} failed: {text}", builtin.name)),
        }
    }
}
