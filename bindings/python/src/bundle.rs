//! Bundles of an `Engine`.

use grid_opa::BundleOptions;
use pyo3::prelude::*;

use crate::call::without_gil;
use crate::error::Failure;
use crate::handle::Engine;
use crate::text::{bytes_of, text_of, type_name};

/// Loads or replaces a bundle; the options are JSON with the crate's names.
#[pyfunction]
pub(crate) fn load_bundle(
    engine: &Engine,
    bundle: &Bound<'_, PyAny>,
    options: &str,
) -> PyResult<()> {
    let engine = engine.engine()?;
    let bytes = bytes_of(bundle).ok_or_else(|| {
        let found = type_name(bundle);
        Failure::argument(format!("the bundle must be bytes; got {found}"))
    })?;
    let options = BundleOptions::from_json(options).map_err(Failure::from)?;
    let bytes = bytes.as_bytes();
    without_gil(bundle.py(), || engine.load_bundle(bytes, &options))
}

/// Removes a bundle; returns whether it was loaded.
#[pyfunction]
pub(crate) fn remove_bundle(engine: &Engine, name: &Bound<'_, PyAny>) -> PyResult<bool> {
    let engine = engine.engine()?;
    let bundle = text_of(name, "the bundle's name")?;
    without_gil(name.py(), || engine.remove_bundle(&bundle))
}

/// The loaded bundles: names, revisions and roots.
#[pyfunction]
pub(crate) fn loaded_bundles(engine: &Engine) -> PyResult<Vec<(String, String, Vec<String>)>> {
    let bundles = engine.engine()?.loaded_bundles().into_iter();
    Ok(bundles
        .map(|bundle| (bundle.name, bundle.revision, bundle.roots))
        .collect())
}
