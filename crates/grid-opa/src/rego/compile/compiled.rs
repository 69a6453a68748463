//! The compilation of modules, and its result.

use crate::rego::compile::names::resolve::{Exports, exports};
use crate::rego::compile::rewrite::canonical;
use crate::rego::compile::tree::defined::Defined;
use crate::rego::compile::{Compiler, RuleTree, STAGES, Settings, sort_faults};
use crate::rego::syntax::ast::{Module, Name};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::types::TypeEnv;
use std::collections::HashMap;
use std::time::Instant;

/// A source to be compiled.
#[derive(Debug)]
pub(crate) struct Source<'s> {
    pub(crate) name: &'s str,
    pub(crate) text: &'s str,
    pub(crate) module: Module,
}

/// Modules that can be planned.
pub(crate) struct Compiled {
    /// In the form that the stages produce.
    pub(crate) modules: Vec<Module>,
    pub(crate) tree: RuleTree,
    /// The source names of the renamed variables.
    pub(crate) rewritten: HashMap<Name, Name>,
    /// The rule names of each package, by package path.
    pub(super) exports: HashMap<String, Exports>,
    pub(super) defined: Defined,
    pub(super) types: TypeEnv,
}

/// Compiles modules. They are sorted by name, and the file number of each source is its position in that order.
///
/// # Errors
/// The errors that OPA reports, in its order.
pub(crate) fn compile(
    sources: Vec<Source<'_>>,
    settings: &Settings<'_>,
) -> Result<Compiled, Vec<Fault>> {
    compile_until(sources, settings, None)
}

/// The same, up to the named stage.
pub(crate) fn compile_until(
    sources: Vec<Source<'_>>,
    settings: &Settings<'_>,
    last: Option<&str>,
) -> Result<Compiled, Vec<Fault>> {
    let mut compiler = Compiler::new(settings);
    for mut source in sources {
        canonical::sort_module(&mut source.module);
        compiler.names.push(source.name);
        compiler.texts.push(source.text);
        compiler.modules.push(source.module);
    }
    for stage in &STAGES {
        if settings.end.is_some_and(|end| Instant::now() >= end) {
            compiler.refuse(
                Code::Limit,
                "the compilation took too long",
                Span::default(),
            );
            break;
        }
        (stage.run)(&mut compiler);
        if compiler.stopped || last == Some(stage.name) {
            break;
        }
    }
    let Compiler {
        mut faults,
        modules,
        names,
        tree,
        rewritten,
        types,
        ..
    } = compiler;
    if !faults.is_empty() {
        sort_faults(&mut faults, &names);
        return Err(faults);
    }
    Ok(Compiled {
        exports: exports(&modules),
        defined: Defined::of(&modules, &tree),
        modules,
        tree,
        rewritten,
        types,
    })
}
