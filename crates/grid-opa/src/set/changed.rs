//! Sets with other policies and other data.

use super::checks::{Faults, check};
use super::{Module, PolicySet, core_error};
use crate::compile;
use crate::conflicts;
#[cfg(feature = "coverage")]
use crate::coverage::Copy;
use crate::error::Error;
use crate::load_clock::LoadClock;
use crate::options::EngineOptions;
#[cfg(feature = "coverage")]
use crate::stack;
use regorus::Value;
use std::collections::BTreeMap;

impl PolicySet {
    /// This set with more policies, each a name and a source, in place of those of the same names.
    pub(crate) fn with_policies(
        &self,
        options: &EngineOptions,
        policies: &[(&str, &str)],
    ) -> Result<Self, Error> {
        Ok(self.with_all(options, policies)?)
    }

    /// As [`with_policies`](Self::with_policies), and tells all that is wrong.
    pub(crate) fn with_all(
        &self,
        options: &EngineOptions,
        policies: &[(&str, &str)],
    ) -> Result<Self, Faults> {
        let (mut parsed, modules) = self.joined(options, policies)?;
        let in_file = |error: Error| match policies {
            [(name, _)] if error.file().is_none() => error.in_file(name),
            _ => error,
        };
        let levels = check(&mut parsed, &modules, &self.bundles, options)
            .map_err(|faults| faults.map(in_file))?;
        Ok(self.assembled(parsed, modules, self.bundles.clone(), levels)?)
    }

    /// This set without the policy `name`.
    pub(crate) fn without_policy(
        &self,
        options: &EngineOptions,
        name: &str,
    ) -> Result<Self, Error> {
        self.bundles.check_free(name)?;
        let clock = LoadClock::start(options);
        let (mut parsed, modules) = self.parsed_without(options, &clock, |other| other == name)?;
        let levels = check(&mut parsed, &modules, &self.bundles, options)?;
        self.assembled(parsed, modules, self.bundles.clone(), levels)
    }

    /// This set with other data; that of bundles stays.
    pub(crate) fn with_data(&self, own: Value) -> Result<Self, Error> {
        let bundles = self.bundles.with_own(own)?;
        if let Some(message) = conflicts::with_data(&self.modules, bundles.data()) {
            return Err(Error::input(message));
        }
        Self::assemble(
            self.parsed.clone(),
            self.modules.clone(),
            bundles,
            self.levels,
            self.strict,
            self.custom.clone(),
            Some(self.plans.clone()),
        )
    }

    /// This set with copies of its policies that come to the same, and a builtin of their own.
    #[cfg(feature = "coverage")]
    pub(crate) fn copied(
        &self,
        options: &EngineOptions,
        copies: &[Copy],
        install: impl FnOnce(&mut regorus::Engine) -> anyhow::Result<()>,
    ) -> Result<Self, Error> {
        // A copy calls at most one function more in each rule.
        let levels = self.levels.saturating_mul(2);
        let mut parsed = Self::empty(options)?.parsed;
        stack::enough(levels, || {
            for Copy { name, v0, text, .. } in copies {
                parsed.set_rego_v0(*v0);
                parsed.add_policy(name.clone(), text.clone())?;
            }
            parsed.set_rego_v0(false);
            install(&mut parsed)
        })
        .map_err(|error| core_error(&error))?;
        Self::assemble(
            parsed,
            self.modules.clone(),
            self.bundles.clone(),
            levels,
            self.strict,
            self.custom.clone(),
            Some(self.plans.clone()),
        )
    }

    // The modules of this set and more, not yet checked together.
    fn joined(
        &self,
        options: &EngineOptions,
        policies: &[(&str, &str)],
    ) -> Result<(regorus::Engine, BTreeMap<String, Module>), Error> {
        let clock = LoadClock::start(options);
        for (name, _) in policies {
            self.bundles.check_free(name)?;
        }
        // regorus cannot replace a module: it would add a second one beside it.
        let (mut parsed, mut modules) = if policies.iter().any(|(name, _)| self.contains(name)) {
            self.parsed_without(options, &clock, |name| {
                policies.iter().any(|(other, _)| *other == name)
            })?
        } else {
            (self.parsed.clone(), self.modules.clone())
        };
        for (name, source) in policies {
            if modules.contains_key(*name) {
                return Err(Error::argument(format!(
                    "two of the policies are named {name}"
                )));
            }
            let module = compile::add(&mut parsed, options, name, source)?;
            modules.insert((*name).to_owned(), module);
            clock.check().map_err(|error| error.in_file(name))?;
        }
        Ok((parsed, modules))
    }

    /// All modules but some, parsed again: regorus has no way to take one out.
    pub(super) fn parsed_without(
        &self,
        options: &EngineOptions,
        clock: &LoadClock,
        out: impl Fn(&str) -> bool,
    ) -> Result<(regorus::Engine, BTreeMap<String, Module>), Error> {
        let mut parsed = Self::empty(options)?.parsed;
        let mut modules = self.modules.clone();
        modules.retain(|name, _| !out(name));
        for source in self
            .parsed
            .get_policies()
            .map_err(|error| core_error(&error))?
        {
            if let Some(module) = modules.get(source.get_path()) {
                parsed.set_rego_v0(module.v0);
                parsed
                    .add_policy(source.get_path().clone(), source.get_contents().clone())
                    .map_err(|error| core_error(&error))?;
                clock.check()?;
            }
        }
        parsed.set_rego_v0(false);
        Ok((parsed, modules))
    }
}
