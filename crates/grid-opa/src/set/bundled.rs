//! Sets with bundles.

use super::PolicySet;
use super::build::{Fresh, MOST_FAULTS};
use crate::bundle::Contents;
use crate::error::Error;
use crate::options::EngineOptions;
use crate::set::bundles::{Bundle, Bundles};

impl PolicySet {
    /// The bundles, and which data and policies they own.
    pub(crate) const fn bundles(&self) -> &Bundles {
        &self.bundles
    }

    /// This set with one bundle added. It replaces the bundle of the same name with all its policies and data.
    pub(crate) fn with_bundle(
        &self,
        options: &EngineOptions,
        name: &str,
        contents: Contents,
    ) -> Result<Self, Error> {
        let mut sources = self.sources.clone();
        sources.retain(|policy, _| self.bundles.owner_of(policy) != Some(name));
        let Contents {
            revision,
            roots,
            policies,
            data,
        } = contents;
        for policy in &policies {
            if sources.contains_key(&policy.name) {
                let text = format!(
                    "a policy of this name is already loaded, but not by the bundle {name}; rename that policy, or load the bundle under \
                    another name"
                );
                return Err(Error::input(text).in_file(&policy.name));
            }
        }
        let fresh: Vec<Fresh<'_>> = policies
            .iter()
            .map(|policy| Fresh {
                name: &policy.name,
                text: &policy.source,
                version: policy.version.unwrap_or(options.rego_version),
            })
            .collect();
        let bundle = Bundle {
            revision,
            roots: roots.clone(),
            policies: policies.iter().map(|policy| policy.name.clone()).collect(),
            data,
        };
        let bundles = self.bundles.with(name, bundle)?;
        let set = Self::build(
            options,
            sources,
            &fresh,
            bundles,
            self.host.clone(),
            MOST_FAULTS,
        )
        .map_err(Error::all_of)?;
        for policy in &policies {
            let package = set
                .sources
                .get(&policy.name)
                .map(|source| source.package.as_slice());
            let package = package.unwrap_or_default();
            if !roots.iter().any(|root| root.contains(package)) {
                let text = format!(
                    "the package data.{} lies outside the roots of the bundle; put it below a root, or change the roots in the .manifest",
                    package.join(".")
                );
                return Err(Error::input(text).in_file(&policy.name));
            }
        }
        Ok(set)
    }

    /// This set without the bundle of this name, its policies and its data.
    pub(crate) fn without_bundle(
        &self,
        options: &EngineOptions,
        name: &str,
    ) -> Result<Self, Error> {
        let mut sources = self.sources.clone();
        sources.retain(|policy, _| self.bundles.owner_of(policy) != Some(name));
        let bundles = self.bundles.without(name)?;
        Self::build(
            options,
            sources,
            &[],
            bundles,
            self.host.clone(),
            MOST_FAULTS,
        )
        .map_err(Error::all_of)
    }
}
