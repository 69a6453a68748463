//! What rules and queries are planned into.

use crate::rego::builtins::Builtin;
use crate::rego::value::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The number of a rule: of all clauses that define one document or function.
pub(crate) type RuleNo = usize;
/// The number of a node of the tree of documents.
pub(crate) type NodeNo = usize;
/// The number of a part of the input that some rule asks for.
pub(crate) type Part = usize;
/// The number of a variable in the clause or query that has it.
pub(crate) type Slot = usize;
/// The number of a place in a source; 0 is none.
pub(crate) type Mark = u32;

/// A node below `data`: a package or a part of its path, or a rule.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// The keys below `data`.
    pub(crate) path: Vec<Value>,
    /// Sorted by key.
    pub(crate) children: Vec<(Value, NodeNo)>,
    /// The rule that is here. It has no children then: what lies below is part of the rule.
    pub(crate) rule: Option<RuleNo>,
    /// Whether it is left out of the value of the node above, as `data.system` is.
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

    /// The child of that name.
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
    /// The clauses of a complete rule or a function, or those that evaluate a partial rule as a whole.
    pub(crate) clauses: Vec<Clause>,
    /// The clauses of a partial rule when its first keys are known: with one key, with two, and so on.
    pub(crate) keyed: Vec<Vec<Clause>>,
    pub(crate) index: Index,
    pub(crate) default: Option<Clause>,
    /// Whether all clauses have the same constant as value: the first that holds then decides.
    pub(crate) one_value: bool,
    /// The parts of the input that it and all that it uses ask for.
    pub(crate) parts: BTreeSet<Part>,
    /// Whether its value is that of the input and the data alone.
    pub(crate) pure: bool,
    /// Whether it, or what it uses, calls builtins of the host.
    pub(crate) calls_host: bool,
    /// Whether it, or what it uses, prints.
    pub(crate) prints: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Complete,
    /// A partial set: each solution adds an item.
    Set,
    /// A partial object, of one key or of several that nest: each solution adds a value, or an item of a set, at its keys.
    Object,
    Function,
}

#[derive(Debug)]
pub(crate) struct Clause {
    /// How many variables it has. The first ones are the arguments of a function, or the known keys of a partial rule.
    pub(crate) slots: usize,
    pub(crate) arity: usize,
    /// The body, and those behind `else`: the first that holds.
    pub(crate) branches: Vec<Branch>,
}

#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) steps: Vec<Step>,
    /// Of a partial object: the keys under which the value lies. Of a partial set: none.
    pub(crate) keys: Vec<Term>,
    /// Whether the value is an item of a set.
    pub(crate) item: bool,
    pub(crate) value: Term,
    /// Where the head stands.
    pub(crate) mark: Mark,
    /// Where the whole of it stands.
    pub(crate) whole: Mark,
}

/// One step of a body, in the order in which they are done.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    /// Where the expression stands that it comes from.
    pub(crate) mark: Mark,
    /// Whether it is the first step of that expression.
    pub(crate) first: bool,
}

#[derive(Debug)]
pub(crate) enum StepKind {
    /// The term is defined and not false.
    Holds(Term),
    /// The two are defined and equal.
    Equal(Term, Term),
    Let(Slot, Term),
    /// The value of the term is defined and fits.
    Match(Pattern, Term),
    /// All items of a collection, one after the other.
    Each {
        of: Term,
        key: Pattern,
        value: Slot,
    },
    /// All keys of a collection at which it has this very value.
    Find {
        of: Term,
        key: Pattern,
        value: Term,
    },
    /// All values of documents whose path has keys that are not known.
    Documents(Box<Documents>),
    /// All pairs of a path and the value there.
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
    /// Does the steps while documents and functions are replaced.
    With(Vec<Change>, Vec<Step>),
    Print(Vec<Term>),
    /// A case of a test begins, which has these keys.
    Case(Vec<Term>),
    /// Nothing: an expression that has no step of its own.
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
    /// All keys that fit.
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
    /// A document in the place of a function: its value counts where the function is called.
    Document(Term),
}

/// What a value must look like, and which variables get their values from it.
#[derive(Debug)]
pub(crate) enum Pattern {
    Any,
    /// A set, or a key of an object, with variables that have no values yet: OPA finds no value that such a one is.
    Nothing,
    Bind(Slot),
    Equal(Term),
    Array(Vec<Self>),
    /// An object of exactly these keys.
    Object(Vec<(Term, Self)>),
}

#[derive(Debug)]
pub(crate) enum Term {
    Constant(Value),
    Input(Part),
    Slot(Slot),
    /// What the data document has at a path that no rule shares.
    Data(Vec<Value>),
    /// The whole value of a rule.
    Rule(RuleNo),
    /// What a partial rule has at its first keys.
    Keyed(RuleNo, Vec<Self>),
    /// A package as a value: its rules, and what data has at its path.
    Document(NodeNo),
    /// What is at a path below a node whose keys are known only when it is evaluated.
    DocumentAt(NodeNo, Vec<Self>),
    /// What a value has at keys.
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

/// By what keys a value is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// By those that are there.
    Values,
    /// Below the data document itself: a number is also found by its text, and an item by the text of its index, as in OPA.
    Texts,
    /// As `Texts`, where OPA's index of rules drops a clause whose key is a number: what only the text finds is an error.
    Indexed,
}

/// What can be called.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Function {
    Rule(RuleNo),
    Builtin(&'static Builtin),
    /// One of the host's, by its number.
    Host(usize),
}

/// Builtins that are worth a shorter way than a call.
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
    /// How its solutions can be grouped, so that it need not look for them each time that it is evaluated.
    pub(crate) grouping: Option<Grouping>,
}

/// Steps of a comprehension that compare what it finds with what is known outside of it. Up to the last of these steps it finds the
/// same each time, whatever it is compared with.
#[derive(Debug)]
pub(crate) struct Grouping {
    /// By their steps, in order; there is at least one.
    pub(crate) keys: Vec<Key>,
    /// The variables from outside which those steps need besides.
    pub(crate) others: Vec<Slot>,
    /// The variables that get their values in those steps and are needed behind them.
    pub(crate) kept: Vec<Slot>,
    /// The functions that those steps call.
    pub(crate) functions: Vec<RuleNo>,
}

/// A step that compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) step: usize,
    /// Whether what is known outside is on the left; of a [`StepKind::Find`] it is the value.
    pub(crate) left: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collection {
    Array,
    Set,
    Object,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Input(Part),
    /// An argument of a function.
    Argument(Slot),
}

/// The clauses to try, in their order.
#[derive(Debug)]
pub(crate) enum Index {
    These(Vec<usize>),
    /// By the value of a subject.
    Switch {
        subject: Subject,
        cases: BTreeMap<Value, Self>,
        otherwise: Box<Self>,
    },
}

impl Index {
    /// The clauses that may hold where the subjects have these values.
    pub(crate) fn candidates<'i, 'v>(
        &'i self,
        value_of: &mut dyn FnMut(Subject) -> Cow<'v, Value>,
    ) -> &'i [usize] {
        let mut index = self;
        loop {
            match index {
                Self::These(clauses) => return clauses,
                Self::Switch {
                    subject,
                    cases,
                    otherwise,
                } => {
                    let case = cases.get(&*value_of(*subject));
                    index = case.unwrap_or(otherwise);
                }
            }
        }
    }
}
