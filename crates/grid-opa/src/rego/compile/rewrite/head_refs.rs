//! RewriteRuleHeadRefs: the reference of a head contains only constants and variables.
//!
//! `p[input.x].q` becomes `p[__local0__].q`, with `__local0__ = input.x` in the body, because the rule tree supports only constants and
//! variables.

use crate::rego::compile::rewrite::equality::{append, capture};
use crate::rego::compile::{Compiler, Locals};
use crate::rego::syntax::ast::{Rule, TermKind};
use crate::rego::syntax::order;

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    for rule in compiler
        .modules
        .iter_mut()
        .flat_map(|module| &mut module.rules)
    {
        rewrite(&mut compiler.locals, rule);
    }
}

fn rewrite(locals: &mut Locals, rule: &mut Rule) {
    let last = rule.head.reference.len().saturating_sub(1);
    for (number, part) in rule.head.reference.iter_mut().enumerate().skip(1) {
        if part.kind.is_scalar() || matches!(part.kind, TermKind::Var(_)) {
            continue;
        }
        let (local, expr) = capture(locals, part.clone());
        if let Some(key) = rule
            .head
            .key
            .as_mut()
            .filter(|key| number == last && order::compare(key, part).is_eq())
        {
            *key = local.clone();
        }
        *part = local;
        append(&mut rule.body, vec![expr]);
    }
}
