//! State that the planner shares between rules.

use crate::rego::plan::Library;
use crate::rego::plan::documents::{self, Unit};
use crate::rego::plan::ir::{Function, Kind, Mark, Node, Part, RuleNo};
use crate::rego::syntax::ast::{Module, Rule};
use crate::rego::syntax::span::Span;
use crate::sorting::sort_by;
use std::collections::HashMap;

/// The path of a part of the input.
pub(crate) type Path = Vec<String>;

pub(super) struct Builder<'c> {
    pub(super) modules: &'c [Module],
    pub(super) nodes: &'c [Node],
    shapes: &'c [Shape],
    library: &'c dyn Library,
    /// Whether tests report their cases.
    pub(super) cases: bool,
    parts: HashMap<Path, Part>,
    marks: Vec<Span>,
    first_mark: usize,
}

/// Properties that the heads of a rule have together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    kind: Kind,
    /// How many of its keys a lookup may specify.
    depth: usize,
    arity: usize,
}

impl<'c> Builder<'c> {
    /// For plans of rules, or of a query that continues existing parts and marks.
    pub(super) fn new(
        modules: &'c [Module],
        nodes: &'c [Node],
        shapes: &'c [Shape],
        library: &'c dyn Library,
        parts: &[Path],
        marks: usize,
    ) -> Self {
        Self {
            modules,
            nodes,
            shapes,
            library,
            cases: false,
            parts: parts
                .iter()
                .cloned()
                .enumerate()
                .map(|(part, path)| (path, part))
                .collect(),
            marks: Vec::new(),
            first_mark: marks,
        }
    }

    pub(super) fn kind_of(&self, rule: RuleNo) -> (Kind, usize) {
        let shape = self.shapes.get(rule);
        shape.map_or((Kind::Complete, 0), |shape| (shape.kind, shape.depth))
    }

    pub(super) fn arity_of(&self, function: Function) -> usize {
        match function {
            Function::Rule(rule) => self.shapes.get(rule).map_or(0, |shape| shape.arity),
            Function::Builtin(builtin) => usize::from(builtin.arity),
            Function::Host(number) => self.library.arity(number),
        }
    }

    /// The number of the host builtin with this name.
    pub(super) fn host(&self, name: &str) -> Option<usize> {
        self.library.find(name)
    }

    pub(super) fn is_host_pure(&self, number: usize) -> bool {
        self.library.is_pure(number)
    }

    pub(super) fn part(&mut self, path: Path) -> Part {
        let next = self.parts.len();
        *self.parts.entry(path).or_insert(next)
    }

    pub(super) fn mark(&mut self, span: Span) -> Mark {
        if self.marks.last() != Some(&span) {
            self.marks.push(span);
        }
        Mark::try_from(self.first_mark + self.marks.len() - 1).unwrap_or(0)
    }

    /// The paths of all parts by number, and the places of the new marks.
    pub(super) fn finish(self) -> (Vec<Path>, Vec<Span>) {
        let mut parts: Vec<_> = self.parts.into_iter().collect();
        sort_by(&mut parts, |(_, one), (_, other)| one.cmp(other));
        (
            parts.into_iter().map(|(path, _)| path).collect(),
            self.marks,
        )
    }
}

pub(super) fn shape_of(modules: &[Module], unit: &Unit) -> Shape {
    let mut shape = Shape {
        kind: Kind::Complete,
        depth: usize::MAX,
        arity: 0,
    };
    for &id in &unit.clauses {
        let Some(rule) = id.of(modules) else {
            continue;
        };
        let keys = documents::keys_of(modules, id, unit).len();
        let item = is_item(rule);
        if let Some(args) = &rule.head.args {
            shape.kind = Kind::Function;
            shape.arity = args.len();
        } else if keys > 0 {
            shape.kind = Kind::Object;
        } else if item && shape.kind == Kind::Complete {
            shape.kind = Kind::Set;
        }
        shape.depth = shape.depth.min(keys + usize::from(item));
    }
    if shape.depth == usize::MAX {
        shape.depth = 0;
    }
    shape
}

/// Whether a rule adds an item to a set.
pub(super) const fn is_item(rule: &Rule) -> bool {
    rule.head.key.is_some() && rule.head.value.is_none()
}
