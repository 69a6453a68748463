//! Finds the target of each annotation: the first statement below it.

use super::{Annotation, Block, Scope, Yaml};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::sorting::sort_by;

/// A statement that may be below an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Package,
    Import,
    /// The number of the rule in the module.
    Rule(usize),
}

/// The annotations with their targets, or their errors. The statements of a row must be in the order package, imports, rules.
pub(crate) fn attach(
    blocks: Vec<Block>,
    mut statements: Vec<(Target, Span)>,
) -> Result<Vec<Annotation>, Vec<Fault>> {
    sort_by(&mut statements, |(_, one), (_, other)| {
        one.row.cmp(&other.row)
    });
    let mut annotations = Vec::with_capacity(blocks.len());
    let mut faults = Vec::new();
    for block in blocks {
        let below = statements.partition_point(|(_, span)| span.row <= block.span.row);
        let target = statements.get(below).map(|(target, _)| *target);
        annotations.extend(attached(block, target, &mut faults));
    }
    if faults.is_empty() {
        Ok(annotations)
    } else {
        Err(faults)
    }
}

fn attached(block: Block, target: Option<Target>, faults: &mut Vec<Fault>) -> Option<Annotation> {
    let Block {
        scope,
        entrypoint,
        mut fields,
        span,
    } = block;
    let default = match target {
        Some(Target::Rule(_)) if entrypoint => Scope::Document.name(),
        Some(Target::Rule(_)) => Scope::Rule.name(),
        Some(Target::Package) => Scope::Package.name(),
        Some(Target::Import) => "import",
        None => "",
    };
    let name = if scope.is_empty() { default } else { &scope };
    let mut refuse = |message: String| faults.push(Fault::new(Code::Parse, message, span));
    let scope = Scope::ALL.into_iter().find(|scope| scope.name() == name);
    let rule = match target {
        Some(Target::Rule(number)) => Some(number),
        _ => None,
    };
    let mut fits = false;
    match scope {
        None => refuse(format!(
            "invalid annotation scope '{name}'. Use one of 'rule', 'document', 'package', or 'subpackages'"
        )),
        Some(scope) => {
            let (expected, matches) = match scope {
                Scope::Rule | Scope::Document => ("rule", rule.is_some()),
                Scope::Package | Scope::Subpackages => ("package", target == Some(Target::Package)),
            };
            fits = matches;
            if !fits {
                let found = match target {
                    Some(Target::Rule(_)) => " (have rule)",
                    Some(Target::Package) => " (have package)",
                    Some(Target::Import) => " (have import)",
                    None => "",
                };
                refuse(format!(
                    "annotation scope '{name}' must be applied to {expected}{found}"
                ));
            }
        }
    }
    if entrypoint && !matches!(scope, Some(Scope::Document | Scope::Package)) {
        refuse(format!(
            "annotation entrypoint applied to non-document or package scope '{name}'"
        ));
        return None;
    }
    fields.insert("scope".to_owned(), Yaml::Text(name.to_owned()));
    scope.filter(|_| fits).map(|scope| Annotation {
        scope,
        rule,
        fields,
        span,
    })
}
