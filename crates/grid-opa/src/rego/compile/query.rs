//! The compilation of queries.

mod capture;

use crate::rego::compile::compiled::Compiled;
use crate::rego::compile::faults::limit_reached;
use crate::rego::compile::names::originals::Originals;
use crate::rego::compile::names::resolve::{Globals, package_key, resolve_query};
use crate::rego::compile::rewrite::with_values::Targets;
use crate::rego::compile::{Locals, Settings, checks, names, rewrite, safety};
use crate::rego::syntax::ast::{Body, Expr, Import, Name, Package};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::vars::{Skip, Vars};
use std::collections::HashMap;

pub(crate) use capture::captured;

/// The meaning of the names in a query, and whether to capture the values of its expressions.
#[derive(Debug, Default)]
pub(crate) struct QueryContext {
    /// The package whose rules the query can name.
    pub(crate) package: Option<Package>,
    pub(crate) imports: Vec<Import>,
    /// Whether to capture the values of its expressions, see [`captured`].
    pub(crate) capture: bool,
}

/// A query that can be planned.
#[derive(Debug)]
pub(crate) struct CompiledQuery {
    pub(crate) body: Body,
    /// The query's names of the renamed variables.
    pub(crate) rewritten: HashMap<Name, Name>,
}

impl CompiledQuery {
    /// The variables of an answer: their names in the query, with their names in the body. The values of expressions are not among them,
    /// see [`captured`].
    pub(crate) fn variables(&self) -> Vec<(Name, Name)> {
        let skip = Skip {
            ref_head: true,
            ref_call_head: true,
            closures: true,
            ..Skip::default()
        };
        let mut vars = Vars::new(skip);
        vars.body(&self.body);
        let named = vars
            .found
            .into_iter()
            .map(|new| (self.rewritten.get(&new).unwrap_or(&new).clone(), new));
        named
            .filter(|(name, _)| !name.starts_with('$') && !names::locals::is_generated(name))
            .collect()
    }
}

/// Compiles a query of compiled modules.
///
/// # Errors
/// The errors of the first stage that fails, as OPA reports them.
pub(crate) fn compile_query(
    base: &Compiled,
    query: Body,
    context: &QueryContext,
    settings: &Settings<'_>,
) -> Result<CompiledQuery, Vec<Fault>> {
    compile_query_until(base, query, context, settings, None)
}

/// The same, up to the named stage.
pub(crate) fn compile_query_until(
    base: &Compiled,
    query: Body,
    context: &QueryContext,
    settings: &Settings<'_>,
    last: Option<&str>,
) -> Result<CompiledQuery, Vec<Fault>> {
    if query.is_empty() {
        let message = "empty query cannot be compiled";
        return Err(vec![Fault::new(Code::Compile, message, Span::default())]);
    }
    let mut query = Query {
        base,
        context,
        settings,
        body: query,
        rewritten: HashMap::new(),
    };
    rewrite::canonical::sort_body(&mut query.body);
    for (name, run) in stages() {
        run(&mut query).map_err(|faults| first(faults, settings.max_faults))?;
        if last == Some(name) {
            break;
        }
    }
    Ok(CompiledQuery {
        body: query.body,
        rewritten: query.rewritten,
    })
}

/// The first errors up to the limit; a limit of 0 means all.
fn first(mut faults: Vec<Fault>, limit: usize) -> Vec<Fault> {
    if limit > 0 && faults.len() > limit {
        faults.truncate(limit);
        faults.push(limit_reached());
    }
    faults
}

/// The state of the compilation of a query.
struct Query<'q> {
    base: &'q Compiled,
    context: &'q QueryContext,
    settings: &'q Settings<'q>,
    body: Body,
    rewritten: HashMap<Name, Name>,
}

type Run<'q> = fn(&mut Query<'q>) -> Result<(), Vec<Fault>>;

/// OPA's stages for queries.
fn stages<'q>() -> [(&'static str, Run<'q>); 15] {
    [
        ("CheckKeywordOverrides", Query::check_keyword_overrides),
        ("ResolveRefs", Query::resolve_refs),
        ("RewriteLocalVars", Query::rewrite_local_vars),
        ("RewriteTemplateStrings", Query::rewrite_template_strings),
        ("CheckVoidCalls", |query| {
            refuse(checks::void_calls::in_query(&query.body, &query.base.tree))
        }),
        ("RewritePrintCalls", Query::rewrite_print_calls),
        ("RewriteExprTerms", Query::rewrite_expr_terms),
        (
            "RewriteComprehensionTerms",
            Query::rewrite_comprehension_terms,
        ),
        ("RewriteWithValues", Query::rewrite_with_values),
        ("CheckUndefinedFuncs", Query::check_undefined_functions),
        ("CheckSafety", Query::check_safety),
        ("RewriteDynamicTerms", Query::rewrite_dynamic_terms),
        ("CheckTypes", Query::check_types),
        ("CheckUnsafeBuiltins", Query::check_unsafe_builtins),
        ("CheckDeprecatedBuiltins", Query::check_deprecated_builtins),
    ]
}

fn refuse(faults: Vec<Fault>) -> Result<(), Vec<Fault>> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// A generator of names that the query does not use. Each stage starts counting again.
fn locals(body: &[Expr]) -> Locals {
    let mut vars = Vars::new(Skip::default());
    vars.body(body);
    Locals::new("q", &vars.found)
}

impl Query<'_> {
    fn check_types(&mut self) -> Result<(), Vec<Fault>> {
        refuse(checks::types::in_query(
            self.base,
            self.settings,
            &self.rewritten,
            &self.body,
        ))
    }

    fn check_keyword_overrides(&mut self) -> Result<(), Vec<Fault>> {
        if self.settings.strict {
            return refuse(names::keyword_overrides::in_query(&self.body));
        }
        Ok(())
    }

    fn resolve_refs(&mut self) -> Result<(), Vec<Fault>> {
        let package = self.context.package.as_ref();
        let exports = package.and_then(|package| self.base.exports.get(&package_key(package)));
        let path = package.map_or(&[][..], |package| &package.path);
        let mut globals = Globals::new(path, exports, &self.context.imports);
        resolve_query(&mut globals, &mut self.body);
        if self.context.capture {
            capture::capture(&mut self.body, &self.base.tree);
        }
        Ok(())
    }

    fn rewrite_local_vars(&mut self) -> Result<(), Vec<Fault>> {
        let mut locals = locals(&self.body);
        let strict = self.settings.strict;
        self.rewritten = names::local_vars::rewrite_query(&mut locals, &mut self.body, strict)?;
        Ok(())
    }

    fn rewrite_template_strings(&mut self) -> Result<(), Vec<Fault>> {
        let mut locals = locals(&self.body);
        let Compiled {
            tree,
            defined,
            rewritten,
            ..
        } = self.base;
        // As in OPA, messages use the names of the modules' variables, not of the query's.
        refuse(rewrite::template_strings::in_query(
            &mut self.body,
            tree,
            defined,
            &mut locals,
            rewritten,
        ))
    }

    fn rewrite_print_calls(&mut self) -> Result<(), Vec<Fault>> {
        if !self.settings.print {
            rewrite::print_calls::erase_in_query(&mut self.body);
            return Ok(());
        }
        let mut locals = locals(&self.body);
        let tree = &self.base.tree;
        refuse(rewrite::print_calls::keep_in_query(
            &mut self.body,
            tree,
            &mut locals,
            &self.rewritten,
        ))
    }

    fn rewrite_expr_terms(&mut self) -> Result<(), Vec<Fault>> {
        let mut locals = locals(&self.body);
        rewrite::expr_terms::in_body(&mut self.body, &mut locals).map_err(|fault| vec![fault])
    }

    fn rewrite_comprehension_terms(&mut self) -> Result<(), Vec<Fault>> {
        let mut locals = locals(&self.body);
        rewrite::comprehension_terms::in_body(&mut self.body, &mut locals);
        Ok(())
    }

    fn rewrite_with_values(&mut self) -> Result<(), Vec<Fault>> {
        let mut locals = locals(&self.body);
        let targets = Targets::new(&self.base.tree, self.settings.unsafe_builtins);
        rewrite::with_values::in_body(&mut self.body, &targets, &mut locals)
            .map_err(|fault| vec![fault])
    }

    fn check_undefined_functions(&mut self) -> Result<(), Vec<Fault>> {
        let originals = Originals::new(&self.rewritten);
        refuse(checks::undefined_functions::in_body(
            &self.body,
            &self.base.tree,
            originals,
            self.settings.builtins,
        ))
    }

    fn check_safety(&mut self) -> Result<(), Vec<Fault>> {
        let originals = Originals::new(&self.rewritten);
        safety::bodies::in_body(&mut self.body, &self.base.tree, originals)
    }

    fn rewrite_dynamic_terms(&mut self) -> Result<(), Vec<Fault>> {
        let mut locals = locals(&self.body);
        rewrite::dynamic_terms::in_body(&mut self.body, &mut locals).map_err(|fault| vec![fault])
    }

    fn check_unsafe_builtins(&mut self) -> Result<(), Vec<Fault>> {
        refuse(checks::refused_builtins::unsafe_in_body(
            &self.body,
            self.settings.unsafe_builtins,
        ))
    }

    fn check_deprecated_builtins(&mut self) -> Result<(), Vec<Fault>> {
        if self.settings.strict {
            return refuse(checks::refused_builtins::deprecated_in_body(&self.body));
        }
        Ok(())
    }
}
