//! The stages, in OPA's order and with OPA's names.

use crate::rego::compile::names::locals::Locals;
use crate::rego::compile::{
    Compiler, RuleTree, annotations, checks, graph, names, recursion, rewrite, safety,
};
use crate::rego::syntax::fault::Code;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::vars::{Skip, Vars};

/// The maximum number of parts of a rule's path, including its package.
const MAX_PATH: usize = 127;

/// A stage of the compilation: it reads and rewrites the modules, and records errors.
pub(crate) struct Stage {
    /// OPA's name of the stage.
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut Compiler<'_>),
}

const fn stage(name: &'static str, run: fn(&mut Compiler<'_>)) -> Stage {
    Stage { name, run }
}

/// OPA's stages, except those without a counterpart here: its tree of modules, its indices and its metrics.
pub(crate) const STAGES: [Stage; 29] = [
    stage("ResolveRefs", names::resolve::run),
    stage("CheckUnusedImports", names::unused_imports::run),
    stage("InitLocalVarGen", init_locals),
    stage("RewriteRuleHeadRefs", rewrite::head_refs::run),
    stage("CheckKeywordOverrides", names::keyword_overrides::run),
    stage("CheckDuplicateImports", names::imports::check),
    stage("RemoveImports", names::imports::remove),
    stage("SetRuleTree", set_tree),
    stage("RewriteLocalVars", names::local_vars::run),
    stage("RewriteTemplateStrings", rewrite::template_strings::run),
    stage("CheckVoidCalls", checks::void_calls::run),
    stage("RewritePrintCalls", rewrite::print_calls::run),
    stage("RewriteExprTerms", rewrite::expr_terms::run),
    stage("SetAnnotationSet", annotations::run),
    stage("RewriteRegoMetadataCalls", rewrite::metadata_calls::run),
    stage("SetGraph", graph::stage::run),
    stage(
        "RewriteComprehensionTerms",
        rewrite::comprehension_terms::run,
    ),
    stage("RewriteRefsInHead", rewrite::refs_in_head::run),
    stage("RewriteWithValues", rewrite::with_values::run),
    stage("CheckRuleConflicts", checks::rule_conflicts::run),
    stage("CheckUndefinedFuncs", checks::undefined_functions::run),
    stage("CheckSafetyRuleHeads", safety::heads::run),
    stage("CheckSafetyRuleBodies", safety::bodies::run),
    stage("RewriteEquals", rewrite::equals::run),
    stage("RewriteDynamicTerms", rewrite::dynamic_terms::run),
    stage("CheckRecursion", recursion::run),
    stage("CheckTypes", checks::types::run),
    stage("CheckUnsafeBuiltins", checks::refused_builtins::run_unsafe),
    stage(
        "CheckDeprecatedBuiltins",
        checks::refused_builtins::run_deprecated,
    ),
];

/// InitLocalVarGen: generated names must not occur in the sources.
fn init_locals(compiler: &mut Compiler<'_>) {
    let mut vars = Vars::new(Skip::default());
    for rule in compiler.modules.iter().flat_map(|module| &module.rules) {
        vars.rule(rule);
    }
    compiler.locals = Locals::new("", &vars.found);
}

/// SetRuleTree. The depth of the tree is limited, so that traversals cannot overflow the stack.
fn set_tree(compiler: &mut Compiler<'_>) {
    let rules = compiler
        .modules
        .iter()
        .flat_map(|module| module.rules.iter().map(move |rule| (module, rule)));
    let deep = rules
        .filter(|(module, rule)| module.package.path.len() + rule.head.reference.len() > MAX_PATH);
    let mut spans: Vec<Span> = deep.map(|(_, rule)| rule.span).collect();
    let packages = compiler
        .modules
        .iter()
        .filter(|module| module.package.path.len() > MAX_PATH);
    spans.extend(packages.map(|module| module.package.span));
    if spans.is_empty() {
        compiler.tree = RuleTree::of(&compiler.modules, compiler.settings.builtins);
    }
    for span in spans {
        compiler.refuse(
            Code::Limit,
            format!("the path of a rule has more than {MAX_PATH} parts"),
            span,
        );
    }
}
