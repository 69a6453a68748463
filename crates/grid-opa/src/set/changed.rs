//! Sets with changed policies or data.

use super::PolicySet;
use super::build::{Fresh, MOST_FAULTS};
use crate::error::Error;
use crate::options::EngineOptions;
use crate::rego::value::Value;

impl PolicySet {
    /// This set with policies added, each a name and a source. They replace policies of the same names.
    ///
    /// # Errors
    /// The first error, with the others attached.
    pub(crate) fn with_policies(
        &self,
        options: &EngineOptions,
        policies: &[(&str, &str)],
    ) -> Result<Self, Error> {
        self.with_all(options, policies, MOST_FAULTS)
            .map_err(Error::all_of)
    }

    /// Like [`with_policies`](Self::with_policies), with at most `most_faults` errors; 0 is all.
    pub(crate) fn with_all(
        &self,
        options: &EngineOptions,
        policies: &[(&str, &str)],
        most_faults: usize,
    ) -> Result<Self, Vec<Error>> {
        for (number, (name, _)) in policies.iter().enumerate() {
            self.bundles.check_free(name).map_err(|error| vec![error])?;
            if policies.iter().take(number).any(|(other, _)| other == name) {
                let text = format!("two of the policies are named {name}; give each a unique name");
                return Err(vec![Error::argument(text)]);
            }
        }
        let version = options.rego_version;
        let fresh: Vec<Fresh<'_>> = policies
            .iter()
            .map(|&(name, text)| Fresh {
                name,
                text,
                version,
            })
            .collect();
        let (bundles, host) = (self.bundles.clone(), self.host.clone());
        Self::build(
            options,
            self.sources.clone(),
            &fresh,
            bundles,
            host,
            most_faults,
        )
    }

    /// This set without the policy `name`.
    pub(crate) fn without_policy(
        &self,
        options: &EngineOptions,
        name: &str,
    ) -> Result<Self, Error> {
        self.bundles.check_free(name)?;
        let mut sources = self.sources.clone();
        sources.remove(name);
        let (bundles, host) = (self.bundles.clone(), self.host.clone());
        Self::build(options, sources, &[], bundles, host, MOST_FAULTS).map_err(Error::all_of)
    }

    /// This set with other data; the data of bundles stays.
    pub(crate) fn with_data(&self, own: Value) -> Result<Self, Error> {
        self.with_bundles(self.bundles.with_own(own)?)
    }
}
