//! The types of documents by path: those of rules, and those that `with` replaces.

mod merge;

use crate::rego::syntax::ast::{Name, Term};
use crate::rego::types::check::work::Work;
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::{Dynamic, Type};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use merge::{insert_below, merge};

/// The maximum number of keys of a path. A document with a longer path has no type, as if it did not exist.
const MAX_KEYS: usize = 200;

/// The path of a document: its root, `data` or `input`, and keys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    root: Name,
    keys: Vec<Constant>,
}

impl Path {
    /// The path of the constant prefix of a reference, and the number of terms in that prefix.
    pub(crate) fn of(reference: &[Term]) -> Option<(Self, usize)> {
        let path = Self::by(reference, Constant::of)?;
        let used = path.keys.len() + 1;
        Some((path, used))
    }

    /// The path of all terms of a reference, including variables. As in OPA, faulty rules have such paths.
    pub(crate) fn with_vars(reference: &[Term]) -> Option<Self> {
        let path = Self::by(reference, Constant::of_part)?;
        (path.keys.len() + 1 == reference.len()).then_some(path)
    }

    fn by(reference: &[Term], key: fn(&Term) -> Option<Constant>) -> Option<Self> {
        let (root, rest) = reference.split_first()?;
        let keys: Vec<_> = rest.iter().map_while(key).take(MAX_KEYS + 1).collect();
        let root = root.as_var()?.clone();
        (keys.len() <= MAX_KEYS).then_some(Self { root, keys })
    }
}

/// The types of documents.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    roots: HashMap<Name, Node>,
}

/// A node of the tree.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) value: Option<Type>,
    pub(crate) children: BTreeMap<Constant, Self>,
    /// The type of the complete value, computed on demand.
    extent: OnceLock<Type>,
}

impl Tree {
    pub(crate) fn root(&self, name: &str) -> Option<&Node> {
        self.roots.get(name)
    }

    /// Sets the type of a document.
    pub(crate) fn put(&mut self, path: &Path, of: Type) {
        let mut node = self.roots.entry(path.root.clone()).or_default();
        node.extent.take();
        for key in &path.keys {
            node = node.children.entry(key.clone()).or_default();
            node.extent.take();
        }
        node.value = Some(of);
    }

    /// Adds a type to that of a document, and to the objects along its path.
    pub(crate) fn insert(&mut self, path: &Path, of: &Type, work: &Work) {
        let mut node = self.roots.entry(path.root.clone()).or_default();
        node.extent.take();
        for (number, key) in path.keys.iter().enumerate() {
            node = node.children.entry(key.clone()).or_default();
            node.extent.take();
            let below = path.keys.get(number + 1..).unwrap_or_default();
            if let (Some(Type::Object(object)), [_, ..]) = (&node.value, below) {
                work.spend_copy(node.value.as_ref());
                node.value = Some(insert_below(object, below, of));
            }
        }
        let so_far = node.value.take();
        work.spend_copy(so_far.as_ref());
        let mut widened = Vec::new();
        node.value = merge(so_far, Some(of.clone()), &mut widened);
        for (from, to) in &widened {
            node.children
                .values_mut()
                .for_each(|child| child.widen(from, to, work));
        }
        if matches!(of, Type::Object(_)) {
            let mut leaves = Vec::new();
            for (key, child) in &node.children {
                child.leaves(&mut vec![key.clone()], &mut leaves);
            }
            for (keys, leaf) in leaves {
                if let Some(Type::Object(object)) = &node.value {
                    if !work.spend_copy(node.value.as_ref()) {
                        return;
                    }
                    node.value = Some(insert_below(object, &keys, &leaf));
                }
            }
        }
    }
}

impl Node {
    /// The type of the complete value: an object of the children if no type was set. It may have other properties in the base document.
    pub(crate) fn extent(&self, work: &Work) -> Type {
        if let Some(value) = &self.value {
            return value.clone();
        }
        if let Some(known) = self.extent.get() {
            return known.clone();
        }
        // A key costs more than a step, because it is copied and hashed.
        work.spend(self.children.len().saturating_mul(4));
        let known = self.children.iter().filter(|(key, _)| {
            matches!(
                key,
                Constant::String(_) | Constant::Number(_) | Constant::Bool(_)
            )
        });
        let properties = known.map(|(key, child)| (key.clone(), Some(child.extent(work))));
        let of = open_object(properties.collect());
        self.extent.get_or_init(|| of).clone()
    }

    /// Replaces a type by a wider one, here and below. In OPA both are the same object, which is modified.
    fn widen(&mut self, from: &Type, to: &Type, work: &Work) {
        if !work.spend(1) {
            return;
        }
        if self.value.as_ref().is_some_and(|value| value.is(from)) {
            self.value = Some(to.clone());
        }
        self.extent.take();
        self.children
            .values_mut()
            .for_each(|child| child.widen(from, to, work));
    }

    /// The nearest types below, with the keys that lead to them.
    fn leaves(&self, keys: &mut Vec<Constant>, found: &mut Vec<(Vec<Constant>, Type)>) {
        if let Some(value) = &self.value {
            found.push((keys.clone(), value.clone()));
            return;
        }
        for (key, child) in &self.children {
            keys.push(key.clone());
            child.leaves(keys, found);
            keys.pop();
        }
    }
}

/// The type of an object that may have properties outside of the policies.
pub(crate) fn open_object(properties: Vec<(Constant, Option<Type>)>) -> Type {
    let rest = Dynamic {
        key: Some(Type::String),
        value: Some(Type::Any),
    };
    Type::object(properties, Some(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::types::messages::show::text;

    fn path(keys: &[&str]) -> Path {
        let keys = keys
            .iter()
            .map(|key| Constant::String((*key).into()))
            .collect();
        Path {
            root: "data".into(),
            keys,
        }
    }

    fn shown(tree: &Tree, keys: &[&str]) -> String {
        let node = keys.iter().try_fold(tree.root("data"), |node, key| {
            Some(node?.children.get(&Constant::String((*key).into())))
        });
        text(
            node.flatten()
                .map(|node| node.extent(&Work::default()))
                .as_ref(),
        )
    }

    fn object(of: Type) -> Type {
        Type::object_of(Some(Type::String), Some(of))
    }

    #[test]
    fn places_without_a_type_are_objects() {
        let mut tree = Tree::default();
        tree.put(&path(&["p", "q"]), Type::Null);
        assert_eq!(shown(&tree, &["p"]), "object<q: null>[string: any]");
        tree.put(&path(&["p", "r"]), Type::String);
        assert_eq!(
            shown(&tree, &["p"]),
            "object<q: null, r: string>[string: any]"
        );
        assert_eq!(shown(&tree, &["s"]), "???");
    }

    #[test]
    fn rules_at_one_path_unite() {
        let work = Work::default();
        for (a, b, both) in [
            (Type::Null, Type::String, "any<null, string>"),
            (
                Type::set(Some(Type::Null)),
                Type::set(Some(Type::String)),
                "set[any<null, string>]",
            ),
            (
                object(Type::Null),
                object(Type::String),
                "object[string: any<null, string>]",
            ),
            (
                object(Type::Null),
                Type::object(Vec::new(), None),
                "object[string: null]",
            ),
            (
                Type::Null,
                object(Type::String),
                "any<null, object[string: string]>",
            ),
        ] {
            for (a, b) in [(&a, &b), (&b, &a)] {
                let mut tree = Tree::default();
                tree.insert(&path(&["p"]), a, &work);
                tree.insert(&path(&["p"]), b, &work);
                assert_eq!(shown(&tree, &["p"]), both);
            }
        }
        let mut tree = Tree::default();
        for of in [Type::Null, object(Type::Null), object(Type::String)] {
            tree.insert(&path(&["p"]), &of, &work);
        }
        assert_eq!(
            shown(&tree, &["p"]),
            "any<null, object[string: any<null, string>]>"
        );
    }

    #[test]
    fn rules_below_a_rule_count_for_it() {
        let work = Work::default();
        let expected = "object[string: any<null, object[string: boolean]>]";
        let mut tree = Tree::default();
        tree.insert(&path(&["p"]), &object(Type::Null), &work);
        tree.insert(&path(&["p", "q", "r"]), &Type::Boolean, &work);
        assert_eq!(shown(&tree, &["p"]), expected);
        let mut tree = Tree::default();
        tree.insert(&path(&["p", "q", "r"]), &Type::Boolean, &work);
        tree.insert(&path(&["p"]), &object(Type::Null), &work);
        assert_eq!(shown(&tree, &["p"]), expected);
        assert_eq!(shown(&tree, &["p", "q"]), "object<r: boolean>[string: any]");
    }

    #[test]
    fn paths_have_a_bound() {
        let span = crate::rego::syntax::span::Span::default();
        let mut reference = vec![Term::var("data", span)];
        reference.extend((0..MAX_KEYS).map(|_| Term::string("a", span)));
        assert!(Path::of(&reference).is_some_and(|(_, used)| used == MAX_KEYS + 1));
        reference.push(Term::string("a", span));
        assert!(Path::of(&reference).is_none());
    }
}
