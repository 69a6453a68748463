//! Annotations: comments that start with `# METADATA` contain YAML that describes the rule or the package below them.
//!
//! OPA reads them when it loads policies, so an invalid annotation is an error of its policy. The caller provides the YAML reader; nothing
//! here reads YAML.

mod attach;
mod blocks;
mod content;
mod references;
mod yaml;

use crate::rego::syntax::span::Span;

pub(crate) use attach::{Target, attach};
pub(crate) use blocks::{Block, blocks};
pub(crate) use yaml::{Fields, Yaml};

/// The functions that read YAML and URLs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Notation {
    /// Reads a YAML text as an annotation: a [`Yaml::Map`] of the known fields, or null. It subtracts the memory that it takes from the
    /// remaining bytes.
    pub(crate) yaml: fn(&str, &mut u64) -> Result<Yaml, Unread>,
    /// Parses a URL and formats it again.
    pub(crate) url: fn(&str) -> Result<String, Unread>,
}

/// Why a text cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    Wrong(String),
    /// A limit of this engine, or a value that it cannot represent.
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

/// The annotation of a rule or a package.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Annotation {
    pub(crate) scope: Scope,
    /// The number of the annotated rule in the module. `None` means the package.
    pub(crate) rule: Option<usize>,
    /// The fields, in the form that policies see.
    pub(crate) fields: Fields,
    /// The place of the comment `# METADATA`.
    pub(crate) span: Span,
}

/// The scope of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A rule.
    Rule,
    /// All rules with the same path.
    Document,
    /// A package.
    Package,
    /// A package and its subpackages.
    Subpackages,
}

impl Scope {
    const ALL: [Self; 4] = [Self::Rule, Self::Document, Self::Package, Self::Subpackages];

    /// The name of the scope in annotations.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Document => "document",
            Self::Package => "package",
            Self::Subpackages => "subpackages",
        }
    }
}
