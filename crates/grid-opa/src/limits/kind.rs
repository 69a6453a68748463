//! The kinds of limits.

/// The kind of limit that an [`Error`](crate::Error) of kind [`Limit`](crate::ErrorKind::Limit) reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitKind {
    /// The time of an evaluation or a load, in milliseconds.
    Time,
    /// The memory of an evaluation or a load, in bytes.
    Memory,
    /// How deep rules use each other, in levels; or the stack that a further level of a document requires, in bytes.
    Depth,
    /// How deep brackets of a text, or arrays and objects of a document, nest, in levels.
    Nesting,
    /// How many steps the parser may repeat.
    Parsing,
    /// The length of a policy or query, in bytes.
    PolicySize,
    /// The length of a data document, in bytes.
    DataSize,
    /// The length of an input, in bytes.
    InputSize,
    /// The length of a bundle, packed or unpacked in bytes, or the number of its entries.
    BundleSize,
    /// Another size.
    Size,
}

impl LimitKind {
    /// The name that every binding reports, such as `policy-size`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Memory => "memory",
            Self::Depth => "depth",
            Self::Nesting => "nesting",
            Self::Parsing => "parsing",
            Self::PolicySize => "policy-size",
            Self::DataSize => "data-size",
            Self::InputSize => "input-size",
            Self::BundleSize => "bundle-size",
            Self::Size => "size",
        }
    }

    /// The kind of an option of the engine.
    pub(crate) fn of(option: &str) -> Self {
        match option {
            "max_depth" => Self::Depth,
            "max_nesting" => Self::Nesting,
            "max_policy_bytes" => Self::PolicySize,
            "max_data_bytes" => Self::DataSize,
            "max_input_bytes" => Self::InputSize,
            _ if option.starts_with("max_bundle_") => Self::BundleSize,
            _ if option.ends_with("_ms") => Self::Time,
            _ if option.ends_with("_memory_bytes") => Self::Memory,
            _ => Self::Size,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineOptions;
    use std::collections::BTreeSet;

    #[test]
    fn every_limit_of_the_options_has_its_own_kind() {
        let limits = EngineOptions::names().filter(|name| name.starts_with("max_"));
        let kinds: Vec<_> = limits.map(|name| LimitKind::of(name).name()).collect();
        assert!(!kinds.contains(&"size"), "{kinds:?}");
        // Evaluations and loads each have a limit of time and one of memory; bundles have three limits.
        let different: BTreeSet<_> = kinds.iter().collect();
        assert_eq!(different.len() + 4, kinds.len(), "{kinds:?}");
    }
}
