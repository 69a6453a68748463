//! Bundles of OPA: policies and data that come and go as one.

use super::Engine;
use crate::bundle::{self, BundleOptions};
use crate::bundles::LoadedBundle;
use crate::error::Error;

impl Engine {
    /// Loads a bundle of OPA, a gzipped tar as `opa build` writes it, in one step: all of its policies and data serve at once, or
    /// none does. What the bundle of that name had brought in before is gone.
    ///
    /// The roots in its `.manifest` are the bundle's own: data and policies in it lie below them, and nothing else does. Where the
    /// manifest names none, all of `data` is the bundle's. `set_data` and its like keep the bundle's data and may give none at a
    /// root; a policy that was loaded by itself may have no package below one. A policy's name is its path in the bundle, and
    /// begins with the bundle's name if that is not the default one: `authz/http.rego`, `other/authz/http.rego`.
    ///
    /// Files that are no policy (`*.rego`), data (`data.json`), manifest or signature are passed over, as in OPA. What this
    /// engine cannot do as OPA would is an error: WebAssembly, deltas, YAML, and links or odd names in the archive.
    ///
    /// # Errors
    /// `GRID_INPUT` for bytes that are no bundle, for files that are not as they should be, for what lies outside of the roots or
    /// overlaps those of another bundle or other data, for a signature that does not hold, for an unsigned bundle where
    /// verification is asked for, and, as in OPA, for a signed one where it is not. `GRID_COMPILE` as
    /// [`load_policy`](Self::load_policy). `GRID_LIMIT` for `max_bundle_bytes`, `max_bundle_unpacked_bytes`,
    /// `max_bundle_entries`, `max_data_bytes` of each data file, `max_policy_bytes` of each policy, and
    /// `max_load_memory_bytes`. `GRID_ARGUMENT` for the options. The old set serves on.
    pub fn load_bundle(&self, bytes: &[u8], options: &BundleOptions) -> Result<(), Error> {
        let name = options.checked_name()?;
        self.change(|set| {
            let contents = bundle::read(bytes, options, self.options())?;
            set.with_bundle(self.options(), name, contents)
        })
    }

    /// Removes a bundle with its policies and data, and returns whether it was there.
    ///
    /// # Errors
    /// `GRID_COMPILE` where the other policies do not compile without it; the old set serves on.
    pub fn remove_bundle(&self, name: &str) -> Result<bool, Error> {
        let mut there = false;
        self.change_if(|set| {
            there = set.bundles().has(name);
            if there {
                set.without_bundle(self.options(), name).map(Some)
            } else {
                Ok(None)
            }
        })?;
        Ok(there)
    }

    /// The bundles that serve, in the order of their names.
    pub fn loaded_bundles(&self) -> Vec<LoadedBundle> {
        self.serving().set.bundles().all().collect()
    }
}
