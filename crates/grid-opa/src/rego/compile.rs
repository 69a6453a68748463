//! From syntax trees to what can be planned: names are resolved, variables are renamed apart, calls stand on their own, bodies are in an
//! order in which each variable has a value before it is read, and what OPA refuses is refused with OPA's errors.
//!
//! The stages and their order are those of OPA's compiler, so that the first error is the same one.

mod annotations;
mod builtins;
mod canonical;
mod chain;
mod check_types;
mod compiled;
mod comprehension_terms;
mod declared;
mod defined;
mod deprecated;
mod dynamic_terms;
mod equality;
mod equals;
mod expr_terms;
mod faults;
mod graph;
mod head_refs;
mod imports;
mod keyword_overrides;
mod lift;
mod local_vars;
mod locals;
mod metadata_calls;
mod names;
mod outputs;
mod print_calls;
mod query;
mod recursion;
mod refs_in_head;
mod resolve;
mod rule_conflicts;
mod safety;
mod safety_bodies;
mod safety_heads;
#[cfg(test)]
mod sample;
mod set_graph;
mod stages;
mod template_strings;
#[cfg(test)]
mod tests;
mod tree;
mod tree_walk;
mod undefined_functions;
mod unify;
mod unused_imports;
mod void_calls;
mod with_values;

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
pub(crate) use locals::Locals;
#[cfg(test)]
pub(crate) use query::compile_query_until;
pub(crate) use query::{QueryContext, captured, compile_query};
pub(crate) use stages::STAGES;
pub(crate) use tree::{Key, RuleId, RuleTree};

/// Whether the data document has something at a path.
pub(crate) type DataExists<'d> = dyn Fn(&[&str]) -> bool + 'd;

/// What a compilation is told.
pub(crate) struct Settings<'s> {
    /// OPA's strict mode: unused variables and imports, and deprecated builtins, are errors.
    pub(crate) strict: bool,
    /// Whether calls of `print` stay. They are dropped otherwise.
    pub(crate) print: bool,
    /// How many errors are reported; 0 is all of them.
    pub(crate) max_faults: usize,
    /// Whether the data document has something at a path (names below `data`): a rule must not lie there.
    pub(crate) data_exists: Option<&'s DataExists<'s>>,
    /// Builtins that must not be called.
    pub(crate) unsafe_builtins: &'s [&'s str],
    /// Whether annotations were read: what asks for them is left as it is otherwise, and no plan is made of it.
    pub(crate) annotations: bool,
    /// OPA's builtins, and those of the host.
    pub(crate) builtins: &'s Builtins,
    /// When no stage may begin any more. Who set it looks at the clock again: what is reported then is not all.
    pub(crate) end: Option<Instant>,
}

/// The state of a compilation, which each stage reads and rewrites.
pub(crate) struct Compiler<'s> {
    pub(crate) settings: &'s Settings<'s>,
    pub(crate) modules: Vec<Module>,
    /// The names and the texts of the sources, by the same numbers as the modules and `Span::file`.
    pub(crate) names: Vec<&'s str>,
    pub(crate) texts: Vec<&'s str>,
    pub(crate) faults: Vec<Fault>,
    /// Whether an error was noted that ends the compilation after the stage.
    pub(crate) stopped: bool,
    pub(crate) locals: Locals,
    /// The names in the source of the variables that were renamed.
    pub(crate) rewritten: HashMap<Name, Name>,
    /// The imports that nothing uses, by their modules and their places there.
    pub(crate) unused_imports: Vec<(usize, usize)>,
    /// The imports of the modules, once they are removed from there.
    pub(crate) imports: Vec<Vec<Import>>,
    pub(crate) tree: RuleTree,
    /// Those of the modules, from one stage to the next.
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
    /// Notes an error that ends the compilation after the stage (OPA's `err`). Says whether there is room for more errors.
    pub(crate) fn fault(&mut self, fault: Fault) -> bool {
        self.note(fault, false)
    }

    /// Notes an error that lets the stages that follow run (OPA's `errRecoverable`). Says whether there is room for more errors.
    pub(crate) fn tolerate(&mut self, fault: Fault) -> bool {
        self.note(fault, true)
    }

    /// As [`Self::fault`].
    pub(crate) fn refuse(&mut self, code: Code, message: impl Into<String>, span: Span) -> bool {
        self.fault(Fault::new(code, message, span))
    }

    /// As [`Self::fault`], for many.
    pub(crate) fn fault_all(&mut self, faults: impl IntoIterator<Item = Fault>) -> bool {
        faults.into_iter().all(|fault| self.fault(fault))
    }

    /// As [`Self::tolerate`], for many.
    pub(crate) fn tolerate_all(&mut self, faults: impl IntoIterator<Item = Fault>) -> bool {
        faults.into_iter().all(|fault| self.tolerate(fault))
    }

    /// Only as many errors as the settings allow are kept; behind the last one that is, a mark says so, and the compilation ends.
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
