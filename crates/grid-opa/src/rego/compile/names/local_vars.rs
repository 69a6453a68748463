//! RewriteLocalVars: declared variables get unique names, and declarations become equalities.

mod body;
mod declarations;
mod head;
mod rewriter;
mod scopes;
mod terms;
mod unused;

use crate::rego::compile::else_chain::{chain, change_chain};
use crate::rego::compile::names::declared::declared_vars;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::compile::{Compiler, Locals};
use crate::rego::syntax::ast::{Body, Expr, Name, Rule, With};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::vars::{Skip, Vars, of_body};
use crate::rego::syntax::visit::{Visitor, walk_body, walk_head};
use crate::rego::types::Builtins;
use std::collections::HashMap;

pub(crate) use rewriter::{Budget, Rewriter};
use scopes::{Occurrence, Scopes};

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let mut modules = std::mem::take(&mut compiler.modules);
    let mut again = Budget::default();
    for rule in modules.iter_mut().flat_map(|module| &mut module.rules) {
        rewrite_chain(compiler, rule, &mut again);
    }
    compiler.modules = modules;
}

/// Renames the variables of a query. Returns their source names.
pub(crate) fn rewrite_query(
    locals: &mut Locals,
    body: &mut Body,
    strict: bool,
) -> Result<HashMap<Name, Name>, Vec<Fault>> {
    let mut rewritten = HashMap::new();
    let mut again = Budget::default();
    let mut rewriter = Rewriter::new(locals, &mut rewritten, &mut again, strict);
    rewriter.body(body, None);
    let mut faults = std::mem::take(&mut rewriter.faults);
    faults.append(&mut rewriter.unused);
    if faults.is_empty() {
        Ok(rewritten)
    } else {
        Err(faults)
    }
}

/// Renames the variables of a rule and its `else` branches. They share the parameters.
fn rewrite_chain(compiler: &mut Compiler<'_>, rule: &mut Rule, again: &mut Budget) {
    let strict = compiler.settings.strict;
    let mut unused_args = VarSet::new();
    if strict {
        let mut vars = Vars::new(Skip::default());
        vars.terms(rule.head.args.iter().flatten());
        unused_args = vars.found;
    }
    let withs = last_withs(rule);
    let mut rewriter = Rewriter::new(&mut compiler.locals, &mut compiler.rewritten, again, strict);
    rewriter.params(&mut rule.head);
    let params = rewriter.scopes;
    let faults = rewriter.faults;
    compiler.fault_all(faults);

    let mut branch = 0;
    let mut full = false;
    change_chain(rule, |rule| {
        if !full {
            full = !rewrite_branch(compiler, rule, &params, &mut unused_args, again, |name| {
                withs.get(name).is_some_and(|last| *last >= branch)
            });
        }
        branch += 1;
    });
    if full {
        return;
    }
    for arg in unused_args.iter().filter(|arg| !arg.starts_with('$')) {
        let message = format!("unused argument {arg}. (hint: use _ (wildcard variable) instead)");
        if !compiler.tolerate(Fault::new(Code::Compile, message, rule.head.span)) {
            return;
        }
    }
}

/// Renames the variables of one branch. Returns whether more errors fit.
fn rewrite_branch(
    compiler: &mut Compiler<'_>,
    rule: &mut Rule,
    params: &Scopes,
    unused_args: &mut VarSet,
    again: &mut Budget,
    in_with: impl Fn(&str) -> bool,
) -> bool {
    let strict = compiler.settings.strict;
    let mut used = None;
    let has_vars = head::may_have_vars(&rule.head);
    if has_vars {
        // The variables of comprehensions in the head are declared before those of the body.
        let mut rewriter =
            Rewriter::new(&mut compiler.locals, &mut compiler.rewritten, again, strict);
        let unused = rewriter.closures_of_head(&mut rule.head);
        let faults = rewriter.faults;
        compiler.fault_all(faults);
        compiler.tolerate_all(unused);
        used = Some(head::vars(&rule.head, unused_args));
    }
    let mut rewriter = Rewriter::new(&mut compiler.locals, &mut compiler.rewritten, again, strict);
    rewriter.scopes = params.clone();
    rewriter.hide_builtins(&rule.body, compiler.settings.builtins, in_with);
    rewriter.body(&mut rule.body, used.as_ref());
    if has_vars {
        rewriter.rename_head(&mut rule.head);
    }
    let Rewriter {
        scopes,
        faults,
        unused,
        ..
    } = rewriter;
    let room = compiler.fault_all(faults) && compiler.tolerate_all(unused);
    if room {
        unused_args.retain(|arg| scopes.find(arg).is_none_or(|entry| entry.count <= 1));
    }
    room
}

impl Rewriter<'_> {
    /// Renames the variables of a body that have the name of a builtin, so that they are not mistaken for it.
    fn hide_builtins(
        &mut self,
        body: &[Expr],
        builtins: &Builtins,
        in_with: impl Fn(&str) -> bool,
    ) {
        let skip = Skip {
            ref_call_head: true,
            closures: true,
            ..Skip::default()
        };
        let names = of_body(body, skip)
            .into_iter()
            .filter(|name| builtins.find(name).is_some());
        let names: Vec<Name> = names.collect();
        if names.is_empty() {
            return;
        }
        let declared = declared_vars(body);
        for name in names {
            if !declared.contains(&name) && !in_with(&name) && self.scopes.find(&name).is_none() {
                let new = self.locals.fresh();
                self.insert(&name, new, Occurrence::Seen);
            }
        }
    }
}

/// The variables in modifiers, each with the number of the last branch whose modifiers use it.
fn last_withs(rule: &Rule) -> HashMap<Name, usize> {
    struct Withs(Vars);
    impl Withs {
        fn with(&mut self, with: &With) {
            self.0.term(&with.target);
            self.0.term(&with.value);
        }
    }
    impl Visitor for Withs {
        fn expr(&mut self, expr: &Expr) -> bool {
            expr.with.iter().for_each(|with| self.with(with));
            true
        }
    }
    let skip = Skip {
        ref_call_head: true,
        ..Skip::default()
    };
    let mut last = HashMap::new();
    for (branch, rule) in chain(rule).enumerate() {
        let mut withs = Withs(Vars::new(skip));
        walk_head(&rule.head, &mut withs);
        walk_body(&rule.body, &mut withs);
        last.extend(withs.0.found.into_iter().map(|name| (name, branch)));
    }
    last
}
