//! The stages, in OPA's order and with OPA's names.

use crate::rego::compile::locals::Locals;
use crate::rego::compile::{
    Compiler, RuleTree, annotations, check_types, comprehension_terms, deprecated, dynamic_terms,
    equals, expr_terms, head_refs, imports, keyword_overrides, local_vars, metadata_calls,
    print_calls, recursion, refs_in_head, resolve, rule_conflicts, safety_bodies, safety_heads,
    set_graph, template_strings, undefined_functions, unused_imports, void_calls, with_values,
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
    stage("ResolveRefs", resolve::run),
    stage("CheckUnusedImports", unused_imports::run),
    stage("InitLocalVarGen", init_locals),
    stage("RewriteRuleHeadRefs", head_refs::run),
    stage("CheckKeywordOverrides", keyword_overrides::run),
    stage("CheckDuplicateImports", imports::check),
    stage("RemoveImports", imports::remove),
    stage("SetRuleTree", set_tree),
    stage("RewriteLocalVars", local_vars::run),
    stage("RewriteTemplateStrings", template_strings::run),
    stage("CheckVoidCalls", void_calls::run),
    stage("RewritePrintCalls", print_calls::run),
    stage("RewriteExprTerms", expr_terms::run),
    stage("SetAnnotationSet", annotations::run),
    stage("RewriteRegoMetadataCalls", metadata_calls::run),
    stage("SetGraph", set_graph::run),
    stage("RewriteComprehensionTerms", comprehension_terms::run),
    stage("RewriteRefsInHead", refs_in_head::run),
    stage("RewriteWithValues", with_values::run),
    stage("CheckRuleConflicts", rule_conflicts::run),
    stage("CheckUndefinedFuncs", undefined_functions::run),
    stage("CheckSafetyRuleHeads", safety_heads::run),
    stage("CheckSafetyRuleBodies", safety_bodies::run),
    stage("RewriteEquals", equals::run),
    stage("RewriteDynamicTerms", dynamic_terms::run),
    stage("CheckRecursion", recursion::run),
    stage("CheckTypes", check_types::run),
    stage("CheckUnsafeBuiltins", deprecated::run_unsafe),
    stage("CheckDeprecatedBuiltins", deprecated::run_deprecated),
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
