//! The plans of rules and queries.

use super::grouping::Grouping;
use super::index::Index;
use crate::rego::builtins::Builtin;
use crate::rego::value::Value;
use std::collections::BTreeSet;

/// The number of a rule: all clauses that define one document or function.
pub(crate) type RuleNo = usize;
/// The number of a node of the tree of documents.
pub(crate) type NodeNo = usize;
/// The number of a part of the input that some rule uses.
pub(crate) type Part = usize;
/// The number of a variable in its clause or query.
pub(crate) type Slot = usize;
/// The number of a place in a source; 0 means no place.
pub(crate) type Mark = u32;

/// A node below `data`: a package or a part of its path, or a rule.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// The keys below `data`.
    pub(crate) path: Vec<Value>,
    /// Sorted by key.
    pub(crate) children: Vec<(Value, NodeNo)>,
    /// The rule at this path. Such a node has no children: everything below is part of the rule.
    pub(crate) rule: Option<RuleNo>,
    /// Whether the value of the parent node does not include it, as for `data.system`.
    pub(crate) hidden: bool,
}

impl Node {
    pub(crate) fn child(&self, key: &Value) -> Option<NodeNo> {
        let found = self
            .children
            .binary_search_by(|(name, _)| name.cmp(key))
            .ok()?;
        self.children.get(found).map(|(_, node)| *node)
    }

    /// The child with this name.
    pub(crate) fn named(&self, name: &str) -> Option<NodeNo> {
        let found = self
            .children
            .binary_search_by(|(key, _)| key.cmp_text(name))
            .ok()?;
        self.children.get(found).map(|(_, node)| *node)
    }
}

/// All clauses that define one document or function.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    /// The keys below `data`.
    pub(crate) path: Vec<Value>,
    /// The clauses of a complete rule or a function, or the clauses that evaluate a complete partial rule.
    pub(crate) clauses: Vec<Clause>,
    /// The clauses of a partial rule if its first keys are known: with one key, with two, and so on.
    pub(crate) keyed: Vec<Vec<Clause>>,
    pub(crate) index: Index,
    pub(crate) default: Option<Clause>,
    /// Whether all clauses have the same constant value, so that the first true clause decides.
    pub(crate) one_value: bool,
    /// The parts of the input that the rule and its dependencies use.
    pub(crate) parts: BTreeSet<Part>,
    /// Whether its value depends only on the input and the data.
    pub(crate) pure: bool,
    /// Whether the rule or a dependency calls builtins of the host.
    pub(crate) calls_host: bool,
    /// Whether the rule or a dependency prints.
    pub(crate) prints: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Complete,
    /// A partial set: each solution adds an item.
    Set,
    /// A partial object with one key or several nested keys: each solution adds a value, or an item of a set, at its keys.
    Object,
    Function,
}

#[derive(Debug)]
pub(crate) struct Clause {
    /// The number of variables. The first ones are the arguments of a function, or the known keys of a partial rule.
    pub(crate) slots: usize,
    pub(crate) arity: usize,
    /// The body and the `else` bodies; the first one that is true decides.
    pub(crate) branches: Vec<Branch>,
}

#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) steps: Vec<Step>,
    /// The keys of the value in a partial object; empty for a partial set.
    pub(crate) keys: Vec<Term>,
    /// Whether the value is an item of a set.
    pub(crate) item: bool,
    pub(crate) value: Term,
    /// The place of the head.
    pub(crate) mark: Mark,
    /// The place of the complete rule.
    pub(crate) rule_mark: Mark,
}

/// One step of a body, in evaluation order.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    /// The place of its expression.
    pub(crate) mark: Mark,
    /// Whether it is the first step of its expression.
    pub(crate) first: bool,
}

#[derive(Debug)]
pub(crate) enum StepKind {
    /// The term is defined and not false.
    Holds(Term),
    /// Both terms are defined and equal.
    Equal(Term, Term),
    Let(Slot, Term),
    /// The value of the term is defined and matches.
    Match(Pattern, Term),
    /// Iterates over all items of a collection.
    Each {
        of: Term,
        key: Pattern,
        value: Slot,
    },
    /// Iterates over all keys with exactly this value in a collection.
    Find {
        of: Term,
        key: Pattern,
        value: Term,
    },
    /// Iterates over all documents at a path with unknown keys.
    Documents(Box<Documents>),
    /// Iterates over all pairs of a path and the value at that path.
    Walk(Term, Pattern),
    Not(Vec<Step>),
    Every {
        of: Term,
        key: Option<Slot>,
        value: Slot,
        body: Vec<Step>,
    },
    And(Vec<Step>, Vec<Step>),
    Or(Vec<Step>, Vec<Step>),
    /// Evaluates the steps with documents and functions replaced.
    With(Vec<Change>, Vec<Step>),
    Print(Vec<Term>),
    /// A case of a test begins, which has these keys.
    Case(Vec<Term>),
    /// An expression without steps.
    Nothing,
}

#[derive(Debug)]
pub(crate) struct Documents {
    pub(crate) node: NodeNo,
    pub(crate) accesses: Vec<Access>,
    pub(crate) value: Slot,
}

#[derive(Debug)]
pub(crate) enum Access {
    Key(Term),
    /// All matching keys.
    Each(Pattern),
}

/// A replacement by `with`.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) target: Target,
    pub(crate) value: Replacement,
}

#[derive(Debug)]
pub(crate) enum Target {
    /// The keys below `input`.
    Input(Vec<Value>),
    /// The keys below `data`.
    Data(Vec<Value>),
    Rule(RuleNo),
    Builtin(String),
}

#[derive(Debug)]
pub(crate) enum Replacement {
    Value(Term),
    Function(Function),
    /// A document that replaces a function: calls of the function have its value.
    Document(Term),
}

/// The required form of a value, and the variables that it binds.
#[derive(Debug)]
pub(crate) enum Pattern {
    Any,
    /// A set, or a key of an object, with unbound variables. In OPA no value matches it.
    Nothing,
    Bind(Slot),
    Equal(Term),
    Array(Vec<Self>),
    /// An object with exactly these keys.
    Object(Vec<(Term, Self)>),
}

#[derive(Debug)]
pub(crate) enum Term {
    Constant(Value),
    Input(Part),
    Slot(Slot),
    /// The value of the data document at a path without rules.
    Data(Vec<Value>),
    /// The complete value of a rule.
    Rule(RuleNo),
    /// The value of a partial rule at its first keys.
    Keyed(RuleNo, Vec<Self>),
    /// A package as a value: its rules, merged with the data at its path.
    Document(NodeNo),
    /// The value at a path below a node, with keys that are known only at run time.
    DocumentAt(NodeNo, Vec<Self>),
    /// The value at a path of keys in a value.
    Lookup {
        of: Box<Self>,
        path: Vec<Self>,
        keys: Keys,
    },
    Operator(Operator, Box<(Self, Self)>, &'static Builtin),
    Call(Function, Vec<Self>),
    Array(Vec<Self>),
    Set(Vec<Self>),
    Object(Vec<(Self, Self)>),
    Comprehension(Box<Comprehension>),
}

/// How keys are compared in a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Exact keys.
    Values,
    /// Below the data document: a number also finds a field by its text, and a text an item by its index, as in OPA.
    Texts,
    /// As `Texts`, for expressions where OPA's rule index drops a clause with a number as key: a value that only the text finds is an
    /// error.
    Indexed,
}

/// A callable function.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Function {
    Rule(RuleNo),
    Builtin(&'static Builtin),
    /// A builtin of the host, by number.
    Host(usize),
}

/// Builtins with a faster implementation than a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    In,
}

#[derive(Debug)]
pub(crate) struct Comprehension {
    pub(crate) kind: Collection,
    pub(crate) key: Option<Term>,
    pub(crate) value: Term,
    pub(crate) steps: Vec<Step>,
    /// How its solutions can be grouped, so that repeated evaluations need not search for them again.
    pub(crate) grouping: Option<Grouping>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collection {
    Array,
    Set,
    Object,
}
