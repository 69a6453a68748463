//! Limits of the builtins that read documents.

use super::within;
use crate::rego::builtins::{Answer, Failure, Halt};
use crate::rego::value::{Object, Value};
use std::time::Duration;

fn stops(name: &str, operands: &[Value], bytes: u64, milliseconds: u64) -> Answer {
    within(name, operands, bytes, Duration::from_millis(milliseconds))
}

#[cfg(feature = "graphql")]
#[test]
fn graphql_stops_at_its_limits() {
    let schema = "type Query { a: Query }";
    let valid = |query: String, bytes, time| {
        stops(
            "graphql.is_valid",
            &[query.into(), schema.into()],
            bytes,
            time,
        )
    };
    let long = format!("{{ {} }}", "a { __typename } ".repeat(20_000));
    let memory = valid(long.clone(), 1 << 20, 60_000);
    assert_eq!(memory, Err(Failure::Halt(Halt::Memory)));
    // Each field is compared with each other one.
    assert_eq!(valid(long, 1 << 30, 20), Err(Failure::Halt(Halt::Time)));
    let fragments = (0..40).map(|index| {
        let next = index + 1;
        format!("fragment f{index} on __Schema {{ ...f{next} ...f{next} }}\n")
    });
    let doubling = format!(
        "{{ __schema {{ ...f0 }} }} {} fragment f40 on __Schema {{ description }}",
        fragments.collect::<String>()
    );
    assert_eq!(valid(doubling, 1 << 30, 20), Err(Failure::Halt(Halt::Time)));
    let deep = format!("{}{}", "{ a ".repeat(5_000), "}".repeat(5_000));
    let answer = valid(deep, 1 << 30, 60_000);
    assert!(
        matches!(answer, Err(Failure::Halt(Halt::Unsure(_)))),
        "{answer:?}"
    );
    let fragments =
        (0..5_000).map(|index| format!("fragment f{index} on Query {{ ...f{} }}\n", index + 1));
    let chain = format!("{{ ...f0 }} {}", fragments.collect::<String>());
    let answer = valid(chain, 1 << 30, 60_000);
    assert!(
        matches!(answer, Err(Failure::Halt(Halt::Unsure(_)))),
        "{answer:?}"
    );
}

#[test]
fn templates_stop_at_their_limits() {
    let levels = 8;
    let template = format!(
        "{}x{}",
        "{{range $.l}}".repeat(levels),
        "{{end}}".repeat(levels)
    );
    let list: Vec<Value> = (0..100).map(Value::from).collect();
    let fields = [("l", list.into()), ("s", Value::from("x".repeat(100)))];
    let fields = fields.map(|(name, value)| (Value::from(name), value));
    let fields = Value::from(Object::from_iter(fields));
    let rendered = |template: &str, bytes, time| {
        let operands = [template.into(), fields.clone()];
        stops("strings.render_template", &operands, bytes, time)
    };
    let memory = |template: &str| {
        let answer = rendered(template, 1 << 16, 60_000);
        assert_eq!(answer, Err(Failure::Halt(Halt::Memory)), "{template}");
    };
    let time = |template: &str| {
        let answer = rendered(template, 1 << 40, 20);
        assert_eq!(answer, Err(Failure::Halt(Halt::Time)), "{template}");
    };
    memory(&template);
    time(&template);
    // Grows without an output.
    memory(r#"{{$x := printf "%1000000d" 1}}"#);
    memory(r#"{{$x := "x"}}{{range 100}}{{$x = print $x $x}}{{end}}"#);
    memory(r#"{{define "r"}}{{$x := .}}{{template "r" .}}{{end}}{{template "r" .}}"#);
    memory(&"{{.}}".repeat(10_000));
    time("{{range 1000000000000000}}{{end}}");
    let twice = r#"{{template "r" (slice . 1)}}{{template "r" (slice . 1)}}"#;
    time(&format!(
        r#"{{{{define "r"}}}}{{{{if .}}}}{twice}{{{{end}}}}{{{{end}}}}{{{{template "r" .s}}}}"#
    ));
    let unsure = |template: &str| {
        let answer = rendered(template, 1 << 30, 60_000);
        let stops = matches!(answer, Err(Failure::Halt(Halt::Unsure(_))));
        assert!(stops, "{answer:?}");
    };
    unsure(r#"{{define "r"}}{{template "r" .}}{{end}}{{template "r" .}}"#);
    unsure(&format!("{{{{{}1", "(".repeat(100_000)));
    unsure(&"{{if .}}".repeat(100_000));
    unsure(&format!("{{{{if .}}}}{}", "{{else if .}}".repeat(100_000)));
}

#[test]
fn patterns_stop_at_their_limits() {
    let text = || Value::from("ab".repeat(5_000));
    let groups = Value::from("(a)?(b)?".repeat(500));
    let found = "regex.find_all_string_submatch_n";
    let answer = stops(found, &[groups, text(), (-1).into()], 16 << 20, 60_000);
    assert_eq!(answer, Err(Failure::Halt(Halt::Memory)));
    let nested = format!("{}a{}", "{a,".repeat(50_000), "}".repeat(50_000));
    let operands = [nested.into(), Value::from(Vec::new()), text()];
    let answer = stops("glob.match", &operands, 1 << 20, 60_000);
    assert_eq!(answer, Err(Failure::Halt(Halt::Memory)));
}

#[cfg(feature = "yaml")]
#[test]
fn yaml_has_a_limit_of_directives() {
    let directives = (0..40_000).map(|index| format!("%TAG !t{index}! tag:a,b:\n"));
    let text = format!("{}--- a", directives.collect::<String>());
    let answer = stops("yaml.is_valid", &[text.into()], 1 << 30, 60_000);
    assert!(
        matches!(answer, Err(Failure::Halt(Halt::Unsure(_)))),
        "{answer:?}"
    );
}

#[cfg(feature = "x509")]
#[test]
fn certificates_charge_their_memory() {
    let text = format!(
        "{}{}{}",
        "-----BEGIN CERTIFICATE-----\n",
        "A".repeat(1 << 20),
        "\n-----END CERTIFICATE-----\n"
    );
    let answer = stops(
        "crypto.x509.parse_certificates",
        &[text.into()],
        1 << 20,
        60_000,
    );
    assert_eq!(answer, Err(Failure::Halt(Halt::Memory)));
}
