//! Which bundle owns which policies and data.
//!
//! A bundle owns its roots: all data at or below them, and all policies with packages there. Nothing else may lie below a root. So a bundle
//! can be replaced or removed completely, and only the bundle decides what its roots serve.

use crate::document::data;
use crate::error::{Error, ErrorKind};
use crate::rego::value::Value;
use crate::set::source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A path below `data` that one bundle owns completely; the empty path is all of `data`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Root(pub(crate) Vec<String>);

impl Root {
    /// Whether `path` lies at or below the root.
    pub(crate) fn contains(&self, path: &[String]) -> bool {
        path.starts_with(&self.0)
    }

    /// Whether one of the two roots contains the other.
    #[cfg(feature = "bundle")]
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.contains(&other.0) || other.contains(&self.0)
    }

    /// The value of `object` at the root; `None` for an empty object at the empty root.
    pub(crate) fn of<'v>(&self, object: &'v Value) -> Option<&'v Value> {
        let found = self.0.iter().try_fold(object, |value, part| match value {
            Value::Object(fields) => fields.field(part),
            _ => None,
        })?;
        let nothing =
            self.0.is_empty() && matches!(found, Value::Object(fields) if fields.is_empty());
        (!nothing).then_some(found)
    }
}

impl fmt::Display for Root {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.0.join("/"))
    }
}

/// The contents of one bundle.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    #[cfg(feature = "bundle")]
    pub(crate) revision: String,
    pub(crate) roots: Vec<Root>,
    /// The names of its policies.
    pub(crate) policies: BTreeSet<String>,
    /// Its data, an object without values outside the roots.
    pub(crate) data: Value,
}

/// A loaded bundle, as its manifest describes it.
#[cfg(feature = "bundle")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadedBundle {
    /// The name under which it was loaded.
    pub name: String,
    /// The revision in its manifest; empty if the manifest has none.
    pub revision: String,
    /// The paths below `data` that it owns, such as `authz/http`; the empty path is all of `data`.
    pub roots: Vec<String>,
}

/// All data, and which bundle owns which part.
#[derive(Debug, Clone)]
pub(crate) struct Bundles {
    /// The data outside all bundles.
    own: Value,
    loaded: BTreeMap<String, Bundle>,
    /// `own` and the data of all bundles in one document.
    data: Value,
}

impl Default for Bundles {
    fn default() -> Self {
        Self {
            own: Value::new_object(),
            loaded: BTreeMap::new(),
            data: Value::new_object(),
        }
    }
}

impl Bundles {
    /// The complete data document.
    pub(crate) const fn data(&self) -> &Value {
        &self.data
    }

    /// The data that belongs to no bundle.
    pub(crate) const fn own(&self) -> &Value {
        &self.own
    }

    /// A copy with `own` as the data outside all bundles.
    pub(crate) fn with_own(&self, own: Value) -> Result<Self, Error> {
        Self::assemble(own, self.loaded.clone())
    }

    /// Checks that a policy may be loaded or removed on its own, because no bundle owns it.
    pub(crate) fn check_free(&self, policy: &str) -> Result<(), Error> {
        match self.owner_of(policy) {
            None => Ok(()),
            Some(bundle) => Err(Error::argument(format!(
                "the policy {policy} belongs to the bundle {bundle}; change it by loading the next version of that bundle"
            ))),
        }
    }

    /// Checks that policies of no bundle lie outside all roots.
    pub(crate) fn check_policies(&self, sources: &BTreeMap<String, Source>) -> Result<(), Error> {
        for (policy, source) in sources {
            let mut roots = self
                .roots()
                .filter(|(_, root)| root.contains(&source.package));
            if let Some((bundle, root)) = roots.next()
                && self.owner_of(policy).is_none()
            {
                let text = format!(
                    "the package data.{} lies below the root {root} of the bundle {bundle}, which owns all of it; put the policy into the \
                    bundle, or give it another package",
                    source.package.join(".")
                );
                return Err(Error::new(ErrorKind::Compile, text).in_file(policy));
            }
        }
        Ok(())
    }

    /// The bundle that owns a policy.
    pub(crate) fn owner_of(&self, policy: &str) -> Option<&str> {
        let mut owners = self.loaded.iter();
        let owner = owners.find(|(_, bundle)| bundle.policies.contains(policy));
        owner.map(|(name, _)| name.as_str())
    }

    fn roots(&self) -> impl Iterator<Item = (&str, &Root)> {
        let loaded = self.loaded.iter();
        loaded.flat_map(|(name, bundle)| bundle.roots.iter().map(move |root| (name.as_str(), root)))
    }

    fn assemble(own: Value, loaded: BTreeMap<String, Bundle>) -> Result<Self, Error> {
        let mut bundles = Self {
            data: own.clone(),
            own,
            loaded,
        };
        if let Some((bundle, root)) = bundles
            .roots()
            .find(|(_, root)| root.of(&bundles.own).is_some())
        {
            return Err(Error::input(format!(
                "the data that belongs to no bundle has a value at the root {root} of the bundle {bundle}, which owns all of it; remove \
                the value, or give the bundle narrower roots in its .manifest"
            )));
        }
        for (name, bundle) in &bundles.loaded {
            bundles.data = data::joined(&bundles.data, &bundle.data).map_err(|path| {
                Error::input(format!(
                    "the data of the bundle {name} conflicts with another value at {path}; move one of them"
                ))
            })?;
        }
        Ok(bundles)
    }
}

#[cfg(feature = "bundle")]
impl Bundles {
    /// Whether a bundle of this name is loaded.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.loaded.contains_key(name)
    }

    /// The loaded bundles, sorted by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = LoadedBundle> {
        self.loaded.iter().map(|(name, bundle)| LoadedBundle {
            name: name.clone(),
            revision: bundle.revision.clone(),
            roots: bundle.roots.iter().map(|root| root.0.join("/")).collect(),
        })
    }

    /// A copy with `bundle` added; it replaces a bundle of the same name.
    pub(crate) fn with(&self, name: &str, bundle: Bundle) -> Result<Self, Error> {
        let others = self.roots().filter(|(other, _)| *other != name);
        for (other, taken) in others {
            if let Some(root) = bundle.roots.iter().find(|root| root.overlaps(taken)) {
                return Err(Error::input(format!(
                    "the root {root} of the bundle {name} overlaps the root {taken} of the bundle {other}; give them separate roots in \
                    their .manifest files"
                )));
            }
        }
        let mut loaded = self.loaded.clone();
        loaded.insert(name.to_owned(), bundle);
        Self::assemble(self.own.clone(), loaded)
    }

    /// A copy without the bundle of this name.
    pub(crate) fn without(&self, name: &str) -> Result<Self, Error> {
        let mut loaded = self.loaded.clone();
        loaded.remove(name);
        Self::assemble(self.own.clone(), loaded)
    }
}
