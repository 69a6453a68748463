//! Compiles modules to plans. Names become numbers and statements become sequences of steps. A plan knows which parts of the input a rule
//! uses, and indexes its clauses by the values that they compare with those parts.

mod builder;
mod documents;
pub(crate) mod grouping;
pub(crate) mod index;
pub(crate) mod ir;
mod lower;
mod marks;
mod memberships;
mod mentions;
mod query;
mod scope;
mod uses;

use crate::rego::compile::RuleTree;
use crate::rego::plan::builder::{Builder, Shape};
use crate::rego::plan::index::Index;
use crate::rego::plan::ir::{Clause, Kind, Node, NodeNo, Rule, RuleNo, Term};
use crate::rego::plan::lower::Uses;
use crate::rego::syntax::ast::Module;
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;

pub(crate) use builder::Path;
pub(crate) use query::Query;

/// The builtins of the host.
pub(crate) trait Library: Sync {
    /// The number of the builtin with this name.
    fn find(&self, name: &str) -> Option<usize>;
    fn arity(&self, number: usize) -> usize;
    fn is_pure(&self, number: usize) -> bool;
}

/// The plans of all rules of a set.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    pub(crate) rules: Vec<Rule>,
    /// The documents; the first one is `data`.
    pub(crate) nodes: Vec<Node>,
    shapes: Vec<Shape>,
    /// The paths of the parts of the input.
    pub(crate) parts: Vec<Path>,
    /// The places of marks.
    pub(crate) marks: Vec<Span>,
}

impl Plans {
    /// Plans compiled modules. With `cases`, tests with keys report each case when it begins.
    ///
    /// # Errors
    /// For code that compiles but that this engine cannot plan; nothing is skipped silently.
    pub(crate) fn of(
        modules: &[Module],
        tree: &RuleTree,
        library: &dyn Library,
        cases: bool,
    ) -> Result<Self, Vec<Fault>> {
        let (nodes, units) = documents::of(tree);
        let shapes: Vec<Shape> = units
            .iter()
            .map(|unit| builder::shape_of(modules, unit))
            .collect();
        // The mark 0 means no place.
        let mut builder = Builder::new(modules, &nodes, &shapes, library, &[], 1);
        builder.cases = cases;
        let mut rules = Vec::with_capacity(units.len());
        let mut uses = Vec::with_capacity(units.len());
        let mut faults = Vec::new();
        for (number, unit) in units.iter().enumerate() {
            match rule(&mut builder, number, unit) {
                Ok((rule, used)) => {
                    rules.push(rule);
                    uses.push(used);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        uses::spread(&mut rules, uses);
        let (parts, made) = builder.finish();
        let mut marks = vec![Span::default()];
        marks.extend(made);
        Ok(Self {
            rules,
            nodes,
            shapes,
            parts,
            marks,
        })
    }

    /// The node at a path of keys below `data`, if it exists; the keys of rules are not followed.
    pub(crate) fn node(&self, path: &[crate::rego::value::Value]) -> Option<NodeNo> {
        path.iter()
            .try_fold(0, |node, key| self.nodes.get(node)?.child(key))
    }
}

fn rule(
    builder: &mut Builder<'_>,
    number: RuleNo,
    unit: &documents::Unit,
) -> Result<(Rule, Uses), Fault> {
    let (kind, depth) = builder.kind_of(number);
    let is_partial = matches!(kind, Kind::Set | Kind::Object);
    let mut uses = Uses::default();
    let mut clauses = Vec::new();
    let mut default = None;
    let modules = builder.modules;
    for &id in &unit.clauses {
        let Some(syntax) = id.of(modules) else {
            continue;
        };
        // OPA's answer in this case does not follow the default.
        if syntax.is_default && is_partial {
            let what = "a default for a part of the value of other rules";
            return Err(lower::unsupported(what, syntax.span));
        }
        let (clause, used) = lower::clause(builder, id, unit, 0)?;
        uses.add(&used);
        if syntax.is_default {
            default = Some(clause);
        } else {
            clauses.push(clause);
        }
    }
    let mut keyed = Vec::new();
    if is_partial {
        for known in 1..=depth {
            let mut clauses = Vec::with_capacity(unit.clauses.len());
            for &id in &unit.clauses {
                let (clause, used) = lower::clause(builder, id, unit, known)?;
                uses.add(&used);
                clauses.push(clause);
            }
            keyed.push(clauses);
        }
    }
    let index = Index::of(&clauses);
    let one_value = !is_partial && one_value(&clauses);
    if !one_value {
        for clause in clauses.iter_mut().chain(keyed.iter_mut().flatten()) {
            memberships::mark(clause, kind);
        }
    }
    let path = unit.path.clone();
    let rule = Rule {
        kind,
        path,
        clauses,
        keyed,
        index,
        default,
        one_value,
        parts: uses.parts.clone(),
        pure: !uses.impure,
        calls_host: uses.host,
        prints: uses.prints,
    };
    Ok((rule, uses))
}

// Whether all clauses have the same constant value.
fn one_value(clauses: &[Clause]) -> bool {
    let mut values = clauses
        .iter()
        .flat_map(|clause| &clause.branches)
        .map(|branch| &branch.value);
    let Some(Term::Constant(first)) = values.next() else {
        return false;
    };
    values.all(|value| matches!(value, Term::Constant(value) if value == first))
}
