//! An OPA/Rego policy engine to embed in a process that must not die.
//!
//! [`Engine`] holds one immutable set of policies and data at a time. Loading, replacing and removing build the next set
//! beside the serving one and swap it in whole, or fail and leave the old one serving. Evaluations hold no lock and finish
//! on the set that they began with. Limits are on by default, every failure is a typed [`Error`], and an answer that may be
//! wrong is an error, never an allow.
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
//! Policies are read, compiled and evaluated by this crate, as OPA 1.22 does.

// A test may panic; the lints are for what ships.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod answer;
#[cfg(feature = "bundle")]
mod bundle;
mod bundles;
#[cfg(feature = "coverage")]
mod coverage;
mod custom;
mod data;
mod decisions;
mod document;
mod engine;
mod error;
mod evaluate;
mod faults;
mod features;
mod guard;
mod limit_kind;
mod load_clock;
mod memory;
mod option_value;
mod options;
mod registry;
mod rego;
mod report;
mod serialise;
mod set;
mod sorting;
mod source;
mod stack;
mod testing;
mod wanted;

// The example of docs/crates.md, run with the tests.
#[cfg(doctest)]
#[doc = concat!("```\n", include_str!("../examples/decide.rs"), "```")]
struct Example;

#[cfg(feature = "bundle")]
pub use bundle::{BundleKey, BundleOptions, BundleVerification};
#[cfg(feature = "bundle")]
pub use bundles::LoadedBundle;
#[cfg(feature = "coverage")]
pub use coverage::{Coverage, FileCoverage, Lines};
pub use custom::{Builtin, BuiltinFunction, JsonBuiltinFunction};
pub use document::{Document, MAX_JSON_DEPTH};
pub use engine::Engine;
pub use error::{Error, ErrorKind};
pub use features::{builtins, features};
pub use limit_kind::LimitKind;
pub use memory::{CappedAllocator, MemoryCap, memory_cap};
pub use option_value::OptionValue;
pub use options::{EngineOptions, RegoVersion};
pub use report::{CacheUse, Metrics, Print, Prints, Trace};
#[doc(hidden)]
pub use stack::stack_left;
pub use testing::{Outcome, TestCase, TestOptions, TestReport, TestResult};
