//! Compiled schemas.

use super::super::regex::Pattern;
use super::decimal::Decimal;
use crate::rego::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The index of a schema.
pub(super) type Id = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Array,
    Boolean,
    Integer,
    Number,
    Null,
    Object,
    String,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::Array,
        Self::Boolean,
        Self::Integer,
        Self::Number,
        Self::Null,
        Self::Object,
        Self::String,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Array => "array",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Null => "null",
            Self::Object => "object",
            Self::String => "string",
        }
    }
}

#[derive(Default)]
pub(super) struct Node {
    /// The value of a schema that is `true` or `false`.
    pub(super) pass: Option<bool>,
    /// The target of `$ref`, which replaces this schema.
    pub(super) target: Option<Id>,
    pub(super) kinds: Vec<Kind>,
    pub(super) combined: Option<Box<Combined>>,
    pub(super) constant: Option<String>,
    pub(super) listed: Option<Box<Listed>>,
    pub(super) format: Option<Box<str>>,
    pub(super) numbers: Option<Box<Numbers>>,
    pub(super) texts: Option<Box<Texts>>,
    pub(super) arrays: Option<Box<Arrays>>,
    pub(super) objects: Option<Box<Objects>>,
}

/// Other schemas for the same value.
#[derive(Default)]
pub(super) struct Combined {
    pub(super) any_of: Vec<Id>,
    pub(super) one_of: Vec<Id>,
    pub(super) all_of: Vec<Id>,
    pub(super) not: Option<Id>,
    pub(super) dependencies: BTreeMap<Value, Dependency>,
    pub(super) condition: Option<Id>,
    pub(super) then: Option<Id>,
    pub(super) otherwise: Option<Id>,
}

pub(super) enum Dependency {
    Fields(Vec<Value>),
    Schema(Id),
}

/// The values of `enum` as canonical texts.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) known: BTreeSet<Rc<str>>,
    pub(super) in_order: Vec<Rc<str>>,
}

#[derive(Default)]
pub(super) struct Numbers {
    pub(super) multiple_of: Option<Decimal>,
    pub(super) maximum: Option<Decimal>,
    pub(super) exclusive_maximum: Option<Decimal>,
    pub(super) minimum: Option<Decimal>,
    pub(super) exclusive_minimum: Option<Decimal>,
}

/// A minimum and a maximum.
#[derive(Default, Clone, Copy)]
pub(super) struct Count {
    pub(super) least: Option<i64>,
    pub(super) most: Option<i64>,
}

#[derive(Default)]
pub(super) struct Texts {
    pub(super) length: Count,
    pub(super) pattern: Option<(Box<str>, Rc<Pattern>)>,
}

/// The rule for items or fields that have no schema of their own.
#[derive(Default, Clone, Copy)]
pub(super) enum Additional {
    #[default]
    Any,
    None,
    Schema(Id),
}

#[derive(Default)]
pub(super) struct Arrays {
    /// The schema for all items.
    pub(super) each: Option<Id>,
    pub(super) first: Vec<Id>,
    pub(super) additional: Additional,
    pub(super) count: Count,
    pub(super) unique: bool,
    pub(super) contains: Option<Id>,
}

#[derive(Default)]
pub(super) struct Objects {
    pub(super) count: Count,
    pub(super) required: Vec<Value>,
    pub(super) fields: BTreeMap<Value, Id>,
    pub(super) by_pattern: Vec<(Rc<Pattern>, Id)>,
    pub(super) additional: Additional,
    pub(super) names: Option<Id>,
}
