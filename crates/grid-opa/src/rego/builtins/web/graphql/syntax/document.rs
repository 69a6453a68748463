//! Queries, and documents of schemas.

use super::literal::Literal;
use super::schema::{Definition, DirectiveDefinition, SchemaDefinition};
use super::{At, Comments, Type, TypeId};
use std::cell::Cell;
use std::rc::Rc;

#[derive(Debug, Default)]
pub(in super::super) struct Query {
    pub(in super::super) operations: Vec<Operation>,
    pub(in super::super) fragments: Vec<Fragment>,
}

#[derive(Debug, Default)]
pub(in super::super) struct SchemaDocument {
    pub(in super::super) schema: Vec<SchemaDefinition>,
    pub(in super::super) schema_extensions: Vec<SchemaDefinition>,
    pub(in super::super) directives: Vec<DirectiveDefinition>,
    pub(in super::super) definitions: Vec<Definition>,
    pub(in super::super) extensions: Vec<Definition>,
    pub(in super::super) comments: Comments,
}

#[derive(Debug)]
pub(in super::super) struct Operation {
    /// `query`, `mutation`, `subscription`, or empty in an object.
    pub(in super::super) kind: String,
    pub(in super::super) name: String,
    pub(in super::super) variables: Vec<Variable>,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) selections: Vec<Selection>,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
}

#[derive(Debug)]
pub(in super::super) struct Variable {
    pub(in super::super) name: String,
    pub(in super::super) of: Rc<Type>,
    pub(in super::super) default: Option<Literal>,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
    pub(in super::super) definition: Cell<Option<TypeId>>,
    pub(in super::super) is_used: Cell<bool>,
}

#[derive(Debug)]
pub(in super::super) struct Fragment {
    pub(in super::super) name: String,
    pub(in super::super) variables: Vec<Variable>,
    pub(in super::super) condition: String,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) selections: Vec<Selection>,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
    pub(in super::super) definition: Cell<Option<TypeId>>,
}

#[derive(Debug)]
pub(in super::super) enum Selection {
    Field(Field),
    Spread(Spread),
    Inline(Inline),
}

#[derive(Debug)]
pub(in super::super) struct Field {
    pub(in super::super) alias: String,
    pub(in super::super) name: String,
    pub(in super::super) arguments: Vec<Argument>,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) selections: Vec<Selection>,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
    pub(in super::super) definition: Cell<Option<FieldId>>,
    /// The type that has the field.
    pub(in super::super) parent: Cell<Option<TypeId>>,
}

impl Field {
    pub(in super::super) fn response_name(&self) -> &str {
        if self.alias.is_empty() {
            &self.name
        } else {
            &self.alias
        }
    }
}

/// The definition of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum FieldId {
    /// `__typename`, which all types have.
    Typename,
    /// By the index of the type and of its field.
    Of(TypeId, usize),
}

#[derive(Debug)]
pub(in super::super) struct Argument {
    pub(in super::super) name: String,
    pub(in super::super) value: Literal,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
}

/// A use of a fragment.
#[derive(Debug)]
pub(in super::super) struct Spread {
    pub(in super::super) name: String,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
    /// The index of the fragment.
    pub(in super::super) definition: Cell<Option<usize>>,
    pub(in super::super) parent: Cell<Option<TypeId>>,
}

/// A fragment where it is used.
#[derive(Debug)]
pub(in super::super) struct Inline {
    pub(in super::super) condition: String,
    pub(in super::super) directives: Vec<Directive>,
    pub(in super::super) selections: Vec<Selection>,
    pub(in super::super) place: At,
    pub(in super::super) comments: Comments,
    pub(in super::super) parent: Cell<Option<TypeId>>,
}

#[derive(Debug)]
pub(in super::super) struct Directive {
    pub(in super::super) name: String,
    pub(in super::super) arguments: Vec<Argument>,
    pub(in super::super) place: At,
    /// The index in the schema.
    pub(in super::super) definition: Cell<Option<usize>>,
    pub(in super::super) location: Cell<&'static str>,
}
