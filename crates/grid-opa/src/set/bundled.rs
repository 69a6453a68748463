//! Sets with bundles in them.

use super::PolicySet;
use super::checks::check;
use crate::bundle::Contents;
use crate::bundles::{Bundle, Bundles};
use crate::compile;
use crate::error::Error;
use crate::load_clock::LoadClock;
use crate::options::EngineOptions;

impl PolicySet {
    /// What belongs to which bundle.
    pub(crate) const fn bundles(&self) -> &Bundles {
        &self.bundles
    }

    /// This set with one bundle more, in place of the one of that name and all that it brought in.
    pub(crate) fn with_bundle(
        &self,
        options: &EngineOptions,
        name: &str,
        contents: Contents,
    ) -> Result<Self, Error> {
        let clock = LoadClock::start(options);
        let (mut parsed, mut modules) = if self.bundles.has(name) {
            self.parsed_without(options, &clock, |policy| {
                self.bundles.owner_of(policy) == Some(name)
            })?
        } else {
            (self.parsed.clone(), self.modules.clone())
        };
        let Contents {
            revision,
            roots,
            policies,
            data,
        } = contents;
        for policy in &policies {
            if modules.contains_key(&policy.name) {
                let text = format!(
                    "a policy of this name is loaded already, and not by the bundle {name}; name that one differently, or give the bundle a name of its own"
                );
                return Err(Error::input(text).in_file(&policy.name));
            }
            let options = EngineOptions {
                rego_version: policy.version.unwrap_or(options.rego_version),
                ..options.clone()
            };
            let module = compile::add(&mut parsed, &options, &policy.name, &policy.source)?;
            if !roots.iter().any(|root| root.contains(&module.package)) {
                let text = format!(
                    "the package data.{} lies outside of the bundle's roots; put it below one, or change the roots in the .manifest",
                    module.package.join(".")
                );
                return Err(Error::input(text).in_file(&policy.name));
            }
            modules.insert(policy.name.clone(), module);
            clock.check().map_err(|error| error.in_file(&policy.name))?;
        }
        let bundle = Bundle {
            revision,
            roots,
            policies: policies.into_iter().map(|policy| policy.name).collect(),
            data,
        };
        let bundles = self.bundles.with(name, bundle)?;
        let levels = check(&mut parsed, &modules, &bundles, options)?;
        self.assembled(parsed, modules, bundles, levels)
    }

    /// This set without the bundle of this name and all that it brought in.
    pub(crate) fn without_bundle(
        &self,
        options: &EngineOptions,
        name: &str,
    ) -> Result<Self, Error> {
        let clock = LoadClock::start(options);
        let (mut parsed, modules) = self.parsed_without(options, &clock, |policy| {
            self.bundles.owner_of(policy) == Some(name)
        })?;
        let bundles = self.bundles.without(name)?;
        let levels = check(&mut parsed, &modules, &bundles, options)?;
        self.assembled(parsed, modules, bundles, levels)
    }
}
