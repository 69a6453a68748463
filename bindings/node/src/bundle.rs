//! Bundles of an `Engine`.

use grid_opa::BundleOptions;
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::direct::Arg;
use crate::engine::Engine;
use crate::error::Failure;

/// A loaded bundle.
#[napi(object)]
pub struct LoadedBundle {
    /// Its name.
    pub name: String,
    /// The revision of its manifest.
    pub revision: String,
    /// The paths that it owns.
    pub roots: Vec<String>,
}

#[napi]
impl Engine {
    /// Loads or replaces a bundle; the options are JSON with the crate's names.
    #[napi(catch_unwind)]
    pub fn load_bundle(&self, env: Env, bytes: Arg<'_>, options: String) -> Result<()> {
        self.change(env, |engine| -> std::result::Result<(), Failure> {
            let options = BundleOptions::from_json(&options)?;
            Ok(engine.load_bundle(&bytes.bytes()?, &options)?)
        })
    }

    /// Removes a bundle; returns whether it was loaded.
    #[napi(catch_unwind)]
    pub fn remove_bundle(&self, env: Env, name: String) -> Result<bool> {
        self.change(env, |engine| engine.remove_bundle(&name))
    }

    /// The loaded bundles.
    #[napi(catch_unwind)]
    pub fn loaded_bundles(&self, env: Env) -> Result<Vec<LoadedBundle>> {
        let bundles = self.engine(env)?.loaded_bundles().into_iter();
        Ok(bundles
            .map(|bundle| LoadedBundle {
                name: bundle.name,
                revision: bundle.revision,
                roots: bundle.roots,
            })
            .collect())
    }
}
