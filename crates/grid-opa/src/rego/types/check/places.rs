//! The sources of types: variables, documents by path, and builtins.

use crate::rego::syntax::ast::{Name, Term};
use crate::rego::types::check::tree::{Node, Tree, open_object};
use crate::rego::types::check::work::Work;
use crate::rego::types::declare::Builtins;
use crate::rego::types::messages::elide::MAX_PARTS;
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::Type;
use std::cell::RefCell;
use std::collections::HashMap;

/// The types of the variables of a body. A variable may be known without a type.
pub(crate) type Vars = RefCell<HashMap<Name, Option<Type>>>;

/// One source of types; sources are layered on top of one another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TypeSource<'e> {
    Builtins(&'e Builtins),
    Tree(&'e Tree),
    Vars(&'e Vars),
}

/// A place that a reference leads to.
#[derive(Debug, Clone)]
pub(crate) enum Place<'e> {
    /// A builtin, or a prefix of the names of builtins.
    Builtin(&'e Builtins, String),
    Node(&'e Node),
    Var(Option<Type>),
}

impl<'e> TypeSource<'e> {
    /// The place of a name.
    pub(crate) fn root(self, name: &Name) -> Option<Place<'e>> {
        match self {
            Self::Builtins(builtins) => Place::builtin(builtins, name.to_string()),
            Self::Tree(tree) => tree.root(name).map(Place::Node),
            Self::Vars(vars) => vars.borrow().get(name).cloned().map(Place::Var),
        }
    }
}

impl<'e> Place<'e> {
    fn builtin(builtins: &'e Builtins, name: String) -> Option<Self> {
        let known = builtins.find(&name).is_some() || builtins.has_family(&name);
        known.then_some(Self::Builtin(builtins, name))
    }

    /// The type that was set for exactly this place.
    pub(crate) fn value(&self) -> Option<Type> {
        match self {
            Self::Builtin(builtins, name) => builtins
                .find(name)
                .map(|builtin| Type::Function(builtin.function.clone())),
            Self::Node(node) => node.value.clone(),
            Self::Var(of) => of.clone(),
        }
    }

    /// The type of the complete value at this place.
    pub(crate) fn extent(&self, work: &Work) -> Type {
        match self {
            Self::Node(node) => node.extent(work),
            place => place.value().unwrap_or_else(|| open_object(Vec::new())),
        }
    }

    /// The place that a part of a reference leads to.
    pub(crate) fn child_of(&self, part: &Term) -> Option<Self> {
        match self {
            Self::Builtin(builtins, name) => {
                Self::builtin(builtins, format!("{name}.{}", part.as_string()?))
            }
            Self::Node(node) => node.children.get(&Constant::of_part(part)?).map(Self::Node),
            Self::Var(_) => None,
        }
    }

    /// The possible keys after this place, limited to the number that a message shows.
    pub(crate) fn keys(&self) -> Vec<Constant> {
        match self {
            Self::Node(node) => node.children.keys().take(MAX_PARTS + 1).cloned().collect(),
            _ => Vec::new(),
        }
    }
}
