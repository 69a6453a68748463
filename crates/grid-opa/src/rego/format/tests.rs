//! OPA's own cases are in bindings/checks: `npm run format`.

use super::formatted;
use crate::rego::syntax::ast::Version;
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::parser::ParseOptions;
use std::time::{Duration, Instant};

fn options(version: Version) -> ParseOptions {
    ParseOptions {
        version,
        max_depth: 500,
        file: 0,
        max_faults: 10,
        annotations: None,
    }
}

fn v1(text: &str) -> Result<String, Vec<Fault>> {
    formatted(text, &options(Version::V1), None)
}

fn message(result: Result<String, Vec<Fault>>) -> String {
    let faults = result.unwrap_err();
    faults.first().map_or("", |fault| &fault.message).to_owned()
}

#[test]
fn the_layout_is_that_of_opa() {
    let cases = [
        (
            "package p\nimport data.b\nimport data.a # a\nq=1 { true }",
            None,
        ),
        (
            "package   p\nimport data.b\nimport data.a # why\nq  if {input.x;  not r }",
            Some(
                "package p\n\nimport data.a # why\nimport data.b\n\nq if {\n\tinput.x\n\tnot r\n}\n",
            ),
        ),
        (
            "package p\nallow if true\nx := {\"b\": 1,\n\"a\": [1,2]} # end\n",
            Some("package p\n\nallow := true\nx := {\n\t\"b\": 1,\n\t\"a\": [1, 2], # end\n}\n"),
        ),
        (
            "package p\nf(x) := y if {\n\ty := x+1 # one\n\n\n\ty > x | {1}\n} else := 2",
            Some("package p\n\nf(x) := y if {\n\ty := x + 1 # one\n\n\ty > x | {1}\n} else := 2\n"),
        ),
    ];
    for (source, expected) in cases {
        let result = v1(source);
        match expected {
            None => assert!(result.is_err(), "{source}"),
            Some(expected) => {
                assert_eq!(result.as_deref(), Ok(expected), "{source}");
                assert_eq!(v1(expected).as_deref(), Ok(expected), "{expected}");
            }
        }
    }
}

#[test]
fn v0_stays_v0() {
    let text = "package p\n\nq[x] {\n\tx = input.xs[_]\n}\n";
    let result = formatted(text, &options(Version::V0), None);
    assert_eq!(result.as_deref(), Ok(text));
}

#[test]
fn a_source_that_does_not_parse_is_an_error_with_its_place() {
    let faults = v1("package p\nq if {").unwrap_err();
    assert_eq!(faults.first().map(|fault| fault.span.row), Some(2));
}

#[test]
fn the_time_is_limited() {
    let items: Vec<String> = (0..20_000).map(|number| number.to_string()).collect();
    let text = format!("package p\nx := [{}]", items.join(", "));
    let end = Instant::now() - Duration::from_secs(1);
    let result = formatted(&text, &options(Version::V1), Some(end));
    assert_eq!(message(result), super::TOO_LONG);
}
