//! What a rule is planned into.

use crate::extensions::Extension;
use crate::plan::index::Index;
use crate::plan::input::Wanted;
use regorus::Value;
use regorus::unstable::{ArithOp, BinOp, BoolOp, BuiltinFcn, Expr, Ref, Span};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The number of a rule in its plans.
pub(super) type RuleId = usize;
/// The number of a part of the input that some rule asks for.
pub(super) type Part = usize;
/// The number of a local variable in the clause that has it.
pub(super) type Local = usize;

/// All clauses of one path.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) kind: Kind,
    pub(super) clauses: Vec<Clause>,
    pub(super) index: Index,
    pub(super) default: Option<Value>,
    /// Whether all clauses have the same constant as value: the first that holds then decides.
    pub(super) one_value: bool,
    /// The parts of the input that it and all that it uses ask for.
    pub(super) parts: BTreeSet<Part>,
    pub(super) wanted: OnceLock<Wanted>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Complete,
    Set,
    Object,
    Function,
}

#[derive(Debug)]
pub(super) struct Clause {
    /// How many variables it has; those of a function begin with its parameters.
    pub(super) locals: usize,
    /// What the parameters that are constants must be.
    pub(super) constants: Vec<(Local, Value)>,
    pub(super) parameters: usize,
    /// The body, and those behind `else`: the first that holds.
    pub(super) branches: Vec<Branch>,
}

#[derive(Debug)]
pub(super) struct Branch {
    pub(super) steps: Vec<Step>,
    /// Of a partial object.
    pub(super) key: Option<Term>,
    pub(super) value: Term,
}

/// One statement of a body, in the order in which they are done.
#[derive(Debug)]
pub(super) enum Step {
    /// The term is defined and not false.
    Holds(Term),
    /// The term is undefined or false.
    Fails(Term),
    Let(Local, Term),
    /// All items of a collection, one after the other.
    Each(Each),
    Every {
        each: Each,
        body: Vec<Self>,
    },
}

#[derive(Debug)]
pub(super) struct Each {
    pub(super) of: Term,
    pub(super) key: Option<Local>,
    pub(super) value: Option<Local>,
    /// Whether what is no collection is left to the core: it calls it an error.
    pub(super) picky: bool,
}

#[derive(Debug)]
pub(super) enum Term {
    Constant(Value),
    Input(Part),
    Local(Local),
    /// What the data document has at a path.
    Data(Vec<Value>),
    Rule(RuleId),
    Lookup {
        of: Box<Self>,
        path: Vec<Self>,
        /// Whether it is looked up in data, where the core takes a number for the text of it.
        in_data: bool,
    },
    Compare(BoolOp, Box<(Self, Self)>),
    In {
        key: Option<Box<Self>>,
        value: Box<Self>,
        collection: Box<Self>,
    },
    Arithmetic(ArithOp, Box<(Self, Self)>, Origin),
    Sets(BinOp, Box<(Self, Self)>, Origin),
    Builtin(Builtin, Vec<Self>),
    Call(RuleId, Vec<Self>),
    Array(Vec<Self>),
    Set(Vec<Self>),
    Object(Vec<(Self, Self)>),
    Comprehension(Box<Comprehension>),
}

#[derive(Debug)]
pub(super) struct Comprehension {
    pub(super) kind: Collection,
    pub(super) key: Option<Term>,
    pub(super) value: Term,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Array,
    Set,
    Object,
}

/// Where a term comes from, which the functions of the core want for their errors.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) span: Span,
    pub(super) operands: Vec<Ref<Expr>>,
}

pub(super) enum Builtin {
    /// One of this crate's.
    Own(&'static Extension),
    /// One of the core's.
    Core(BuiltinFcn, Origin),
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Own(extension) => extension.name(),
            Self::Core(_, origin) => origin.span.text(),
        })
    }
}
