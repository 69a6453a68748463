//! The rules of all modules by their paths, as the parser of the core gives them.

use crate::rewrite::order::text;
use regorus::unstable::{Expr, Module, Ref, Rule, RuleHead};
use std::collections::{BTreeMap, BTreeSet};

/// A path below `data`.
pub(super) type Path = Vec<String>;

/// One rule of a source, and the module that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) module: usize,
    pub(super) rule: Ref<Rule>,
    /// Whether its head has more than a name and one key, as `a.b.c := 1`.
    pub(super) odd: bool,
}

/// A module with the path of its package.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) package: Path,
    /// What the names of its imports stand for: a path that begins with `data` or `input`.
    pub(super) imports: BTreeMap<String, Path>,
}

#[derive(Debug, Default)]
pub(super) struct Definitions {
    pub(super) sources: Vec<Source>,
    pub(super) rules: BTreeMap<Path, Vec<Definition>>,
    /// The names of the builtins of the host.
    pub(super) custom: BTreeSet<String>,
}

/// What lies at a path of the data document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum At {
    /// A rule, so many names down.
    Rule(usize),
    /// A package, or above one.
    Package,
    Data,
}

impl Definitions {
    /// Reads modules, each with the path of its package.
    pub(super) fn of(modules: impl IntoIterator<Item = (Path, Ref<Module>)>) -> Self {
        let mut definitions = Self::default();
        for (package, module) in modules {
            let number = definitions.sources.len();
            for rule in &module.policy {
                let Some((name, odd)) = name_of(rule) else {
                    continue;
                };
                let path = [package.as_slice(), &[name]].concat();
                let rules = definitions.rules.entry(path).or_default();
                rules.push(Definition {
                    module: number,
                    rule: rule.clone(),
                    odd,
                });
            }
            let imports = module.imports.iter().filter_map(|import| {
                let path = static_path(&import.refr)?;
                let name = match &import.r#as {
                    Some(name) => name.text().to_owned(),
                    None => path.last()?.clone(),
                };
                Some((name, path))
            });
            let imports = imports
                .filter(|(_, path)| {
                    matches!(path.first().map(String::as_str), Some("data" | "input"))
                })
                .collect();
            definitions.sources.push(Source { package, imports });
        }
        definitions
    }

    /// What lies at `path` below `data`.
    pub(super) fn at(&self, path: &[String]) -> At {
        let rule = (1..=path.len()).find(|&length| {
            path.get(..length)
                .is_some_and(|path| self.rules.contains_key(path))
        });
        if let Some(length) = rule {
            return At::Rule(length);
        }
        let below = |other: &[String]| other.starts_with(path);
        let rules = self.rules.range(path.to_vec()..).next();
        if rules.is_some_and(|(rule, _)| below(rule))
            || self.sources.iter().any(|source| below(&source.package))
        {
            return At::Package;
        }
        At::Data
    }
}

// The first name of a head, and whether there is more to it.
fn name_of(rule: &Rule) -> Option<(String, bool)> {
    let (refr, keys) = match rule {
        Rule::Default { refr, .. } => (refr, 0),
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. } => (refr, 1),
            RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. } => (refr, 0),
        },
    };
    let mut expr = refr;
    let mut names = 0;
    let mut dots = false;
    loop {
        expr = match &**expr {
            Expr::Var { span, .. } => {
                return Some((span.text().to_owned(), dots || names > keys));
            }
            Expr::RefDot { refr, .. } => {
                dots = true;
                refr
            }
            Expr::RefBrack { refr, index, .. } => {
                names += 1;
                dots |= matches!(**index, Expr::String { .. } | Expr::RawString { .. });
                refr
            }
            _ => return None,
        };
    }
}

/// The names of a reference that has nothing but names.
pub(super) fn static_path(expr: &Ref<Expr>) -> Option<Path> {
    let mut path = Vec::new();
    let mut expr = expr;
    loop {
        expr = match &**expr {
            Expr::Var { span, .. } => {
                path.push(span.text().to_owned());
                path.reverse();
                return Some(path);
            }
            Expr::RefDot { refr, field, .. } => {
                path.push(field.0.text().to_owned());
                refr
            }
            Expr::RefBrack { refr, index, .. } => {
                path.push(text(index)?.to_owned());
                refr
            }
            _ => return None,
        };
    }
}
