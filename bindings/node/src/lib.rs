//! Grid for Node: conversion and error mapping between Node-API and the crates, no logic.
//!
//! The names and types that JavaScript sees are in `ts/addon.ts`.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod builtins;
#[cfg(feature = "bundle")]
mod bundle;
mod cache;
mod camel;
mod direct;
mod engine;
mod error;
mod evaluation;
mod given_back;
mod held;
mod lent;
mod named;
mod report;
mod texts;

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

/// What V8 knows of bytes outside of its heap, whoever has told it: for tests, as nothing of Node's tells.
#[napi_derive::napi(catch_unwind)]
pub fn told_bytes(env: napi::Env) -> napi::Result<f64> {
    Ok(env.adjust_external_memory(0)? as f64)
}

// Counts what evaluations take, so that their memory limits hold.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
