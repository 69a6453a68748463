//! What GraphQL documents are made of, and what the check of a query notes in them.

pub(super) mod document;
pub(super) mod literal;
pub(super) mod schema;

use std::rc::Rc;

/// The place of a token. A block string moves the column, even below zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) line: i64,
    pub(super) column: i64,
    /// Whether it is in the types of the GraphQL specification.
    pub(super) is_built_in: bool,
}

/// A place; `None` in documents that were objects.
pub(super) type At = Option<Place>;

/// The texts of the comments before something.
pub(super) type Comments = Vec<String>;

/// The index of a type in a schema.
pub(super) type TypeId = usize;

/// A reference to a type. Either it has a name, or it is a list.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) named: String,
    pub(super) item: Option<Rc<Self>>,
    pub(super) is_non_null: bool,
    pub(super) place: At,
}

impl Type {
    pub(super) fn named(name: &str, is_non_null: bool) -> Rc<Self> {
        Rc::new(Self {
            named: name.to_owned(),
            item: None,
            is_non_null,
            place: None,
        })
    }

    /// The name of the innermost type.
    pub(super) fn name(&self) -> &str {
        let mut of = self;
        while let Some(item) = &of.item {
            of = item;
        }
        &of.named
    }

    /// Whether a value of this type can be used where another type is expected. `is_non_null` is that of the other type.
    pub(super) fn fits(&self, other: &Self, is_non_null: bool) -> bool {
        let items_fit = match (&self.item, &other.item) {
            (Some(item), Some(expected)) => item.fits(expected, expected.is_non_null),
            (Some(_), None) => false,
            (None, _) => true,
        };
        self.named == other.named && items_fit && (self.is_non_null || !is_non_null)
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, output: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.item {
            Some(item) => write!(output, "[{item}]")?,
            None => output.write_str(&self.named)?,
        }
        output.write_str(if self.is_non_null { "!" } else { "" })
    }
}
