//! Annotations: comments from `# METADATA` on are YAML that tells of the rule or the package below them.
//!
//! OPA reads them whenever it loads policies, so that what is wrong with one is an error of its policy. How they are written is told by
//! the caller: nothing here reads YAML.

mod attach;
mod blocks;
mod content;
mod references;
mod yaml;

use crate::rego::syntax::span::Span;

pub(crate) use attach::{Target, attach};
pub(crate) use blocks::{Block, blocks};
pub(crate) use yaml::{Fields, Yaml};

/// Reads what annotations are written in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Notation {
    /// Reads a YAML text as an annotation: a [`Yaml::Map`] of the fields that are known, or null. What it takes it subtracts from the
    /// bytes that may be taken.
    pub(crate) yaml: fn(&str, &mut u64) -> Result<Yaml, Unread>,
    /// Reads a URL, and writes it again.
    pub(crate) url: fn(&str) -> Result<String, Unread>,
}

/// Why something cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    Wrong(String),
    /// More than this engine can read, or other than it can tell.
    Limit(String),
}

impl From<String> for Unread {
    fn from(text: String) -> Self {
        Self::Wrong(text)
    }
}

impl From<&str> for Unread {
    fn from(text: &str) -> Self {
        Self::Wrong(text.to_owned())
    }
}

/// What is told of a rule or a package.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Annotation {
    pub(crate) scope: Scope,
    /// The rule below, by its number in the module. `None` is the package.
    pub(crate) rule: Option<usize>,
    /// What is told, as policies see it.
    pub(crate) fields: Fields,
    /// Of the comment `# METADATA`.
    pub(crate) span: Span,
}

/// What an annotation holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A rule.
    Rule,
    /// All rules of its path.
    Document,
    /// A package.
    Package,
    /// A package and those below it.
    Subpackages,
}

impl Scope {
    const ALL: [Self; 4] = [Self::Rule, Self::Document, Self::Package, Self::Subpackages];

    /// As it is written.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Document => "document",
            Self::Package => "package",
            Self::Subpackages => "subpackages",
        }
    }
}
