//! Definitions of types and directives.

use super::document::Directive;
use super::literal::Literal;
use super::{At, Comments, Type};
use std::rc::Rc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Scalar,
    Object,
    Interface,
    Union,
    Enum,
    Input,
}

impl Kind {
    pub(in super::super) const ALL: [Self; 6] = [
        Self::Scalar,
        Self::Object,
        Self::Interface,
        Self::Union,
        Self::Enum,
        Self::Input,
    ];

    /// The name, which is also that of the place of its directives.
    pub(in super::super) const fn text(self) -> &'static str {
        match self {
            Self::Scalar => "SCALAR",
            Self::Object => "OBJECT",
            Self::Interface => "INTERFACE",
            Self::Union => "UNION",
            Self::Enum => "ENUM",
            Self::Input => "INPUT_OBJECT",
        }
    }

    pub(in super::super) const fn is_leaf(self) -> bool {
        matches!(self, Self::Enum | Self::Scalar)
    }

    pub(in super::super) const fn is_composite(self) -> bool {
        matches!(self, Self::Object | Self::Interface | Self::Union)
    }

    pub(in super::super) const fn is_input(self) -> bool {
        matches!(self, Self::Scalar | Self::Enum | Self::Input)
    }
}

/// A description, and the comments around it.
#[derive(Debug, Default)]
pub(in super::super) struct About {
    pub(in super::super) description: String,
    pub(in super::super) comments_before: Comments,
    pub(in super::super) comments_after: Comments,
}

/// A type, or an extension of one.
#[derive(Debug)]
pub(in super::super) struct Definition {
    pub(in super::super) kind: Kind,
    pub(in super::super) about: About,
    pub(in super::super) name: String,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) interfaces: Vec<String>,
    pub(in super::super) fields: Vec<FieldDefinition>,
    /// The types of a union.
    pub(in super::super) types: Vec<String>,
    /// The places of the types of a union.
    pub(in super::super) type_places: Vec<At>,
    pub(in super::super) values: Vec<EnumValue>,
    pub(in super::super) place: At,
    pub(in super::super) is_built_in: bool,
    pub(in super::super) comments_at_end: Comments,
}

impl Definition {
    pub(in super::super) fn new(kind: Kind, place: At) -> Self {
        Self {
            kind,
            about: About::default(),
            name: String::new(),
            directives: Vec::new(),
            interfaces: Vec::new(),
            fields: Vec::new(),
            types: Vec::new(),
            type_places: Vec::new(),
            values: Vec::new(),
            place,
            is_built_in: false,
            comments_at_end: Comments::new(),
        }
    }

    pub(in super::super) fn field(&self, name: &str) -> Option<&FieldDefinition> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field of a type, or an argument, which has no arguments itself.
#[derive(Debug)]
pub(in super::super) struct FieldDefinition {
    pub(in super::super) about: About,
    pub(in super::super) name: String,
    pub(in super::super) arguments: Vec<Self>,
    pub(in super::super) default: Option<Literal>,
    pub(in super::super) of: Rc<Type>,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) place: At,
}

impl FieldDefinition {
    /// A field without a place in a document.
    pub(in super::super) fn new(name: &str, of: Rc<Type>, arguments: Vec<Self>) -> Self {
        Self {
            about: About::default(),
            name: name.to_owned(),
            arguments,
            default: None,
            of,
            directives: Vec::new(),
            place: None,
        }
    }

    /// Whether a value must be given for it.
    pub(in super::super) fn is_required(&self) -> bool {
        self.of.is_non_null && self.default.is_none()
    }
}

#[derive(Debug)]
pub(in super::super) struct EnumValue {
    pub(in super::super) about: About,
    pub(in super::super) name: String,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) place: At,
}

#[derive(Debug)]
pub(in super::super) struct DirectiveDefinition {
    pub(in super::super) about: About,
    pub(in super::super) name: String,
    pub(in super::super) arguments: Vec<FieldDefinition>,
    pub(in super::super) locations: Vec<String>,
    pub(in super::super) is_repeatable: bool,
    pub(in super::super) place: At,
}

/// The entry points of a schema.
#[derive(Debug)]
pub(in super::super) struct SchemaDefinition {
    pub(in super::super) about: About,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) operations: Vec<OperationType>,
    pub(in super::super) place: At,
    pub(in super::super) comments_at_end: Comments,
}

#[derive(Debug)]
pub(in super::super) struct OperationType {
    pub(in super::super) kind: String,
    pub(in super::super) of: String,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
}
