//! Bundles of OPA: from their bytes to policies and data.
//!
//! The order is what keeps it safe: the archive is unpacked under its limits, then the signature is verified over all of it, and
//! only then is anything read as what it says to be. Where OPA and this engine could understand a bundle differently it is an
//! error.

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

use crate::bundles::Root;
use crate::error::Error;
use crate::options::{EngineOptions, RegoVersion};
use crate::rego::value::Value;

/// What a bundle brings in.
pub(crate) struct Contents {
    pub(crate) revision: String,
    pub(crate) roots: Vec<Root>,
    pub(crate) policies: Vec<Policy>,
    /// An object that holds nothing outside of the roots.
    pub(crate) data: Value,
}

/// A policy of a bundle.
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) source: String,
    /// What the manifest says that it is written in.
    pub(crate) version: Option<RegoVersion>,
}

/// Reads a bundle; where policies do not compile shows later.
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
