//! `rego.parse_module`: the syntax tree of a policy, in OPA's form.

mod tree;

use super::operands::string;
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::limits::stack;
use crate::rego::syntax::ast::Version;
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::{ParseOptions, parse_module};
use crate::rego::value::Value;

pub(super) const ALL: &[Builtin] = &[builtin("rego.parse_module", 2, parse)];

/// The maximum depth of brackets, blocks and operator chains.
const MAX_NESTING: u32 = 100;

/// The levels of stack for a level of nesting: a term in a body in a term.
const STACK_LEVELS: u32 = 4 * MAX_NESTING;

/// The approximate memory of a syntax tree and its value for a byte of source.
const BYTES_OF_BYTE: usize = 64;

fn parse(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (name, source) = (string(operands, 1)?, string(operands, 2)?);
    context.in_time()?;
    context.charge(source.len().saturating_mul(BYTES_OF_BYTE))?;
    let options = ParseOptions {
        version: Version::V1,
        max_depth: MAX_NESTING,
        file: 0,
        max_faults: 10,
        annotations: None,
    };
    stack::enough(STACK_LEVELS, || match parse_module(source, &options) {
        Ok(module) => tree::of_module(&module, name).map(Some),
        Err(faults) => Err(failure(&faults, name)),
    })
}

// OPA's text of several errors.
fn failure(faults: &[Fault], name: &str) -> Failure {
    let own = [Code::Limit, Code::Nesting];
    if let Some(fault) = faults.iter().find(|fault| own.contains(&fault.code)) {
        return Failure::unsure(format!("the policy cannot be parsed: {}", fault.message));
    }
    let text = |fault: &Fault| {
        let lines = fault.details.iter().map(|line| format!("\n\t{line}"));
        let lines: String = lines.collect();
        format!(
            "{name}:{}: {}: {}{lines}",
            fault.span.row,
            fault.code.name(),
            fault.message
        )
    };
    match faults {
        [fault] => format!("1 error occurred: {}", text(fault)).into(),
        faults => {
            let all: Vec<String> = faults.iter().map(text).collect();
            format!("{} errors occurred:\n{}", faults.len(), all.join("\n")).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::builtins::{Remembered, find};
    use crate::rego::value::json;

    fn parsed(source: &str) -> Answer {
        let mut remembered = Remembered::default();
        let mut context = Context {
            remembered: &mut remembered,
            outside: None,
            budget: &mut |_| Ok(()),
            deadline: None,
            notes: None,
            charged: 0,
        };
        let call = find("rego.parse_module").unwrap().call;
        call(&["m.rego".into(), source.into()], &mut context)
    }

    #[test]
    fn trees_have_the_form_of_opa() {
        // From OPA 1.22.2.
        for (source, tree) in [
            (
                "package a.b\n# c\ndefault p := false",
                r#"{"package":{"path":[{"type":"var","value":"data"},{"type":"string","value":"a"},{"type":"string","value":"b"}]},
                "rules":[{"body":[{"generated":true,"index":0,"terms":{"type":"boolean","value":true}}],"default":true,"head":{"name":"p",
                "value":{"type":"boolean","value":false},"assign":true,"ref":[{"type":"var","value":"p"}]}}],
                "comments":[{"Text":"IGM=","Location":{"file":"m.rego","row":2,"col":1}}]}"#,
            ),
            (
                "package a\nimport data.x as y\nf(_) := 1.50 if { not y; every k, v in {null} { some z } } else := set()",
                r#"{"package":{"path":[{"type":"var","value":"data"},{"type":"string","value":"a"}]},"imports":[{"alias":"y","path":{"type":"ref",
                "value":[{"type":"var","value":"data"},{"type":"string","value":"x"}]}}],"rules":[{"body":[{"index":0,"negated":true,"terms":
                {"type":"var","value":"y"}},{"index":1,"terms":{"body":[{"index":0,"terms":{"symbols":[{"type":"var","value":"z"}]}}],
                "domain":{"type":"set","value":[{"type":"null","value":{}}]},"key":{"type":"var","value":"k"},"value":{"type":"var","value":"v"}}}],
                "else":{"body":[{"generated":true,"index":0,"terms":{"type":"boolean","value":true}}],"head":{"name":"f","args":[{"type":"var",
                "value":"$1"}],"value":{"type":"set","value":[]},"assign":true,"ref":[{"type":"var","value":"f"}]}},"head":{"name":"f","args":
                [{"type":"var","value":"$0"}],"value":{"type":"number","value":1.50},"assign":true,"ref":[{"type":"var","value":"f"}]}}]}"#,
            ),
        ] {
            let expected = json::read::<()>(tree, &mut |_| Ok(())).unwrap();
            assert_eq!(parsed(source), Ok(Some(expected)), "{source}");
        }
    }

    #[test]
    fn errors_are_those_of_the_parser_and_limits_no_undefined() {
        assert_eq!(
            parsed("package foo."),
            Err("1 error occurred: m.rego:1: rego_parse_error: unexpected eof token: expected identifier\n\tpackage foo.\n\t           ^".into())
        );
        let deep = format!("package a\np := {}1{}", "[".repeat(200), "]".repeat(200));
        assert!(matches!(parsed(&deep), Err(Failure::Halt(_))));
    }
}
