//! Which of the policies and data belongs to which bundle.
//!
//! A bundle owns its roots: all data at or below them, and all policies whose packages lie there. Nothing else may be there, so
//! that a bundle can be replaced or removed as a whole, and so that what serves below a root is what the bundle says and no more.

use crate::data;
use crate::error::{Error, ErrorKind};
use crate::rego::value::Value;
use crate::source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A path below `data` of which a bundle owns all; the empty one is everything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Root(pub(crate) Vec<String>);

impl Root {
    /// Whether what lies at `path` is the root's.
    pub(crate) fn contains(&self, path: &[String]) -> bool {
        path.starts_with(&self.0)
    }

    /// Whether there is a path that is of both.
    #[cfg(feature = "bundle")]
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.contains(&other.0) || other.contains(&self.0)
    }

    /// What an object holds there; an empty object at the empty root is nothing.
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

/// What one bundle has brought in.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    #[cfg(feature = "bundle")]
    pub(crate) revision: String,
    pub(crate) roots: Vec<Root>,
    /// The names of its policies.
    pub(crate) policies: BTreeSet<String>,
    /// Its data, an object that holds nothing outside of the roots.
    pub(crate) data: Value,
}

/// A bundle that serves, as its manifest describes it.
#[cfg(feature = "bundle")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadedBundle {
    /// The name that it was loaded under.
    pub name: String,
    /// What its manifest calls its revision; empty where it says nothing.
    pub revision: String,
    /// The paths below `data` that it owns, such as `authz/http`; the empty one is all of `data`.
    pub roots: Vec<String>,
}

/// All data, and who owns what.
#[derive(Debug, Clone)]
pub(crate) struct Bundles {
    /// The data of no bundle.
    own: Value,
    loaded: BTreeMap<String, Bundle>,
    /// All of it in one document.
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
    /// The whole data document.
    pub(crate) const fn data(&self) -> &Value {
        &self.data
    }

    /// What of the data belongs to no bundle.
    pub(crate) const fn own(&self) -> &Value {
        &self.own
    }

    /// These with other data of no bundle.
    pub(crate) fn with_own(&self, own: Value) -> Result<Self, Error> {
        Self::assemble(own, self.loaded.clone())
    }

    /// Whether a policy of this name may be loaded or removed by itself.
    pub(crate) fn check_free(&self, policy: &str) -> Result<(), Error> {
        match self.owner_of(policy) {
            None => Ok(()),
            Some(bundle) => Err(Error::argument(format!(
                "the policy {policy} belongs to the bundle {bundle}; change it by loading the next version of that bundle"
            ))),
        }
    }

    /// Whether all policies lie where they may: those of no bundle outside of all roots.
    pub(crate) fn check_policies(&self, sources: &BTreeMap<String, Source>) -> Result<(), Error> {
        for (policy, source) in sources {
            let mut roots = self
                .roots()
                .filter(|(_, root)| root.contains(&source.package));
            if let Some((bundle, root)) = roots.next()
                && self.owner_of(policy).is_none()
            {
                let text = format!(
                    "the package data.{} lies below the root {root} of the bundle {bundle}, which owns all there; put the policy into the bundle, or give it another package",
                    source.package.join(".")
                );
                return Err(Error::new(ErrorKind::Compile, text).in_file(policy));
            }
        }
        Ok(())
    }

    /// The bundle that brought in a policy.
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
                "the data that is of no bundle holds something at the root {root} of the bundle {bundle}, which owns all there; take it out, or give the bundle narrower roots in its .manifest"
            )));
        }
        for (name, bundle) in &bundles.loaded {
            bundles.data = data::joined(&bundles.data, &bundle.data).map_err(|path| {
                Error::input(format!(
                    "the data of the bundle {name} meets another value at {path}; move one of them"
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

    /// What is loaded, in the order of names.
    pub(crate) fn all(&self) -> impl Iterator<Item = LoadedBundle> {
        self.loaded.iter().map(|(name, bundle)| LoadedBundle {
            name: name.clone(),
            revision: bundle.revision.clone(),
            roots: bundle.roots.iter().map(|root| root.0.join("/")).collect(),
        })
    }

    /// These with one bundle more, in place of the one of that name.
    pub(crate) fn with(&self, name: &str, bundle: Bundle) -> Result<Self, Error> {
        let others = self.roots().filter(|(other, _)| *other != name);
        for (other, taken) in others {
            if let Some(root) = bundle.roots.iter().find(|root| root.overlaps(taken)) {
                return Err(Error::input(format!(
                    "the root {root} of the bundle {name} overlaps the root {taken} of the bundle {other}; give them roots apart from each other in their .manifest"
                )));
            }
        }
        let mut loaded = self.loaded.clone();
        loaded.insert(name.to_owned(), bundle);
        Self::assemble(self.own.clone(), loaded)
    }

    /// These without the bundle of this name.
    pub(crate) fn without(&self, name: &str) -> Result<Self, Error> {
        let mut loaded = self.loaded.clone();
        loaded.remove(name);
        Self::assemble(self.own.clone(), loaded)
    }
}
