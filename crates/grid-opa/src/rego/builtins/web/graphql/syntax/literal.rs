//! Values in GraphQL documents.

use super::{At, Comments, Type, TypeId};
use crate::rego::value::text::quoted;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

/// The kinds in the order of their numbers in gqlparser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Variable,
    Int,
    Float,
    String,
    Block,
    Boolean,
    Null,
    Enum,
    List,
    Object,
}

impl Kind {
    pub(in super::super) const ALL: [Self; 10] = [
        Self::Variable,
        Self::Int,
        Self::Float,
        Self::String,
        Self::Block,
        Self::Boolean,
        Self::Null,
        Self::Enum,
        Self::List,
        Self::Object,
    ];
}

#[derive(Debug)]
pub(in super::super) struct Literal {
    pub(in super::super) raw: String,
    pub(in super::super) children: Vec<Child>,
    pub(in super::super) kind: Kind,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
    /// What the check of a query knows about it.
    pub(in super::super) notes: Notes,
}

#[derive(Debug, Default)]
pub(in super::super) struct Notes {
    pub(in super::super) definition: Cell<Option<TypeId>>,
    pub(in super::super) expected: RefCell<Option<Rc<Type>>>,
    pub(in super::super) has_default: Cell<bool>,
    /// The index of the operation and of its variable.
    pub(in super::super) variable: Cell<Option<(usize, usize)>>,
}

impl Notes {
    pub(in super::super) fn expected(&self) -> Option<Rc<Type>> {
        self.expected.borrow().clone()
    }

    pub(in super::super) fn expect(&self, expected: &Rc<Type>, definition: Option<TypeId>) {
        *self.expected.borrow_mut() = Some(expected.clone());
        self.definition.set(definition);
    }
}

/// An item of a list, without a name, or a field of an object.
#[derive(Debug)]
pub(in super::super) struct Child {
    pub(in super::super) name: String,
    pub(in super::super) value: Literal,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
}

/// The text in errors.
impl fmt::Display for Literal {
    fn fmt(&self, output: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Variable => write!(output, "${}", self.raw),
            Kind::Int | Kind::Float | Kind::Enum | Kind::Boolean | Kind::Null => {
                output.write_str(&self.raw)
            }
            Kind::String | Kind::Block => output.write_str(&quoted(&self.raw)),
            Kind::List | Kind::Object => {
                let is_list = self.kind == Kind::List;
                output.write_str(if is_list { "[" } else { "{" })?;
                for (index, child) in self.children.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    match is_list {
                        true => write!(output, "{comma}{}", child.value)?,
                        false => write!(output, "{comma}{}:{}", child.name, child.value)?,
                    }
                }
                output.write_str(if is_list { "]" } else { "}" })
            }
        }
    }
}
