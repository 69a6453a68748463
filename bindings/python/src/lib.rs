//! Grid for Python: conversion and error mapping between CPython and the crates, no logic.
//!
//! The names and types that Python sees are in `python/boardkit_grid/_native.pyi`.

mod answers;
mod ask;
mod builtins;
#[cfg(feature = "bundle")]
mod bundle;
#[cfg(not(feature = "bundle"))]
#[path = "no_bundle.rs"]
mod bundle;
mod cache;
mod call;
mod document;
mod engine;
mod error;
mod fault;
mod handle;
#[cfg(feature = "network")]
mod http;
mod report;
mod scalars;
mod sources;
mod text;

use pyo3::prelude::*;

// Counts the memory of evaluations for their limits.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;

/// The features of this build; a profile may leave some out.
#[pyfunction]
fn features() -> Vec<&'static str> {
    grid_opa::features().collect()
}

// Shared state has its own locks, but this was not tested on a free-threaded Python yet, which turns its GIL on for it.
#[pymodule(gil_used = true)]
mod _native {
    #[cfg(feature = "bundle")]
    #[pymodule_export]
    use super::bundle::load_bundle;
    #[pymodule_export]
    use super::bundle::{loaded_bundles, remove_bundle};
    #[pymodule_export]
    use super::cache::{Cache, Store, Subscription};
    #[pymodule_export]
    use super::features;
    #[pymodule_export]
    use super::handle::{Engine, Handle};
    #[cfg(feature = "coverage")]
    #[pymodule_export]
    use super::report::coverage;
    #[cfg(feature = "format")]
    #[pymodule_export]
    use super::report::format;
    #[pymodule_export]
    use super::report::{
        capabilities, explain, inspect, run_tests, trace, trace_all_json, validate,
    };
    use pyo3::exceptions::PyImportError;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        // PyO3 keeps the types of exceptions per process, and CPython before 3.12 does not check whether a module supports subinterpreters.
        if !super::is_main_interpreter() {
            return Err(PyImportError::new_err(
                "module boardkit_grid._native does not support loading in subinterpreters",
            ));
        }
        // A panic becomes an error with its full text, so nothing is printed. The hook belongs to this module alone, as does its std.
        std::panic::set_hook(Box::new(|_| ()));
        Ok(())
    }
}

#[allow(unsafe_code)] // PyO3 has no safe function for the number of an interpreter.
fn is_main_interpreter() -> bool {
    // SAFETY: the GIL is held while a module is made, so there is a current interpreter.
    unsafe { pyo3::ffi::PyInterpreterState_GetID(pyo3::ffi::PyInterpreterState_Get()) == 0 }
}
