//! Reads OPA bundles: from bytes to policies and data.
//!
//! The order of steps makes this safe: the archive is unpacked under limits, then the signature is verified over all files, and only then
//! are the files parsed. If OPA and this engine could interpret a bundle differently, that is an error.

mod archive;
mod canonical;
mod contents;
mod manifest;
mod options;
mod pattern;
mod signature;
#[cfg(feature = "bundle-yaml")]
mod yaml;

pub use options::{BundleKey, BundleOptions, BundleVerification};

use crate::error::Error;
use crate::options::{EngineOptions, RegoVersion};
use crate::rego::value::Value;
use crate::set::bundles::Root;

/// The contents of a bundle.
pub(crate) struct Contents {
    pub(crate) revision: String,
    pub(crate) roots: Vec<Root>,
    pub(crate) policies: Vec<Policy>,
    /// An object without values outside the roots.
    pub(crate) data: Value,
}

/// A policy of a bundle.
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) source: String,
    /// The Rego version in the manifest.
    pub(crate) version: Option<RegoVersion>,
}

/// Reads a bundle. Policies are not compiled here.
pub(crate) fn read(
    bytes: &[u8],
    options: &BundleOptions,
    limits: &EngineOptions,
) -> Result<Contents, Error> {
    let verification = options.verification.as_ref();
    let verifier = verification.map(signature::Verifier::new).transpose()?;
    let files = archive::unpack(bytes, limits)?;
    let files = signature::verified(files, verifier.as_ref())?;
    contents::of(&files, options, limits)
}
