//! Grid for Node: conversion and error mapping between Node-API and the crates, no logic.
//!
//! The names and types that JavaScript sees are in `ts/addon.ts`.

mod cache;
mod engine;
mod error;

// Counts what evaluations take, so that their memory limits hold.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
