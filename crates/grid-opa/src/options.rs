//! The options of an engine, and the checked conversion from values of a binding.

mod limits;
pub(crate) mod value;

use crate::custom::{self, Builtin};
use crate::error::Error;
use crate::limits::guard::Allowance;
use crate::permissions::{HttpClient, Permissions};
use limits::LIMITS;
use value::OptionValue;

/// The Rego version of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RegoVersion {
    /// v1 first; a source that is valid only as v0 loads as v0. If neither parses, the error comes from the parser that got further.
    Auto,
    /// The classic syntax, `allow { ... }`; `import rego.v1` and `import future.keywords` work in it.
    V0,
    /// The syntax of OPA 1.x, `allow if { ... }`.
    #[default]
    V1,
}

/// Options of an [`Engine`](crate::Engine). All limits are on by default. End a literal with `..EngineOptions::default()`: later versions
/// add options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineOptions {
    /// The Rego version of sources; queries are always v1. Default: v1.
    pub rego_version: RegoVersion,
    /// Whether an error of a builtin (a wrong type, a text that does not parse, a division by zero) ends the evaluation with
    /// `GRID_EVALUATION` (`true`), or makes the call undefined as in OPA (`false`).
    ///
    /// Default: `false`, as in OPA. Consider `true` for policies that use `not`: an undefined call under a `not` allows a request that the
    /// policy is meant to forbid, and a caller can provoke it with a chosen input.
    pub strict_builtin_errors: bool,
    /// Builtins of the host. Default: none.
    pub builtins: Vec<Builtin>,
    /// What `http.send`, `net.lookup_ip_addr` and `opa.runtime` may reach outside of the process. Default: nothing.
    pub allow: Permissions,
    /// The client that sends the requests of `http.send`. Default: none, with which `allow` cannot have `http_send`.
    pub http_client: Option<HttpClient>,
    /// Maximum length of a policy source or a query text, in bytes. Default: 1 MiB.
    pub max_policy_bytes: u32,
    /// Maximum length of a data document that is passed as text, in bytes. Default: 16 MiB.
    pub max_data_bytes: u32,
    /// Maximum length of an input that is passed as text, in bytes. Default: 1 MiB.
    pub max_input_bytes: u32,
    /// How deep brackets and chained operators may nest in a policy or query, in levels. Default: 500.
    pub max_nesting: u32,
    /// How deep rules and functions may use each other in an evaluation, in levels. Default: 1000.
    pub max_depth: u32,
    /// Maximum duration of an evaluation, in milliseconds: from the first byte of its input to the last one of its answer. A step of a
    /// builtin is not interrupted, but no answer is returned after the limit. A search with a pattern does not begin if its longest time is
    /// not left. Default: 1000.
    pub max_evaluation_ms: u32,
    /// Maximum memory of one evaluation, its answer included, in bytes. Default: 64 MiB. Without
    /// [`CappedAllocator`](crate::CappedAllocator) there is no limit; see [`memory_cap`](crate::memory_cap).
    pub max_evaluation_memory_bytes: u32,
    /// Maximum duration of a change of policies or data, and of the compilation of a query, in milliseconds. It is checked between policies,
    /// between the phases of a load, and during the check of types. Limits of size and depth bound the other phases, and a phase that exceeds
    /// the limit is discarded. Default: 10,000.
    pub max_load_ms: u32,
    /// Maximum memory of one change of policies or data, in bytes. Default: 256 MiB.
    pub max_load_memory_bytes: u32,
    /// Maximum length of a compressed bundle, in bytes. Default: 16 MiB.
    pub max_bundle_bytes: u32,
    /// Maximum size of an unpacked bundle, in bytes. Default: 64 MiB.
    pub max_bundle_unpacked_bytes: u32,
    /// Maximum number of files and folders in a bundle. Default: 2000.
    pub max_bundle_entries: u32,
    /// Maximum size of the decision cache, in bytes. It keeps answers of rules for equal input texts until policies or data change.
    /// Policies that call impure builtins, such as `time.now_ns`, are always evaluated. Default: 0, no cache.
    pub decision_cache_bytes: u32,
    /// How long an answer is cached, in milliseconds. Default: 0, as long as there is room.
    pub decision_cache_ttl_ms: u32,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            rego_version: RegoVersion::default(),
            strict_builtin_errors: false,
            builtins: Vec::new(),
            allow: Permissions::default(),
            http_client: None,
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
    /// The names of all options with a number, text or boolean value.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ["allow", "rego_version", "strict_builtin_errors"]
            .into_iter()
            .chain(LIMITS.iter().map(|limit| limit.name))
    }

    /// Sets the option `name`, which is in snake_case like the fields.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for an unknown name, a value of another type, and a number that is out of range or not an integer.
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
            ("allow", OptionValue::Text(text)) => {
                self.allow = Permissions::from_json(text)?;
                Ok(())
            }
            ("allow", _) => Err(Error::argument("allow is a JSON text")),
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

    /// The memory limit of one evaluation.
    pub(crate) const fn for_evaluation(&self) -> Allowance {
        Allowance {
            option: "max_evaluation_memory_bytes",
            bytes: self.max_evaluation_memory_bytes,
            too_much: "the evaluation takes too much memory",
        }
    }

    /// The memory limit of one change of policies or data.
    pub(crate) const fn for_load(&self) -> Allowance {
        Allowance {
            option: "max_load_memory_bytes",
            bytes: self.max_load_memory_bytes,
            too_much: "the change of policies or data takes too much memory",
        }
    }

    // The fields are public, so their values are checked again here.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        for limit in &LIMITS {
            let value = f64::from(*(limit.field)(self));
            limit.checked(OptionValue::Number(value))?;
        }
        self.allow.check(self.http_client.is_some())?;
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
                OptionValue::Text(r#"{"runtime":{"env":{}}}"#),
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
