//! In these tests, the YAML reader returns the text itself, or an error.
#![allow(clippy::panic)] // Tests may panic.

use super::*;
use crate::rego::syntax::ast::Version;
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::{ParseOptions, parse_module};

const NOTATION: Notation = Notation {
    yaml: |text, left| {
        *left = left.saturating_sub(1);
        if let Some((_, error)) = text.split_once('!') {
            return Err(format!("yaml: {}", error.replace('!', "\n")).into());
        }
        if text.starts_with("limit") {
            return Err(Unread::Limit("too much".to_owned()));
        }
        let mut fields = Fields::from([("title".to_owned(), Yaml::Text(text.to_owned()))]);
        if let Some(scope) = text.trim().strip_prefix("scope: ") {
            fields.insert("scope".to_owned(), Yaml::Text(scope.to_owned()));
        }
        let entrypoint = Yaml::Bool(text.starts_with("entrypoint"));
        fields.insert("entrypoint".to_owned(), entrypoint);
        Ok(Yaml::Map(fields))
    },
    url: |text| Ok(text.to_owned()),
};

fn parsed(text: &str) -> Result<Vec<String>, Vec<Fault>> {
    let options = ParseOptions {
        version: Version::V1,
        max_depth: 60,
        file: 0,
        max_faults: 10,
        annotations: Some(&NOTATION),
    };
    let shown = |annotation: &crate::rego::syntax::annotations::Annotation| {
        let title = annotation.fields.get("title").and_then(Yaml::as_text);
        let (row, scope, rule) = (annotation.span.row, annotation.scope, annotation.rule);
        format!("{row} {scope:?} {rule:?} {}", title.unwrap_or_default())
    };
    let module = parse_module(text, &options)?;
    Ok(module.annotations.iter().map(shown).collect())
}

fn refused(text: &str) -> Vec<String> {
    match parsed(text) {
        Ok(found) => panic!("{found:?}"),
        Err(faults) => faults
            .iter()
            .map(|fault| format!("{} {}", fault.span.row, fault.message))
            .collect(),
    }
}

#[test]
fn a_block_ends_at_a_gap_or_at_another_block() {
    let text = "#METADATA\n# a\n#  b\n#\npackage x\np := 1 # METADATA\n# c\n # METADATA\n\
                # METADATA no\n# d\n\n# e\n#  METADATA\n# f\n # g\nq := 1\n";
    assert_eq!(
        parsed(text),
        Ok(vec![
            "1 Package None a\n b\n\n".to_owned(),
            "9 Rule Some(1) d\n".to_owned(),
            "13 Rule Some(1) f\n".to_owned(),
        ])
    );
}

#[test]
fn a_scope_must_fit_what_is_below() {
    let before = "# METADATA\n# scope: subpackages\npackage x\n# METADATA\n# entrypoint\np := 1\n";
    let after = "# METADATA\n# scope: document\nq := 1";
    assert_eq!(
        parsed(&format!("{before}{after}")),
        Ok(vec![
            "1 Subpackages None scope: subpackages\n".to_owned(),
            "4 Document Some(0) entrypoint\n".to_owned(),
            "7 Document Some(1) scope: document\n".to_owned(),
        ])
    );
    let text = "# METADATA\n# scope: rule\npackage x\n# METADATA\n# a\nimport data.b\n\
                # METADATA\n# scope: package\np := b\n# METADATA\n# scope: rule\n";
    let one_of = "Use one of 'rule', 'document', 'package', or 'subpackages'";
    assert_eq!(
        refused(text),
        [
            "1 annotation scope 'rule' must be applied to rule (have package)",
            &format!("4 invalid annotation scope 'import'. {one_of}"),
            "7 annotation scope 'package' must be applied to package (have rule)",
            "10 annotation scope 'rule' must be applied to rule",
        ]
    );
}

#[test]
fn an_error_is_placed_at_the_line_that_it_names() {
    for (error, row) in [
        ("other", 3),
        ("line 1: x", 4),
        ("unmarshal errors:!  line 0: x", 3),
        ("line 9: x", 5),
        ("unmarshal line 1: x", 3),
    ] {
        let text = format!("package x\n# METADATA\n# a: !{error}\n# b\n# c\np := 1");
        assert_eq!(
            refused(&text),
            [format!(
                "{row} yaml: {}",
                (error.to_owned() + "\nb\nc\n").replace('!', "\n")
            )],
            "{error}"
        );
    }
}

#[test]
fn a_colon_without_a_space_gives_a_hint() {
    let symbols_of = |line: &str| {
        let text = format!("package x\n# METADATA\n# !x\n# {line}\np := 1");
        let message = refused(&text).remove(0);
        message.split_once("(s) ").map(|(_, rest)| {
            let (symbols, _) = rest.split_once(" immediately").unwrap_or_default();
            symbols.to_owned()
        })
    };
    for (line, symbols) in [
        ("a: b:c", None),
        ("a:", None),
        ("a:b:c: d:e", Some("['b' 'c']")),
        ("a::", Some("['\\ufffd']")),
        ("a:\u{a0}:\u{1f600}", Some("['\\u00a0' '\\U0001f600']")),
        ("a:':\":\\", Some("['\\'' '\"' '\\\\']")),
    ] {
        assert_eq!(symbols_of(line).as_deref(), symbols, "{line}");
    }
}

#[test]
fn syntax_errors_come_first_and_limits_exclude_others() {
    let text = "package x\n# METADATA\n#\n# METADATA\n# !b\np := {";
    let messages = refused(text);
    assert!(
        messages
            .first()
            .is_some_and(|first| first.starts_with("6 unexpected eof"))
    );
    let all = messages.join("|");
    assert!(
        all.contains("|2 expected METADATA block, found whitespace|5 yaml: b"),
        "{all}"
    );
    let faults = parsed("package x\n# METADATA\n# !a\n# METADATA\n# limit\np := 1");
    let faults = faults.err().unwrap_or_default();
    assert_eq!(
        faults,
        [Fault::new(Code::Limit, "too much", faults[0].span)]
    );
    assert_eq!(faults[0].span.row, 4);
}
