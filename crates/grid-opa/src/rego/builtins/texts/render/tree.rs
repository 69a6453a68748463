//! The parts of a parsed template.

use super::functions::Function;
use std::sync::Arc;

/// The defined templates, sorted by name.
pub(super) type Templates<'s> = Vec<(Arc<str>, Vec<Node<'s>>)>;

/// A part of a template, with its place in the source.
pub(super) struct Node<'s> {
    pub(super) place: usize,
    pub(super) kind: Kind<'s>,
}

pub(super) enum Kind<'s> {
    Text(&'s str),
    Action(Pipeline<'s>),
    Branch(Box<Branch<'s>>),
    /// The name of a template and the value for it.
    Template(Arc<str>, Option<Pipeline<'s>>),
    Break,
    Continue,
}

/// `if`, `with` or `range`.
pub(super) struct Branch<'s> {
    pub(super) word: Word,
    pub(super) of: Pipeline<'s>,
    pub(super) then: Vec<Node<'s>>,
    pub(super) other: Vec<Node<'s>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    If,
    Range,
    With,
}

/// Commands, each of which has the value of the one before it as its last argument.
pub(super) struct Pipeline<'s> {
    /// The variables that get the value.
    pub(super) names: Vec<&'s str>,
    /// Whether they exist already.
    pub(super) assigns: bool,
    /// At least one, each with at least one word.
    pub(super) commands: Vec<Vec<Operand<'s>>>,
}

pub(super) enum Operand<'s> {
    Dot,
    Nil,
    Bool(bool),
    Int(i64),
    /// An integer that only an unsigned type of Go has.
    TooLarge,
    Float(f64),
    Text(Arc<str>),
    /// Fields of the dot.
    Field(Vec<&'s str>),
    /// A variable with its `$`, and fields of it.
    Variable(&'s str, Vec<&'s str>),
    Function(Function),
    Pipeline(Box<Pipeline<'s>>),
    /// Fields of a function's result or of a pipeline.
    Chain(Box<Operand<'s>>, Vec<&'s str>),
}

impl Operand<'_> {
    /// Whether it cannot follow a `|`.
    pub(super) const fn is_constant(&self) -> bool {
        matches!(
            self,
            Self::Dot
                | Self::Nil
                | Self::Bool(_)
                | Self::Int(_)
                | Self::TooLarge
                | Self::Float(_)
                | Self::Text(_)
        )
    }
}

/// Whether nodes have only space. Another definition may replace them.
pub(super) fn is_empty(nodes: &[Node<'_>]) -> bool {
    nodes.iter().all(|node| match node.kind {
        Kind::Text(text) => text.trim().is_empty(),
        _ => false,
    })
}
