//! OPA bundles: policies and data that are loaded and removed together.

use super::Engine;
use crate::bundle::{self, BundleOptions};
use crate::error::Error;
use crate::set::bundles::LoadedBundle;

impl Engine {
    /// Loads an OPA bundle, a gzipped tar as `opa build` writes it, in one step: all of its policies and data or none. It replaces the
    /// previous bundle of the same name.
    ///
    /// The bundle owns the roots in its `.manifest`: its data and policies lie below them, and nothing else does. Without roots in the
    /// manifest the bundle owns all of `data`. Changes by `set_data`, `merge_data` and `patch_data` keep the bundle's data and may not
    /// write to a root; a policy that was loaded separately may not have its package below a root. The name of a policy is its path in the
    /// bundle, prefixed with the bundle's name unless that is the default: `authz/http.rego`, `other/authz/http.rego`.
    ///
    /// Other files than policies (`*.rego`), data (`data.json`), the manifest and the signature are ignored, as in OPA. If this engine
    /// cannot handle a file as OPA does, that is an error: WebAssembly, deltas, YAML, and links or unusual names in the archive.
    ///
    /// # Errors
    /// `GRID_INPUT` for invalid bundles and files, for data or policies outside the roots, for roots that overlap those of another bundle
    /// or other data, for an invalid signature, for an unsigned bundle if verification is on, and, as in OPA, for a signed one if it is
    /// off. `GRID_COMPILE` as in [`load_policy`](Self::load_policy). `GRID_LIMIT` for `max_bundle_bytes`, `max_bundle_unpacked_bytes`,
    /// `max_bundle_entries`, `max_data_bytes` per data file, `max_policy_bytes` per policy, and `max_load_memory_bytes`. `GRID_ARGUMENT`
    /// for the options. After an error the old set still serves.
    pub fn load_bundle(&self, bytes: &[u8], options: &BundleOptions) -> Result<(), Error> {
        let name = options.checked_name()?;
        self.change(|set| {
            let contents = bundle::read(bytes, options, self.options())?;
            set.with_bundle(self.options(), name, contents)
        })
    }

    /// Removes a bundle with its policies and data, and returns whether it existed.
    ///
    /// # Errors
    /// `GRID_COMPILE` if the other policies do not compile without it; the old set still serves.
    pub fn remove_bundle(&self, name: &str) -> Result<bool, Error> {
        let mut existed = false;
        self.change_if(&mut |set| {
            existed = set.bundles().has(name);
            if existed {
                set.without_bundle(self.options(), name).map(Some)
            } else {
                Ok(None)
            }
        })?;
        Ok(existed)
    }

    /// The loaded bundles, sorted by name.
    pub fn loaded_bundles(&self) -> Vec<LoadedBundle> {
        self.serving().set.bundles().all().collect()
    }
}
