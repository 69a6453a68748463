//! The compiler. It turns syntax trees into modules that can be planned: it resolves names, gives variables unique names, moves nested
//! calls into their own expressions and orders bodies so that each variable has a value before it is read. It rejects what OPA rejects,
//! with OPA's errors.
//!
//! The stages and their order are those of OPA's compiler, so the first error is the same.

mod annotations;
mod builtins;
mod checks;
mod compiled;
mod else_chain;
mod faults;
mod graph;
mod names;
mod query;
mod recursion;
mod rewrite;
mod safety;
#[cfg(test)]
mod sample;
mod stages;
#[cfg(test)]
mod tests;
mod tree;

use crate::rego::syntax::ast::{Import, Module, Name};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::types::{Builtins, TypeEnv};
use std::collections::HashMap;
use std::time::Instant;

pub(crate) use annotations::Annotations;
#[cfg(test)]
pub(crate) use compiled::compile_until;
pub(crate) use compiled::{Compiled, Source, compile};
pub(crate) use faults::sort_faults;
pub(crate) use graph::Graph;
pub(crate) use names::locals::Locals;
#[cfg(test)]
pub(crate) use query::compile_query_until;
pub(crate) use query::{QueryContext, captured, compile_query};
pub(crate) use stages::STAGES;
pub(crate) use tree::{Key, RuleId, RuleTree};

/// Whether the data document has a value at a path.
pub(crate) type DataExists<'d> = dyn Fn(&[&str]) -> bool + 'd;

/// The options of a compilation.
pub(crate) struct Settings<'s> {
    /// OPA's strict mode: unused variables and imports, and deprecated builtins, are errors.
    pub(crate) strict: bool,
    /// Whether calls of `print` are kept. Otherwise they are dropped.
    pub(crate) print: bool,
    /// The maximum number of reported errors; 0 means all.
    pub(crate) max_faults: usize,
    /// Whether the data document has a value at a path (names below `data`). No rule may have such a path.
    pub(crate) data_exists: Option<&'s DataExists<'s>>,
    /// Builtins that must not be called.
    pub(crate) unsafe_builtins: &'s [&'s str],
    /// Whether annotations were read. If not, calls that need them stay unchanged and cannot be planned.
    pub(crate) annotations: bool,
    /// The builtins of OPA and of the host.
    pub(crate) builtins: &'s Builtins,
    /// The time after which no further stage of modules starts, and the check of types stops. The caller checks the clock again, because the
    /// reported errors are then incomplete.
    pub(crate) end: Option<Instant>,
}

/// The state of a compilation, which each stage reads and rewrites.
pub(crate) struct Compiler<'s> {
    pub(crate) settings: &'s Settings<'s>,
    pub(crate) modules: Vec<Module>,
    /// The names and the texts of the sources, with the same numbers as the modules and `Span::file`.
    pub(crate) names: Vec<&'s str>,
    pub(crate) texts: Vec<&'s str>,
    pub(crate) faults: Vec<Fault>,
    /// Whether an error was recorded that ends the compilation after the current stage.
    pub(crate) stopped: bool,
    pub(crate) locals: Locals,
    /// The source names of the renamed variables.
    pub(crate) rewritten: HashMap<Name, Name>,
    /// The unused imports, as module number and import number.
    pub(crate) unused_imports: Vec<(usize, usize)>,
    /// The imports of the modules, after their removal from the modules.
    pub(crate) imports: Vec<Vec<Import>>,
    pub(crate) tree: RuleTree,
    /// The annotations of the modules, kept between stages.
    pub(crate) annotations: Annotations,
    pub(crate) graph: Graph,
    pub(crate) types: TypeEnv,
}

impl<'s> Compiler<'s> {
    fn new(settings: &'s Settings<'s>) -> Self {
        Self {
            settings,
            modules: Vec::new(),
            names: Vec::new(),
            texts: Vec::new(),
            faults: Vec::new(),
            stopped: false,
            locals: Locals::default(),
            rewritten: HashMap::new(),
            unused_imports: Vec::new(),
            imports: Vec::new(),
            tree: RuleTree::default(),
            annotations: Annotations::default(),
            graph: Graph::default(),
            types: TypeEnv::default(),
        }
    }
}

impl Compiler<'_> {
    /// Records an error that ends the compilation after the stage (OPA's `err`). Returns whether more errors fit.
    pub(crate) fn fault(&mut self, fault: Fault) -> bool {
        self.note(fault, false)
    }

    /// Records an error after which the next stages still run (OPA's `errRecoverable`). Returns whether more errors fit.
    pub(crate) fn tolerate(&mut self, fault: Fault) -> bool {
        self.note(fault, true)
    }

    /// The same as [`Self::fault`], from the parts of an error.
    pub(crate) fn refuse(&mut self, code: Code, message: impl Into<String>, span: Span) -> bool {
        self.fault(Fault::new(code, message, span))
    }

    /// The same as [`Self::fault`] for several errors.
    pub(crate) fn fault_all(&mut self, faults: impl IntoIterator<Item = Fault>) -> bool {
        faults.into_iter().all(|fault| self.fault(fault))
    }

    /// The same as [`Self::tolerate`] for several errors.
    pub(crate) fn tolerate_all(&mut self, faults: impl IntoIterator<Item = Fault>) -> bool {
        faults.into_iter().all(|fault| self.tolerate(fault))
    }

    /// Keeps at most as many errors as the settings allow. After the last one, adds an "error limit reached" entry and ends the
    /// compilation.
    fn note(&mut self, fault: Fault, recoverable: bool) -> bool {
        let limit = self.settings.max_faults;
        if limit > 0 && self.faults.len() >= limit {
            return false;
        }
        self.faults.push(fault);
        self.stopped |= !recoverable;
        if limit == 0 || self.faults.len() < limit {
            return true;
        }
        self.faults.push(faults::limit_reached());
        self.stopped = true;
        false
    }
}
