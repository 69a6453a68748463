//! CheckDuplicateImports and RemoveImports.

use crate::rego::compile::Compiler;
use crate::rego::compile::names::resolve::import_name;
use crate::rego::syntax::ast::{Import, Module};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::text;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// CheckDuplicateImports: no two imports of a module share a name.
pub(crate) fn check(compiler: &mut Compiler<'_>) {
    let strict = compiler.settings.strict;
    let modules = compiler
        .modules
        .iter()
        .filter(|module| strict || module.is_v1());
    let faults: Vec<Fault> = modules.flat_map(duplicates).collect();
    compiler.tolerate_all(faults);
}

fn duplicates(module: &Module) -> Vec<Fault> {
    let mut named: HashMap<_, &Import> = HashMap::new();
    let mut faults = Vec::new();
    for import in &module.imports {
        match named.entry(import_name(import)) {
            Entry::Occupied(first) => {
                let message = format!("import must not shadow {}", text::of_import(first.get()));
                faults.push(Fault::new(Code::Compile, message, import.span));
            }
            Entry::Vacant(place) => {
                place.insert(import);
            }
        }
    }
    faults
}

/// RemoveImports: imports have no further use after names are resolved.
pub(crate) fn remove(compiler: &mut Compiler<'_>) {
    let imports = compiler
        .modules
        .iter_mut()
        .map(|module| std::mem::take(&mut module.imports));
    compiler.imports = imports.collect();
}
