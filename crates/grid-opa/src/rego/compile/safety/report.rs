//! Unsafe variables and expressions, as OPA reports them.

use crate::rego::compile::else_chain::chain;
use crate::rego::compile::names::locals::is_generated;
use crate::rego::compile::names::originals::Originals;
use crate::rego::compile::safety::Unsafe;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::syntax::ast::{Module, Name, Rule, Term};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::sorting::sort_by;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The words that are keywords once they are imported.
const FUTURE_KEYWORDS: [&str; 7] = ["in", "every", "contains", "if", "not", "and", "or"];

/// Why a body cannot be ordered.
#[derive(Debug)]
pub(crate) enum Refusal {
    Unsafe(Vec<Unsafe>),
    TooComplex(Span),
}

impl Refusal {
    /// The errors; the label names their rule.
    pub(crate) fn faults(&self, originals: Originals<'_>, label: &str) -> Vec<Fault> {
        match self {
            Self::Unsafe(found) => faults(found, originals, label),
            Self::TooComplex(span) => {
                let message = "the body is too complex to order";
                vec![Fault::new(Code::Limit, message, *span)]
            }
        }
    }
}

/// OPA's order of places: an error without a place comes last.
type Place = (bool, u32, u32, u32);

const fn place(span: Span) -> Place {
    (span.row == 0, span.file, span.row, span.column)
}

fn faults(found: &[Unsafe], originals: Originals<'_>, label: &str) -> Vec<Fault> {
    let assigned = assigned(found, originals);
    let mut vars: Vec<(&Name, Span)> = first_places(found).into_iter().collect();
    sort_by(&mut vars, |(a, one), (b, other)| {
        (place(*one), a).cmp(&(place(*other), b))
    });
    vars.retain(|(name, _)| !is_generated(originals.of(name)));
    let is_assigned =
        |name: &Name| assigned.contains(name) || assigned.contains(originals.of(name));
    // An assigned variable is unsafe because of the assigned value, so the variables of that value are reported instead.
    if vars.iter().any(|(name, _)| !is_assigned(name)) {
        vars.retain(|(name, _)| !is_assigned(name));
    }
    if vars.is_empty() {
        return unsafe_exprs(found, label);
    }
    vars.into_iter()
        .map(|(name, span)| unsafe_var(originals.of(name), span, label))
        .collect()
}

/// The first place of each variable.
fn first_places(found: &[Unsafe]) -> HashMap<&Name, Span> {
    let mut places: HashMap<&Name, Span> = HashMap::new();
    for Unsafe { span, vars, .. } in found {
        for name in vars {
            let first = places.entry(name).or_insert(*span);
            if place(*span) < place(*first) {
                *first = *span;
            }
        }
    }
    places
}

fn assigned(found: &[Unsafe], originals: Originals<'_>) -> VarSet {
    let names = found.iter().flat_map(|found| &found.assigned);
    names
        .flat_map(|name| [name.clone(), originals.of(name).clone()])
        .collect()
}

fn unsafe_var(name: &Name, span: Span, label: &str) -> Fault {
    let shown = shown(name);
    let mut message = format!("var {shown} is unsafe{label}");
    if FUTURE_KEYWORDS.contains(&shown) {
        message += &format!(" (hint: `import future.keywords.{shown}` to import a future keyword)");
    }
    Fault::new(Code::UnsafeVar, message, span)
}

/// The source text of a variable.
pub(crate) fn shown(name: &str) -> &str {
    if name.starts_with('$') { "_" } else { name }
}

/// Generated variables mean nothing to the user, so their expressions are reported. Each variable is reported once.
fn unsafe_exprs(found: &[Unsafe], label: &str) -> Vec<Fault> {
    let mut exprs: BTreeMap<Place, (Span, VarSet)> = BTreeMap::new();
    for Unsafe { span, vars, .. } in found {
        let (_, all) = exprs.entry(place(*span)).or_insert((*span, VarSet::new()));
        all.extend(vars.iter().filter(|name| is_generated(name)).cloned());
    }
    let mut seen = VarSet::new();
    let mut faults = Vec::new();
    for (span, vars) in exprs.into_values() {
        let before = seen.len();
        seen.extend(vars);
        if seen.len() > before {
            faults.push(Fault::new(
                Code::UnsafeVar,
                format!("expression is unsafe{label}"),
                span,
            ));
        }
    }
    faults
}

/// Distinguishes the rules on a line.
pub(crate) struct Lines<'m> {
    module: &'m Module,
    /// The lines with rules of several names.
    shared: Option<HashSet<u32>>,
}

impl<'m> Lines<'m> {
    pub(crate) const fn new(module: &'m Module) -> Self {
        Self {
            module,
            shared: None,
        }
    }

    /// The suffix of a message about a rule.
    pub(crate) fn label(&mut self, rule: &Rule) -> String {
        let shared = self.shared.get_or_insert_with(|| shared_lines(self.module));
        match shared.contains(&rule.span.row) {
            true => format!(" in rule {}", text::of_ref(ground(rule))),
            false => String::new(),
        }
    }
}

fn shared_lines(module: &Module) -> HashSet<u32> {
    let mut first = HashMap::new();
    let mut shared = HashSet::new();
    for rule in module.rules.iter().flat_map(chain) {
        let name = text::of_ref(ground(rule));
        let row = rule.span.row;
        if *first.entry(row).or_insert_with(|| name.clone()) != name {
            shared.insert(row);
        }
    }
    shared
}

/// The constant prefix of a rule's reference.
fn ground(rule: &Rule) -> &[Term] {
    let reference = rule.head.reference.as_slice();
    let is_var = |term: &Term| term.as_var().is_some();
    let end = reference
        .iter()
        .skip(1)
        .position(is_var)
        .map_or(reference.len(), |at| at + 1);
    reference.get(..end).unwrap_or(reference)
}
