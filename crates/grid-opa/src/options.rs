//! What an engine is built with, and the one checked conversion from a binding's values.

mod limits;

use crate::custom::{self, Builtin};
use crate::error::Error;
use crate::guard::Allowance;
use crate::option_value::OptionValue;
use limits::LIMITS;

/// Which version of Rego sources are read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RegoVersion {
    /// v1 first; a source that is valid as v0 only loads as v0. The error of a source that is neither is that of the version
    /// whose parser got further.
    Auto,
    /// The classic syntax, `allow { ... }`; `import rego.v1` and `import future.keywords` work in it.
    V0,
    /// The syntax of OPA 1.x, `allow if { ... }`.
    #[default]
    V1,
}

/// Options of an [`Engine`](crate::Engine). All limits are on by default. Write `..EngineOptions::default()` after the ones that
/// you set: more will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineOptions {
    /// Which version of Rego sources are read as; queries are v1 always. Default: v1.
    pub rego_version: RegoVersion,
    /// Whether an error of a builtin (a wrong type, a text that does not parse, a division by zero) ends the evaluation with
    /// `GRID_EVALUATION` (`true`), or makes the call undefined as in OPA (`false`).
    ///
    /// Default: `false`, as in OPA. Where policies use `not`, think of `true`: an undefined call under a `not` allows what the
    /// author meant to forbid, and an input that the caller chooses can provoke it.
    pub strict_builtin_errors: bool,
    /// Builtins of the host. Default: none.
    pub builtins: Vec<Builtin>,
    /// Longest policy source and longest query text, in bytes. Default: 1 MiB.
    pub max_policy_bytes: u32,
    /// Longest data document given as text, in bytes. Default: 16 MiB.
    pub max_data_bytes: u32,
    /// Longest input given as text, in bytes. Default: 1 MiB.
    pub max_input_bytes: u32,
    /// How deep brackets and chained operators may nest in a policy or query, in levels. Default: 500.
    pub max_nesting: u32,
    /// How deep rules and functions may use each other in an evaluation, in levels. Default: 1000.
    pub max_depth: u32,
    /// Longest evaluation, in milliseconds. One builtin that runs past it is not interrupted, but its answer is discarded:
    /// no answer comes after the limit. Default: 1000.
    pub max_evaluation_ms: u32,
    /// Most memory that one evaluation may take, its answer included, in bytes. Default: 64 MiB. What it means where the host does
    /// not use [`CappedAllocator`](crate::CappedAllocator) is told by [`memory_cap`](crate::memory_cap).
    pub max_evaluation_memory_bytes: u32,
    /// Longest change of policies or data, in milliseconds. It is looked at between policies and between the phases of a load; what is
    /// longer in one phase is bounded by the limits on size and depth, and discarded. Default: 10,000.
    pub max_load_ms: u32,
    /// Most memory that one change of policies or data may take, in bytes. Default: 256 MiB.
    pub max_load_memory_bytes: u32,
    /// Longest bundle as it comes, compressed, in bytes. Default: 16 MiB.
    pub max_bundle_bytes: u32,
    /// Most bytes that a bundle may unpack to. Default: 64 MiB.
    pub max_bundle_unpacked_bytes: u32,
    /// Most files and folders in a bundle. Default: 2000.
    pub max_bundle_entries: u32,
    /// Most bytes of answers that the engine keeps to give them again, for rules asked with the same input text while nothing has
    /// changed. Policies that call what is not pure, such as `time.now_ns`, are asked each time. Default: 0, which keeps none.
    pub decision_cache_bytes: u32,
    /// How long an answer is kept, in milliseconds. Default: 0, which is as long as there is room.
    pub decision_cache_ttl_ms: u32,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            rego_version: RegoVersion::default(),
            strict_builtin_errors: false,
            builtins: Vec::new(),
            max_policy_bytes: 1 << 20,
            max_data_bytes: 16 << 20,
            max_input_bytes: 1 << 20,
            max_nesting: 500,
            max_depth: 1000,
            max_evaluation_ms: 1000,
            max_evaluation_memory_bytes: 64 << 20,
            max_load_ms: 10_000,
            max_load_memory_bytes: 256 << 20,
            max_bundle_bytes: 16 << 20,
            max_bundle_unpacked_bytes: 64 << 20,
            max_bundle_entries: 2000,
            decision_cache_bytes: 0,
            decision_cache_ttl_ms: 0,
        }
    }
}

impl EngineOptions {
    /// The names of all options that are numbers, texts and flags.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ["rego_version", "strict_builtin_errors"]
            .into_iter()
            .chain(LIMITS.iter().map(|limit| limit.name))
    }

    /// Sets the option `name`, snake_case as the fields are.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for an unknown name, a value of another type, and a number that is not whole or out of its range.
    pub fn set<'a>(&mut self, name: &str, value: impl Into<OptionValue<'a>>) -> Result<(), Error> {
        let value = value.into();
        if let Some(limit) = LIMITS.iter().find(|limit| limit.name == name) {
            *(limit.field)(self) = limit.checked(value)?;
            return Ok(());
        }
        match (name, value) {
            ("rego_version", OptionValue::Text(text)) => {
                self.rego_version = match text {
                    "auto" => RegoVersion::Auto,
                    "v0" => RegoVersion::V0,
                    "v1" => RegoVersion::V1,
                    _ => {
                        return Err(Error::argument(format!(
                            "rego_version is auto, v0 or v1, not {text:?}"
                        )));
                    }
                };
                Ok(())
            }
            ("rego_version", _) => Err(Error::argument("rego_version is a text: auto, v0 or v1")),
            ("strict_builtin_errors", OptionValue::Flag(flag)) => {
                self.strict_builtin_errors = flag;
                Ok(())
            }
            ("strict_builtin_errors", _) => {
                Err(Error::argument("strict_builtin_errors is true or false"))
            }
            _ => {
                let known = Self::names().collect::<Vec<_>>().join(", ");
                Err(Error::argument(format!(
                    "there is no option {name:?}; the options are {known}"
                )))
            }
        }
    }

    /// What one evaluation may take.
    pub(crate) const fn for_evaluation(&self) -> Allowance {
        Allowance {
            option: "max_evaluation_memory_bytes",
            bytes: self.max_evaluation_memory_bytes,
            too_much: "the evaluation takes too much memory",
        }
    }

    /// What one change of policies or data may take.
    pub(crate) const fn for_load(&self) -> Allowance {
        Allowance {
            option: "max_load_memory_bytes",
            bytes: self.max_load_memory_bytes,
            too_much: "the change of policies or data takes too much memory",
        }
    }

    // The fields are public: what was written to them is checked here, by the same rule.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        for limit in &LIMITS {
            let value = f64::from(*(limit.field)(self));
            limit.checked(OptionValue::Number(value))?;
        }
        custom::check(&self.builtins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_and_in_range() {
        let mut options = EngineOptions::default();
        for bad in [
            0.0,
            -1.0,
            0.5,
            1e6,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1e300,
        ] {
            let result = options.set("max_nesting", bad);
            assert_eq!(
                result.map_err(|error| error.code()),
                Err("GRID_ARGUMENT"),
                "{bad}"
            );
        }
        assert_eq!(options, EngineOptions::default());
        assert_eq!(options.set("max_nesting", 32.0), Ok(()));
        assert_eq!(options.max_nesting, 32);
    }

    #[test]
    fn every_name_can_be_set_and_no_other() {
        for name in EngineOptions::names() {
            let mut options = EngineOptions::default();
            let tries = [
                OptionValue::Number(2.0),
                OptionValue::Flag(true),
                OptionValue::Text("v0"),
            ];
            let taken = tries
                .iter()
                .filter(|value| options.set(name, **value).is_ok())
                .count();
            assert_eq!(taken, 1, "{name}");
            assert_ne!(options, EngineOptions::default(), "{name}");
        }
        let unknown = EngineOptions::default().set("maxNesting", 3.0);
        assert!(unknown.is_err_and(|error| error.to_string().contains("max_nesting")));
    }

    #[test]
    fn fields_are_checked_too() {
        let mut options = EngineOptions {
            max_evaluation_ms: 0,
            ..EngineOptions::default()
        };
        assert!(options.check().is_err());
        assert!(EngineOptions::default().check().is_ok());
    }
}
