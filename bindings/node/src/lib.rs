//! Grid for Node: conversion and error mapping between Node-API and the crates, no logic.
//!
//! The names and types that JavaScript sees are in `ts/addon.ts`.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod borrowed;
mod builtins;
#[cfg(feature = "bundle")]
mod bundle;
mod cache;
mod camel;
mod direct;
mod engine;
mod error;
mod evaluation;
mod external_memory;
#[cfg(feature = "network")]
pub mod http;
mod named_engines;
mod report;
mod texts;
mod trim;

// A panic becomes an error with its full text, so nothing is printed. The hook belongs to the addon alone, as does its std.
#[napi_derive::module_init]
fn init() {
    std::panic::set_hook(Box::new(|_| ()));
}

/// The features of this build; a profile may leave some out.
#[napi_derive::napi]
pub fn features() -> Vec<&'static str> {
    grid_opa::features().collect()
}

/// The bytes outside of its heap that V8 knows about, from all reporters. For tests: Node has no call for it.
#[napi_derive::napi(js_name = "toldBytes", catch_unwind)]
pub fn external_bytes(env: napi::Env) -> napi::Result<f64> {
    Ok(env.adjust_external_memory(0)? as f64)
}

// Counts the memory of evaluations for their limits.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
