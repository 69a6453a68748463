//! Builtins of the host: functions that policies call by a name of its own.
//!
//! A host's function may do anything: fail, panic, run long, or ask an engine in its turn. Its failure is the evaluation's, which no
//! `not` and no other clause of a function makes an answer of; and it runs outside of the evaluation's memory cap, since what it
//! takes is the host's.

use crate::answer;
use crate::document;
use crate::error::Error;
use crate::memory::Uncapped;
use crate::rego::builtins;
use crate::rego::eval::Host;
use crate::rego::plan::Library;
use crate::rego::types::{Builtins, Declaration};
use crate::rego::value::Value;
use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Most arguments of a [`Builtin`].
const MAX_ARITY: u8 = 8;

/// Longest name of a [`Builtin`], in bytes.
const MAX_NAME_BYTES: usize = 256;

/// Words of Rego, which no part of a name may be.
#[rustfmt::skip]
const WORDS: [&str; 18] = [
    "as", "contains", "data", "default", "else", "every", "false", "if", "import", "in", "input", "not", "null", "package", "some",
    "true", "with", "_",
];

/// A function of the host on JSON values; `None` is Rego's undefined, and an error ends the evaluation.
pub type BuiltinFunction =
    dyn Fn(&[serde_json::Value]) -> Result<Option<serde_json::Value>, String> + Send + Sync;

/// A function of the host on JSON text: an array of the arguments comes in, a value goes out.
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
/// Two are equal where name, arity and purity are, and the function is the very same.
#[derive(Clone)]
pub struct Builtin {
    name: Arc<str>,
    arity: u8,
    pure: bool,
    function: Function,
}

impl Builtin {
    /// A builtin on JSON values. Integers of arguments beyond 64 bits are an error.
    ///
    /// `name` is two names or more joined by dots, such as `acme.lookup`, and none that this build has a builtin of. `arity` is at most 8:
    /// a call with another number of arguments does not compile. `pure` says that the answer is that of the arguments alone, so
    /// that decisions which rest on it may be cached. What is wrong with these is told by [`Engine::new`](crate::Engine::new).
    ///
    /// An error that `function` returns is `GRID_EVALUATION` with its text, and so is a panic. It may ask this or another engine, and
    /// change it; the evaluation that called it goes on with the set that it began with.
    pub fn new(name: &str, arity: u8, pure: bool, function: Arc<BuiltinFunction>) -> Self {
        Self {
            name: name.into(),
            arity,
            pure,
            function: Function::Values(function),
        }
    }

    /// As [`new`](Self::new), on JSON text: numbers keep their digits.
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

    /// How many arguments it takes.
    pub const fn arity(&self) -> u8 {
        self.arity
    }

    /// Whether its answer is that of its arguments alone.
    pub const fn is_pure(&self) -> bool {
        self.pure
    }

    // Calls it; what it gives is read within the memory cap, and dropped outside of it, where it was made.
    fn on(&self, arguments: &[Value], max_bytes: u32) -> Result<Value, String> {
        let what = format!("answer of the builtin {}", self.name);
        let told = |error: Error| error.to_string();
        match &self.function {
            Function::Values(function) => {
                let arguments = arguments.iter().map(answer::write_value);
                let arguments = arguments.collect::<Result<Vec<_>, _>>().map_err(told)?;
                let answer = outside(|| function(&arguments));
                match answer.value()? {
                    Some(value) => document::read_value(value, &what).map_err(told),
                    None => Ok(Value::Undefined),
                }
            }
            Function::Json(function) => {
                let arguments = Value::from(arguments.to_vec());
                let arguments = answer::write_text(&arguments).map_err(told)?;
                let answer = outside(|| function(&arguments));
                match answer.value()? {
                    Some(text) => {
                        document::read_text(text, &what, "max_input_bytes", max_bytes).map_err(told)
                    }
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

/// What a function of the host gave, or why it gave nothing.
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

// Runs a function of the host. What it panics with is told here: to the guard of the evaluation it would be a fault of the engine.
fn outside<T>(call: impl FnOnce() -> Result<Option<T>, String>) -> Answer<T> {
    let caught = || {
        catch_unwind(AssertUnwindSafe(call))
            .unwrap_or_else(|payload| Err(format!("it panicked ({})", reason_of(payload.as_ref()))))
    };
    Answer(Uncapped::of(caught))
}

fn reason_of(payload: &(dyn Any + Send)) -> &str {
    crate::guard::reason_of(payload)
}

/// Whether builtins can be what they say they are.
///
/// # Errors
/// `GRID_ARGUMENT` that names the one that cannot.
pub(crate) fn check(given: &[Builtin]) -> Result<(), Error> {
    for (number, builtin) in given.iter().enumerate() {
        let name = &*builtin.name;
        let wrong = |text: String| Err(Error::argument(format!("the builtin {name:?} {text}")));
        if !is_name(name) {
            return wrong(
                "has no name that policies could call: it is two names or more joined by dots, such as acme.lookup, none of them a word of Rego"
                    .to_owned(),
            );
        }
        if builtins::find(name).is_some() {
            return wrong("has the name of one that is there; give it another".to_owned());
        }
        if builtin.arity > MAX_ARITY {
            return wrong(format!(
                "takes {} arguments; the most is {MAX_ARITY}: take an object",
                builtin.arity
            ));
        }
        if given
            .iter()
            .take(number)
            .any(|other| other.name == builtin.name)
        {
            return wrong("is there twice".to_owned());
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !WORDS.contains(&part)
    };
    name.len() <= MAX_NAME_BYTES && name.contains('.') && name.split('.').all(is_part)
}

/// The builtins of the host as the plans and the evaluator ask for them.
#[derive(Debug)]
pub(crate) struct HostBuiltins {
    builtins: Vec<Builtin>,
    declared: Builtins,
    max_bytes: u32,
    runtime: Value,
}

impl HostBuiltins {
    /// `max_bytes` is the longest answer as a text.
    pub(crate) fn of(builtins: &[Builtin], max_bytes: u32) -> Self {
        let declared = builtins.iter();
        let declared = declared.map(|one| Declaration::host(one.name(), usize::from(one.arity())));
        Self {
            declared: Builtins::with_host(declared),
            builtins: builtins.to_vec(),
            max_bytes,
            runtime: Value::new_object(),
        }
    }

    /// The declarations of OPA's builtins and of these.
    pub(crate) const fn declared(&self) -> &Builtins {
        &self.declared
    }

    /// What `opa.runtime` answers.
    pub(crate) const fn runtime(&self) -> &Value {
        &self.runtime
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
        match builtin.on(arguments, self.max_bytes) {
            Ok(Value::Undefined) => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(text) => Err(format!("the builtin {} failed: {text}", builtin.name)),
        }
    }
}
