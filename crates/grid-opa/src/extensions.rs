//! Builtins of OPA that the core lacks, and those of it that it gets wrong or panics in.
//!
//! An engine gets those that its policies call and no others: each clone of the core, one an evaluation, copies the list.

mod cidr;
mod cidr_merge;
mod collections;
#[cfg(feature = "crypto")]
mod crypto;
mod deprecated;
#[cfg(feature = "time")]
mod durations;
mod glob;
mod globs;
mod go_pattern;
mod json;
mod json_patch;
mod json_paths;
#[cfg(feature = "jwt")]
mod jwt;
mod kept;
mod numbers;
mod percent;
mod regexes;
mod semvers;
mod sprintf;
mod strings;
mod texts;
mod units;
mod uri;
mod urlquery;
mod uuid;
mod walk;

#[cfg(feature = "bundle")]
pub(crate) use crypto::hex;
pub(crate) use json_patch::patched as json_patch;
#[cfg(feature = "bundle")]
pub(crate) use jwt::{SignedToken, VerificationKey};

use crate::diagnostic::Diagnostic;
use crate::outline::Outline;
use regorus::Value;
use std::cell::Cell;
use std::collections::BTreeSet;
pub(crate) use walk::WALK;

/// A builtin: its name, how many arguments it takes, and what it does.
pub(crate) struct Extension {
    name: &'static str,
    arity: u8,
    call: Function,
}

impl Extension {
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn arity(&self) -> u8 {
        self.arity
    }

    /// Calls it with as many arguments as its arity.
    pub(crate) fn on(&self, arguments: &[Value]) -> Result<Value, Failure> {
        self.call.on(arguments)
    }
}

/// What a builtin does with as many arguments as its arity.
enum Function {
    /// An error is undefined, or under strict errors that of the evaluation.
    Plain(fn(&[Value]) -> Result<Value, String>),
    /// Some errors are those of the evaluation whatever the options.
    Guarded(fn(&[Value]) -> Result<Value, Failure>),
}

impl Function {
    fn on(&self, arguments: &[Value]) -> Result<Value, Failure> {
        match self {
            Self::Plain(call) => call(arguments).map_err(Failure::Undefined),
            Self::Guarded(call) => call(arguments),
        }
    }
}

thread_local! {
    /// The first [`Failure::Always`] of the evaluation that this thread is at; an evaluation stays on one.
    static REFUSAL: Cell<Option<String>> = const { Cell::new(None) };
}

/// Runs an evaluation, and tells why it must not answer, if it must not. Evaluations nest where a builtin of the host asks an engine:
/// each has a refusal of its own.
pub(crate) fn with_refusal<T>(work: impl FnOnce() -> T) -> (T, Option<String>) {
    struct Outer(Option<String>);
    impl Drop for Outer {
        fn drop(&mut self) {
            REFUSAL.set(self.0.take());
        }
    }
    let _outer = Outer(REFUSAL.take());
    let answer = work();
    (answer, REFUSAL.take())
}

/// Why the evaluation at hand must not answer, as far as it is known.
pub(crate) fn refusal() -> Option<String> {
    let refusal = REFUSAL.take();
    REFUSAL.set(refusal.clone());
    refusal
}

/// Keeps the evaluation at hand from an answer, and gives the error for the core: it drops the one of a clause of a function where
/// another clause has a value.
pub(crate) fn refuse(text: &str) -> anyhow::Error {
    let text = Diagnostic::parse(text).message;
    REFUSAL.set(Some(refusal().unwrap_or_else(|| text.clone())));
    anyhow::Error::msg(text)
}

/// Forgets the compiled patterns that this thread keeps for further evaluations. Their tables grow as they are used: an unwinding may
/// have left one half grown.
pub(crate) fn forget_patterns() {
    glob::forget();
    regexes::forget();
}

/// Why a builtin has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Undefined, or under strict errors the error of the evaluation.
    Undefined(String),
    /// This build cannot tell: an error that no `not` and no other clause of a function makes an answer of.
    Always(String),
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Undefined(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::Undefined(text.to_owned())
    }
}

const fn builtin(
    name: &'static str,
    arity: u8,
    call: fn(&[Value]) -> Result<Value, String>,
) -> Extension {
    let call = Function::Plain(call);
    Extension { name, arity, call }
}

const fn guarded(
    name: &'static str,
    arity: u8,
    call: fn(&[Value]) -> Result<Value, Failure>,
) -> Extension {
    let call = Function::Guarded(call);
    Extension { name, arity, call }
}

fn all() -> impl Iterator<Item = &'static Extension> {
    let all = deprecated::ALL.iter().chain(&strings::ALL);
    let all = all
        .chain(&cidr::ALL)
        .chain(&cidr_merge::ALL)
        .chain(&glob::ALL)
        .chain(&globs::ALL)
        .chain(&collections::ALL)
        .chain(&json::ALL)
        .chain(&json_patch::ALL)
        .chain(&json_paths::ALL)
        .chain(&semvers::ALL)
        .chain(&texts::ALL)
        .chain(&numbers::ALL)
        .chain(&regexes::ALL)
        .chain(&sprintf::ALL);
    let all = all.chain(&units::ALL).chain(&uri::ALL);
    let all = all
        .chain(&urlquery::ALL)
        .chain(&uuid::ALL)
        .chain(&walk::ALL);
    #[cfg(feature = "crypto")]
    let all = all.chain(&crypto::ALL);
    #[cfg(feature = "jwt")]
    let all = all.chain(jwt::all());
    #[cfg(feature = "time")]
    let all = all.chain(&durations::ALL);
    all
}

pub(crate) fn find(name: &str) -> Option<&'static Extension> {
    all().find(|extension| extension.name == name)
}

/// Whether there is a builtin of this name here.
pub(crate) fn has(name: &str) -> bool {
    find(name).is_some()
}

/// How many arguments the builtin of this name takes, if it is here.
pub(crate) fn arity_of(name: &str) -> Option<u8> {
    find(name).map(|extension| extension.arity)
}

/// The names of those that a source calls and does not define itself.
pub(crate) fn called(outline: &Outline<'_>) -> BTreeSet<&'static str> {
    let calls = outline.calls.iter();
    calls
        .filter(|call| !outline.has_own(call.root()))
        .filter_map(|call| match call.name.as_str() {
            // With one argument it is rewritten to the other name.
            "walk" => find(WALK),
            name => find(name),
        })
        .map(|extension| extension.name)
        .collect()
}

/// Gives an engine of the core the builtins of these names; one that it has already stays.
pub(crate) fn install(engine: &mut regorus::Engine, names: &BTreeSet<&'static str>, strict: bool) {
    if names.is_empty() {
        return;
    }
    for Extension { name, arity, call } in all().filter(|extension| names.contains(extension.name))
    {
        let work = move |arguments: Vec<Value>| match call.on(&arguments) {
            Ok(value) => Ok(value),
            Err(Failure::Undefined(_)) if !strict => Ok(Value::Undefined),
            Err(Failure::Undefined(text)) => Err(anyhow::Error::msg(format!("{name}: {text}"))),
            Err(Failure::Always(text)) => Err(refuse(&format!("{name}: {text}"))),
        };
        // The only way to fail is that there is one of the name.
        let _ = engine.add_extension((*name).to_owned(), *arity, Box::new(work));
    }
}

/// The text of an argument, by its number from 1.
fn text(arguments: &[Value], number: usize) -> Result<&str, String> {
    match argument(arguments, number)? {
        Value::String(text) => Ok(text),
        other => Err(wrong(number, "a string", other)),
    }
}

/// An argument, by its number from 1.
fn argument(arguments: &[Value], number: usize) -> Result<&Value, String> {
    arguments
        .get(number - 1)
        .ok_or_else(|| format!("there is no argument {number}"))
}

/// The items of an argument that is an array or a set.
fn items(arguments: &[Value], number: usize) -> Result<Vec<&Value>, String> {
    match argument(arguments, number)? {
        Value::Array(items) => Ok(items.iter().collect()),
        Value::Set(items) => Ok(items.iter().collect()),
        other => Err(wrong(number, "an array or a set", other)),
    }
}

/// A whole number that an argument is.
fn integer(arguments: &[Value], number: usize) -> Result<i64, String> {
    match argument(arguments, number)? {
        Value::Number(value) => value
            .as_i64()
            .ok_or_else(|| format!("argument {number} is no integer of 64 bits")),
        other => Err(wrong(number, "a number", other)),
    }
}

fn wrong(number: usize, wanted: &str, found: &Value) -> String {
    format!(
        "argument {number} is {}, and it takes {wanted}",
        crate::answer::kind_of(found)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, EngineOptions};

    // What a call written in Rego comes to, as JSON; an error under strict errors.
    pub(super) fn ask(call: &str) -> Result<Option<serde_json::Value>, String> {
        let options = EngineOptions {
            strict_builtin_errors: true,
            ..EngineOptions::default()
        };
        let engine = Engine::new(options).map_err(|error| error.to_string())?;
        engine
            .evaluate(call, None)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn names_are_there_once() {
        let names: BTreeSet<_> = all().map(|extension| extension.name).collect();
        assert_eq!(names.len(), all().count());
    }

    #[test]
    fn refusals_nest_and_an_unwinding_leaves_none() {
        let (inner, outer) = with_refusal(|| {
            drop((refuse("outer"), refuse("later")));
            with_refusal(|| drop(refuse("inner"))).1
        });
        assert_eq!(
            (inner.as_deref(), outer.as_deref()),
            (Some("inner"), Some("outer"))
        );
        let unwound = std::panic::catch_unwind(|| {
            with_refusal(|| {
                drop(refuse("lost"));
                std::panic::resume_unwind(Box::new(()))
            })
        });
        assert!(unwound.is_err() && refusal().is_none());
    }

    #[test]
    fn an_error_is_undefined_unless_errors_are_strict() {
        let call = "strings.split_n(1, \",\", 2)";
        assert!(ask(call).is_err_and(|error| error.contains("argument 1 is a number, and it takes a string")));
        let lenient =
            Engine::new(EngineOptions::default()).and_then(|engine| engine.evaluate(call, None));
        assert_eq!(lenient, Ok(None));
    }

    #[test]
    fn a_rule_or_an_import_of_the_name_wins() {
        let engine = Engine::new(EngineOptions::default());
        let answer = engine.and_then(|engine| {
            engine.load_policies(&[
                ("p", "package p\nimport data.q\nany(list) := \"own\"\nx := any([true])\ny := q.all([true])"),
                ("q", "package q\nall(list) := \"other\""),
            ])?;
            engine.evaluate("data.p", None)
        });
        assert_eq!(
            answer,
            Ok(Some(serde_json::json!({ "x": "own", "y": "other" })))
        );
    }
}
