//! Heads contain no references or comprehensions, the body binds their values. `p[{"a": data.x}] if body` becomes `p[v] if { body; v =
//! {"a": data.x} }`.

use crate::rego::compile::Compiler;
use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::rewrite::comprehension_terms::{replace, requires_evaluation};
use crate::rego::syntax::ast::Head;

/// OPA's stage `RewriteRefsInHead`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let Compiler {
        modules, locals, ..
    } = compiler;
    for rule in modules.iter_mut().flat_map(|module| &mut module.rules) {
        change_chain(rule, |rule| {
            let Head {
                key, value, args, ..
            } = &mut rule.head;
            for term in key.iter_mut().chain(value).chain(args.iter_mut().flatten()) {
                if requires_evaluation(term) {
                    replace(term, &mut rule.body, locals);
                }
            }
        });
    }
}
