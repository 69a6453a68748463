//! An OPA/Rego policy engine to embed in a process that must not die.
//!
//! [`Engine`] serves one immutable set of policies and data at a time. A load, replacement or removal builds the next set next to the
//! serving one. It then swaps in the complete new set, or fails and leaves the old one in place. Evaluations take no lock and finish on the
//! set that they started with. Limits are on by default, every failure is a typed [`Error`], and a possibly wrong answer is an error, never
//! an allow.
//!
//! ```
//! use grid_opa::{Engine, EngineOptions};
//! use serde_json::json;
//!
//! let engine = Engine::new(EngineOptions::default())?;
//! engine.load_policy("authz.rego", "package authz\nallow if input.user in data.admins")?;
//! engine.set_data(&json!({ "admins": ["ann"] }))?;
//! assert_eq!(engine.evaluate("data.authz.allow", Some(&json!({ "user": "ann" })))?, Some(json!(true)));
//! assert_eq!(engine.evaluate("data.authz.allow", Some(&json!({ "user": "bob" })))?, None); // undefined, not false
//! # Ok::<(), grid_opa::Error>(())
//! ```
//!
//! This crate reads, compiles and evaluates policies as OPA 1.22 does.

// Tests may panic; the lints are for shipped code.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod bounded_cache;
#[cfg(feature = "bundle")]
mod bundle;
#[cfg(feature = "coverage")]
mod coverage;
mod custom;
mod document;
mod engine;
mod error;
mod evaluate;
mod explain;
mod faults;
mod features;
mod limits;
mod options;
mod permissions;
mod rego;
mod report;
mod serialise;
mod set;
mod sorting;
mod testing;

// Runs the example of docs/crates.md with the tests.
#[cfg(doctest)]
#[doc = concat!("```\n", include_str!("../examples/decide.rs"), "```")]
struct Example;

#[cfg(feature = "bundle")]
pub use bundle::{BundleKey, BundleOptions, BundleVerification};
#[cfg(feature = "coverage")]
pub use coverage::{Coverage, FileCoverage, Lines};
pub use custom::{Builtin, BuiltinFunction, JsonBuiltinFunction};
pub use document::{Document, MAX_JSON_DEPTH};
pub use engine::Engine;
pub use error::{Error, ErrorKind};
pub use explain::{Event, EventKind, ExplainMode, Explanation};
pub use features::{builtins, features};
pub use limits::kind::LimitKind;
pub use limits::memory::{CappedAllocator, MemoryCap, memory_cap};
#[doc(hidden)]
pub use limits::stack::stack_left;
pub use options::value::OptionValue;
pub use options::{EngineOptions, RegoVersion};
pub use permissions::{
    Hosts, HttpClient, HttpFailure, HttpRequest, HttpResponse, HttpSend, Permissions, TlsSettings,
};
pub use report::{CacheUse, Metrics, Print, Prints, Trace};
#[cfg(feature = "bundle")]
pub use set::bundles::LoadedBundle;
pub use testing::{Outcome, TestCase, TestOptions, TestReport, TestResult};
