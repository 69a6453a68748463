//! SetAnnotationSet: which annotations apply to which rules and packages.

use crate::rego::compile::Compiler;
use crate::rego::compile::names::originals::place;
use crate::rego::compile::tree::{Key, RuleId, ground_prefix};
use crate::rego::syntax::annotations::{Annotation, Scope};
use crate::rego::syntax::ast::Module;
use crate::rego::syntax::fault::{Code, Fault};
use std::collections::HashMap;

/// A path below `data`.
type Path = Vec<Key>;

/// The annotations of all modules.
#[derive(Debug, Default)]
pub(crate) struct Annotations {
    all: Vec<Attached>,
    /// The annotations of rules, in source order.
    of_rules: HashMap<RuleId, Vec<usize>>,
    of_packages: HashMap<Path, usize>,
    /// The annotations of documents and of packages with their subpackages; both kinds share their paths.
    of_paths: HashMap<Path, usize>,
}

/// An annotation, and the path of its rule or package.
#[derive(Debug)]
pub(crate) struct Attached {
    pub(crate) path: Path,
    pub(crate) annotation: Annotation,
}

pub(super) fn run(compiler: &mut Compiler<'_>) {
    let mut set = Annotations::default();
    let mut faults = Vec::new();
    for module in 0..compiler.modules.len() {
        let found = compiler.modules.get_mut(module);
        let found = found.map(|module| std::mem::take(&mut module.annotations));
        for annotation in found.unwrap_or_default() {
            let (scope, span) = (annotation.scope.name(), annotation.span);
            if let Some(other) = set.add(&compiler.modules, module, annotation) {
                let other = place(other.span, &compiler.names, &compiler.texts);
                let message = format!("{scope} annotation redeclared: {other}");
                faults.push(Fault::new(Code::Type, message, span));
            }
        }
    }
    compiler.fault_all(faults);
    compiler.annotations = set;
}

/// The path of a rule, up to its first part that is not constant.
pub(super) fn path_of(module: &Module, rule: Option<usize>) -> Path {
    let package = module.package.path.iter().skip(1).filter_map(Key::of);
    let rule = rule.and_then(|rule| module.rules.get(rule));
    let rule = rule.map(|rule| ground_prefix(&rule.head.reference));
    package.chain(rule.into_iter().flatten()).collect()
}

impl Annotations {
    /// Adds an annotation. Returns the existing one if the two conflict.
    fn add(
        &mut self,
        modules: &[Module],
        module: usize,
        annotation: Annotation,
    ) -> Option<&Annotation> {
        let path = path_of(modules.get(module)?, annotation.rule);
        let number = self.all.len();
        let paths = match (annotation.scope, annotation.rule) {
            (Scope::Rule, Some(rule)) => {
                let of_rule = self.of_rules.entry(RuleId { module, rule });
                of_rule.or_default().push(number);
                None
            }
            (Scope::Rule, None) => None,
            (Scope::Package, _) => Some(&mut self.of_packages),
            (Scope::Document | Scope::Subpackages, _) => Some(&mut self.of_paths),
        };
        if let Some(paths) = paths {
            if let Some(other) = paths.get(&path) {
                return self.all.get(*other).map(|other| &other.annotation);
            }
            paths.insert(path.clone(), number);
        }
        self.all.push(Attached { path, annotation });
        None
    }

    /// The first annotation above a rule.
    pub(super) fn of_rule(&self, rule: RuleId) -> Option<&Attached> {
        self.all.get(*self.of_rules.get(&rule)?.first()?)
    }

    /// All annotations that apply to a rule, from the closest to the farthest. `None` means that the rule has no annotation of its own.
    pub(super) fn chain(
        &self,
        rule: Option<RuleId>,
        path: &Path,
        package: &Path,
    ) -> Vec<Option<&Attached>> {
        let own = rule.and_then(|rule| self.of_rules.get(&rule));
        let mut chain: Vec<Option<&Attached>> = match own {
            Some(own) => own
                .iter()
                .rev()
                .map(|number| self.all.get(*number))
                .collect(),
            None => vec![None],
        };
        let packages = (1..=package.len()).rev();
        let above = packages.filter_map(|length| self.of_paths.get(package.get(..length)?));
        let others = self.of_paths.get(path).into_iter();
        let others = others.chain(self.of_packages.get(package)).chain(above);
        chain.extend(others.map(|number| self.all.get(*number)));
        chain
    }
}
