//! Grid for Node: conversion and error mapping between Node-API and the crates, no logic.
//!
//! The names and types that JavaScript sees are in `ts/addon.ts`.

mod builtins;
#[cfg(feature = "bundle")]
mod bundle;
mod cache;
#[cfg(feature = "coverage")]
mod coverage;
#[cfg(not(feature = "coverage"))]
#[path = "no_coverage.rs"]
mod coverage;
mod direct;
mod engine;
mod error;
mod report;

// A panic becomes an error that says all of it, so nothing is printed. The hook is that of the addon alone, as is its std.
#[napi_derive::module_init]
fn init() {
    std::panic::set_hook(Box::new(|_| ()));
}

/// What this build has of what a profile may leave out.
#[napi_derive::napi]
pub fn features() -> Vec<&'static str> {
    grid_opa::features().collect()
}

// Counts what evaluations take, so that their memory limits hold.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
