//! Sample policies for the tests of stages.

use crate::rego::compile::rewrite::canonical;
use crate::rego::compile::{Compiler, STAGES, Settings, sort_faults};
use crate::rego::syntax::ast::Version;
use crate::rego::syntax::parser::{ParseOptions, parse_module};
use crate::rego::syntax::text;
use crate::rego::types::Builtins;

/// Compiles package `t` with some rules, which start on line 2, up to a stage. Then calls a function with the compiler.
pub(crate) fn after<T>(stage: &str, rules: &str, look: impl FnOnce(&mut Compiler<'_>) -> T) -> T {
    let source = format!("package t\n{rules}\n");
    let options = ParseOptions {
        version: Version::V1,
        max_depth: 100,
        file: 0,
        max_faults: 10,
        annotations: None,
    };
    let module = parse_module(&source, &options).unwrap();
    let builtins = Builtins::default();
    let settings = Settings {
        strict: false,
        print: true,
        max_faults: 0,
        data_exists: Some(&|path| path == ["t", "taken"]),
        unsafe_builtins: &["http.send"],
        end: None,
        annotations: true,
        builtins: &builtins,
    };
    let mut compiler = Compiler::new(&settings);
    compiler.names.push("a.rego");
    compiler.texts.push(&source);
    compiler.modules.push(module);
    for module in &mut compiler.modules {
        canonical::sort_module(module);
    }
    for of in &STAGES {
        (of.run)(&mut compiler);
        if compiler.stopped || of.name == stage {
            break;
        }
    }
    look(&mut compiler)
}

/// The bodies of the rules after a stage.
pub(crate) fn bodies(stage: &str, rules: &str) -> Vec<String> {
    after(stage, rules, |compiler| {
        assert!(compiler.faults.is_empty(), "{:?}", compiler.faults);
        let rules = compiler.modules.iter().flat_map(|module| &module.rules);
        rules.map(|rule| text::of_body(&rule.body)).collect()
    })
}

/// The errors: row, column, message.
pub(crate) fn faults(rules: &str) -> Vec<String> {
    after("", rules, |compiler| {
        let names = compiler.names.clone();
        sort_faults(&mut compiler.faults, &names);
        let show = |fault: &crate::rego::syntax::fault::Fault| {
            format!("{}:{} {}", fault.span.row, fault.span.column, fault.message)
        };
        compiler.faults.iter().map(show).collect()
    })
}
