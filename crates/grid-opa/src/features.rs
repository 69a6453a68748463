//! The optional features of the crate.

use crate::rego::builtins::table;

const FEATURES: [(&str, bool); 14] = [
    ("bundle", cfg!(feature = "bundle")),
    ("bundle-yaml", cfg!(feature = "bundle-yaml")),
    ("coverage", cfg!(feature = "coverage")),
    ("crypto", cfg!(feature = "crypto")),
    ("format", cfg!(feature = "format")),
    ("graphql", cfg!(feature = "graphql")),
    ("jwt", cfg!(feature = "jwt")),
    ("jwt-ec", cfg!(feature = "jwt-ec")),
    ("jwt-rsa", cfg!(feature = "jwt-rsa")),
    ("network", cfg!(feature = "network")),
    ("time", cfg!(feature = "time")),
    ("time-zones", cfg!(feature = "time-zones")),
    ("x509", cfg!(feature = "x509")),
    ("yaml", cfg!(feature = "yaml")),
];

/// The features of this crate that this build has, sorted, by their names in Cargo.toml. A policy that needs another feature is an error.
pub fn features() -> impl Iterator<Item = &'static str> {
    FEATURES
        .into_iter()
        .filter_map(|(name, there)| there.then_some(name))
}

/// The builtins of this build: their names, sorted, with their numbers of arguments.
pub fn builtins() -> impl Iterator<Item = (&'static str, u8)> {
    table().iter().map(|builtin| (builtin.name, builtin.arity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_of_the_manifest_is_known() {
        let manifest = include_str!("../Cargo.toml");
        let (_, section) = manifest.split_once("[features]\n").unwrap();
        let (section, _) = section.split_once("\n[").unwrap();
        let names = section.lines().filter_map(|line| line.split_once(" = "));
        let mut names: Vec<_> = names.map(|(name, _)| name).collect();
        names.retain(|name| *name != "default");
        names.sort_unstable();
        assert_eq!(FEATURES.map(|(name, _)| name), *names);
    }
}
