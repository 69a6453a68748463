//! CheckUnusedImports: in strict mode, each import must be used.

use crate::rego::compile::Compiler;
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::text;

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let unused = std::mem::take(&mut compiler.unused_imports);
    for (module, import) in unused {
        let Some(import) = compiler
            .modules
            .get(module)
            .and_then(|module| module.imports.get(import))
        else {
            continue;
        };
        let message = format!("{} unused", text::of_import(import));
        let fault = Fault::new(Code::Compile, message, import.span);
        if !compiler.tolerate(fault) {
            break;
        }
    }
}
