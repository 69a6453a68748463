//! The policies of a set, one by one.

use crate::chains::Link;
use crate::outline::Call;
use crate::rewrite::Moves;
use crate::unsupported::Unsupported;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of one loaded source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Module {
    pub(crate) v0: bool,
    pub(crate) package: Vec<String>,
    pub(crate) roots: BTreeSet<String>,
    pub(crate) path_heads: bool,
    /// Its rules and what they use.
    pub(crate) links: BTreeMap<String, Link>,
    /// Calls that only a rule of the same package in another source can answer.
    pub(crate) lacking: Vec<Call>,
    /// Names that are unsafe variables unless a rule of the same package in another source has them.
    pub(crate) unbound: Vec<Call>,
    /// Whether a `with` in it replaces values.
    pub(crate) replaces: bool,
    /// Whether its answers are those of input and data alone.
    pub(crate) pure: bool,
    /// Builtins that it calls and the core has not, or has wrong.
    pub(crate) extensions: BTreeSet<&'static str>,
    /// Its calls of builtins of the host.
    pub(crate) custom: Vec<Call>,
    /// Its calls of builtins that this build lacks, where those are undefined.
    pub(crate) unsupported: Vec<Unsupported>,
    /// Where the columns of the text that the core has were in the policy's.
    pub(crate) moves: Vec<Moves>,
}

/// One loaded source as the core has it: calls with an argument too many are written in their second form.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) v0: bool,
    pub(crate) package: Vec<String>,
}
