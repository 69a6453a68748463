//! Bundles of an `Engine`.

use grid_opa::BundleOptions;
use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::engine::Engine;
use crate::error::OrThrow;

/// A bundle that serves.
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
    /// Loads or replaces a bundle; the options are JSON under the crate's names.
    #[napi(catch_unwind)]
    pub fn load_bundle(&self, env: Env, bytes: &[u8], options: String) -> Result<()> {
        BundleOptions::from_json(&options)
            .and_then(|options| self.0.load_bundle(bytes, &options))
            .or_throw(env)
    }

    /// Removes a bundle; returns whether it was there.
    #[napi(catch_unwind)]
    pub fn remove_bundle(&self, env: Env, name: String) -> Result<bool> {
        self.0.remove_bundle(&name).or_throw(env)
    }

    /// The bundles that serve.
    #[napi(catch_unwind)]
    pub fn loaded_bundles(&self) -> Vec<LoadedBundle> {
        let bundles = self.0.loaded_bundles().into_iter();
        bundles
            .map(|bundle| LoadedBundle {
                name: bundle.name,
                revision: bundle.revision,
                roots: bundle.roots,
            })
            .collect()
    }
}
