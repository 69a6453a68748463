//! Limits of the builtins that read documents.

use super::within;
use crate::rego::builtins::{Answer, Failure, Halt};
use crate::rego::value::Value;
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
    let fields = std::iter::once((Value::from("l"), Value::from(list)));
    let fields: crate::rego::value::Object = fields.collect();
    let operands = [template.into(), fields.into()];
    let rendered = |bytes, time| stops("strings.render_template", &operands, bytes, time);
    assert_eq!(rendered(1 << 16, 60_000), Err(Failure::Halt(Halt::Memory)));
    assert_eq!(rendered(1 << 40, 20), Err(Failure::Halt(Halt::Time)));
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
