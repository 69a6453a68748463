//! Grid for Python: conversion and error mapping between CPython and the crates, no logic.
//!
//! The names and types that Python sees are in `python/boardkit_grid/_native.pyi`.

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
mod report;
mod scalars;
mod sources;
mod text;

use pyo3::prelude::*;

// Counts what evaluations take, so that their memory limits hold.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;

/// What this build has of what a profile may leave out.
#[pyfunction]
fn features() -> Vec<&'static str> {
    grid_opa::features().collect()
}

// What is shared is behind locks of its own, but no free-threaded Python has run this yet: such a one turns its GIL on.
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
    #[pymodule_export]
    use super::report::{run_tests, trace, validate};
    use pyo3::exceptions::PyImportError;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        // PyO3 keeps the types of exceptions once for the process; CPython before 3.12 does not ask whether a module minds.
        if !super::is_main_interpreter() {
            return Err(PyImportError::new_err(
                "module boardkit_grid._native does not support loading in subinterpreters",
            ));
        }
        // A panic becomes an error that says all of it, so nothing is printed. The hook is that of this module alone, as is its std.
        std::panic::set_hook(Box::new(|_| ()));
        Ok(())
    }
}

#[allow(unsafe_code)] // The number of an interpreter, which has no safe name.
fn is_main_interpreter() -> bool {
    // SAFETY: the GIL is held while a module is made, so there is a current interpreter.
    unsafe { pyo3::ffi::PyInterpreterState_GetID(pyo3::ffi::PyInterpreterState_Get()) == 0 }
}
