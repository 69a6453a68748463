//! The rules of all modules, by path.

pub(super) mod defined;
pub(super) mod walk;

use crate::rego::syntax::ast::{Module, Name, Rule, Term, TermKind};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::types::{Builtins, Declaration};
use std::collections::HashMap;
use std::sync::Arc;

/// A rule, by module number and rule number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RuleId {
    pub(crate) module: usize,
    pub(crate) rule: usize,
}

impl RuleId {
    pub(crate) fn of(self, modules: &[Module]) -> Option<&Rule> {
        modules.get(self.module)?.rules.get(self.rule)
    }
}

/// A constant part of a path. Names are strings; heads can also have numbers, booleans and null as keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Null,
    Bool(bool),
    /// The text of a number, as `syntax::number` normalizes it.
    Number(Name),
    String(Name),
}

impl Key {
    /// The term of the key.
    pub(crate) fn to_term(&self) -> Term {
        let kind = match self {
            Self::Null => TermKind::Null,
            Self::Bool(value) => TermKind::Bool(*value),
            Self::Number(text) => TermKind::Number(text.clone()),
            Self::String(text) => TermKind::String(text.clone()),
        };
        Term::new(kind, Span::default())
    }

    /// The key of a scalar term.
    pub(crate) fn of(term: &Term) -> Option<Self> {
        Some(match &term.kind {
            TermKind::Null => Self::Null,
            TermKind::Bool(value) => Self::Bool(*value),
            TermKind::Number(text) => Self::Number(text.clone()),
            TermKind::String(text) => Self::String(text.clone()),
            _ => return None,
        })
    }
}

/// A node below `data`: a package, or the rules whose references have this constant prefix.
#[derive(Debug, Default, Clone)]
pub(crate) struct RuleTree {
    /// The rules with exactly this path, in the order of modules and rules.
    pub(crate) rules: Vec<RuleId>,
    /// The number of parameters of the first rule.
    pub(crate) params: usize,
    pub(crate) children: HashMap<Key, Self>,
    /// The builtins; only the root has them.
    builtins: Option<Arc<Builtins>>,
}

impl RuleTree {
    /// The tree of the rules of modules, with each rule below its package path. Packages without rules are nodes too.
    pub(crate) fn of(modules: &[Module], builtins: &Builtins) -> Self {
        let mut root = Self {
            builtins: Some(Arc::new(builtins.clone())),
            ..Self::default()
        };
        for (number, module) in modules.iter().enumerate() {
            let package: Vec<Key> = module
                .package
                .path
                .iter()
                .skip(1)
                .filter_map(Key::of)
                .collect();
            root.node_mut(&package);
            for (rule, syntax) in module.rules.iter().enumerate() {
                let mut path = package.clone();
                path.extend(ground_prefix(&syntax.head.reference));
                let id = RuleId {
                    module: number,
                    rule,
                };
                let node = root.node_mut(&path);
                if node.rules.is_empty() {
                    node.params = syntax.head.args.as_ref().map_or(0, Vec::len);
                }
                node.rules.push(id);
            }
        }
        root
    }

    fn node_mut(&mut self, path: &[Key]) -> &mut Self {
        path.iter().fold(self, |node, key| {
            node.children.entry(key.clone()).or_default()
        })
    }

    /// The node of a key.
    pub(crate) fn child(&self, key: &Key) -> Option<&Self> {
        self.children.get(key)
    }

    /// The node that a reference from `data` leads to, if all its parts are constants.
    pub(crate) fn find_ref(&self, reference: &[Term]) -> Option<&Self> {
        let (root, path) = reference.split_first()?;
        if root.as_var().is_none_or(|name| &**name != "data") {
            return None;
        }
        path.iter()
            .try_fold(self, |node, part| node.children.get(&Key::of(part)?))
    }

    /// The builtin of a name.
    pub(crate) fn builtin(&self, name: &str) -> Option<&Declaration> {
        self.builtins.as_ref()?.find(name)
    }

    /// The number of operands of the function that an operator names: a builtin, or rules with exactly its path. `None` if there is no such
    /// function.
    pub(crate) fn arity(&self, operator: &Term) -> Option<usize> {
        let TermKind::Ref(reference) = &operator.kind else {
            return None;
        };
        if let Some(builtin) = self.builtin(&text::of_ref(reference)) {
            return Some(builtin.arity());
        }
        let node = self.find_ref(reference)?;
        (!node.rules.is_empty()).then_some(node.params)
    }
}

/// The constant prefix of a rule's reference; its first term is the name.
pub(crate) fn ground_prefix(reference: &[Term]) -> Vec<Key> {
    let name = reference
        .first()
        .and_then(Term::as_var)
        .map(|name| Key::String(name.clone()));
    let rest = reference.iter().skip(1).map_while(Key::of);
    name.into_iter().chain(rest).collect()
}
