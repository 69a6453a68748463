//! What is read from the complete module before it is written.

use super::imports;
use crate::rego::syntax::ast::{Expr, ExprKind, Import, Module, Name, Rule, Term, TermKind};
use crate::rego::syntax::text;
use crate::rego::syntax::visit::{
    Visitor, VisitorMut, change_body, change_term, walk_body, walk_term,
};
use std::collections::{BTreeMap, BTreeSet};

/// How the module is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags {
    /// Whether the target is Rego v1.
    pub(super) v1: bool,
    pub(super) contains: bool,
    pub(super) ifs: bool,
    /// Whether all heads are written with dots.
    pub(super) ref_heads: bool,
    pub(super) v2_imported: bool,
    /// The keywords of single imports, `import future.keywords.in`.
    pub(super) future_keywords: Vec<Name>,
    /// The keywords that the expressions use.
    pub(super) used_keywords: BTreeSet<&'static str>,
}

const KEYWORDS_V0: [&str; 11] = [
    "not", "package", "import", "as", "default", "else", "with", "null", "true", "false", "some",
];
const KEYWORDS_V1: [&str; 4] = ["if", "contains", "in", "every"];
const KEYWORDS_V2: [&str; 2] = ["and", "or"];

impl Flags {
    pub(super) fn of(module: &Module, v1: bool) -> Self {
        let mut flags = Self {
            v1,
            contains: v1,
            ifs: v1,
            ..Self::default()
        };
        for import in &module.imports {
            flags.import(import);
        }
        let mut used = Used::default();
        for rule in &module.rules {
            let mut next = Some(rule);
            while let Some(rule) = next {
                flags.rule(rule);
                next = rule.otherwise.as_deref();
            }
            walk_written(rule, &mut used);
        }
        flags.used_keywords = used.0;
        flags
    }

    fn import(&mut self, import: &Import) {
        if let Some(keyword) = imports::future_keyword(import) {
            self.future_keywords.push(keyword.clone());
        }
        let names = imports::names(import);
        match names.iter().map(AsRef::as_ref).collect::<Vec<_>>()[..] {
            ["rego", "v1"] | ["future", "keywords"] => (self.contains, self.ifs) = (true, true),
            ["rego", "v2"] => {
                self.v2_imported = true;
                (self.contains, self.ifs) = (true, true);
            }
            ["future", "keywords", "contains"] => self.contains = true,
            ["future", "keywords", "if"] => self.ifs = true,
            _ => {}
        }
    }

    fn rule(&mut self, rule: &Rule) {
        let length = rule.head.reference.len();
        let is_item = rule.head.key.is_some() && rule.head.value.is_none();
        self.ref_heads |= length > 2 || (length == 2 && is_item);
    }

    /// Whether a name is a keyword of the module.
    pub(super) fn is_keyword(&self, name: &str) -> bool {
        KEYWORDS_V0.contains(&name)
            || (self.v2_imported || self.v1) && KEYWORDS_V1.contains(&name)
            || self.v2_imported && KEYWORDS_V2.contains(&name)
            || self
                .future_keywords
                .iter()
                .any(|keyword| **keyword == *name)
    }
}

/// Collects the keywords that expressions use.
#[derive(Default)]
struct Used(BTreeSet<&'static str>);

impl Visitor for Used {
    fn expr(&mut self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Call(terms) => {
                let is_membership = terms.first().is_some_and(|operator| {
                    let name = text::of_operator(operator);
                    matches!(name.as_str(), "internal.member_2" | "internal.member_3")
                });
                if is_membership {
                    self.0.insert("in");
                }
            }
            ExprKind::Every(_) => _ = self.0.insert("every"),
            ExprKind::Not(_) => _ = self.0.insert("not"),
            ExprKind::And(_) => _ = self.0.insert("and"),
            ExprKind::Or(_) => _ = self.0.insert("or"),
            ExprKind::Term(_) | ExprKind::Some(_) => {}
        }
        true
    }
}

// The parts of a rule that OPA's formatter visits: not its reference.
fn walk_written(rule: &Rule, on: &mut dyn Visitor) {
    let head = &rule.head;
    for term in head
        .args
        .iter()
        .flatten()
        .chain(&head.key)
        .chain(&head.value)
    {
        walk_term(term, on);
    }
    walk_body(&rule.body, on);
    if let Some(rule) = &rule.otherwise {
        walk_written(rule, on);
    }
}

/// Gives each wildcard that is used again, by a copy of a head, a name: `_0`.
pub(super) fn name_wildcards(module: &mut Module) {
    let mut counts = Wildcards(BTreeMap::new());
    for rule in &module.rules {
        walk_written(rule, &mut counts);
    }
    counts.0.retain(|_, count| *count > 1);
    if counts.0.is_empty() {
        return;
    }
    let mut renames = Renames(counts.0.into_keys().collect());
    for rule in &mut module.rules {
        rename(rule, &mut renames);
    }
}

struct Wildcards(BTreeMap<Name, usize>);

impl Visitor for Wildcards {
    fn term(&mut self, term: &Term) -> bool {
        if let Some(name) = term.as_var().filter(|name| name.starts_with('$')) {
            *self.0.entry(name.clone()).or_default() += 1;
        }
        true
    }
}

struct Renames(BTreeSet<Name>);

impl VisitorMut for Renames {
    fn term(&mut self, term: &mut Term) -> bool {
        if let Some(name) = term.as_var().filter(|name| self.0.contains(*name)) {
            term.kind = TermKind::Var(name.replacen('$', "_", 1).into());
        }
        true
    }
}

fn rename(rule: &mut Rule, on: &mut dyn VisitorMut) {
    let head = &mut rule.head;
    let key = head.key.iter_mut().chain(&mut head.value);
    for term in head
        .reference
        .iter_mut()
        .chain(head.args.iter_mut().flatten())
        .chain(key)
    {
        change_term(term, on);
    }
    change_body(&mut rule.body, on);
    if let Some(rule) = &mut rule.otherwise {
        rename(rule, on);
    }
}
