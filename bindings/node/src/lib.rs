//! Grid for Node: conversion and error mapping between Node-API and the crates, no logic.
//!
//! The names and types that JavaScript sees are in `ts/addon.ts`.

mod cache;
mod engine;
mod error;
