//! The YAML and the URLs of annotations.

use super::super::{Answer, Builtin, Context, Failure, Halt, Remembered, builtin, uri};
use super::kind::{Kind, Record};
use super::{decode, tree};
use crate::rego::syntax::annotations::{Notation, Unread, Yaml};

/// The functions for calls outside of rules. In rules the compiler replaces the calls.
pub(in crate::rego::builtins) const ALL: &[Builtin] = &[
    builtin("rego.metadata.chain", 0, |_, _| outside("chain")),
    builtin("rego.metadata.rule", 0, |_, _| outside("rule")),
];

fn outside(name: &str) -> Answer {
    let what = "function must only be called within the scope of a rule";
    Err(format!("the rego.metadata.{name} {what}").into())
}

/// The reader for annotations.
pub(crate) const NOTATION: Notation = Notation {
    yaml: read,
    url: |text| match uri::parse(text) {
        Ok(uri) => Ok(uri.text()),
        Err(failure) => Err(unread(failure)),
    },
};

const ANNOTATION: Record = Record {
    name: "ast.rawAnnotation",
    fields: &[
        ("scope", Kind::Text),
        ("title", Kind::Text),
        ("entrypoint", Kind::Flag),
        ("description", Kind::Text),
        ("organizations", Kind::Texts),
        ("related_resources", Kind::List),
        ("authors", Kind::List),
        ("schemas", Kind::Maps),
        ("compile", Kind::Map),
        ("custom", Kind::Map),
        ("labels", Kind::Map),
    ],
};

// Reads the first document within a limit of bytes.
fn read(text: &str, left: &mut u64) -> Result<Yaml, Unread> {
    let mut budget = |bytes| {
        *left = left.checked_sub(bytes).ok_or(Halt::Memory)?;
        Ok(())
    };
    let mut context = Context {
        remembered: &mut Remembered::default(),
        outside: None,
        budget: &mut budget,
        deadline: None,
        notes: None,
        charged: 0,
    };
    tree::read(text, true, &mut context)
        .and_then(|tree| decode::decode(&tree, Kind::Record(&ANNOTATION), &mut context))
        .map_err(unread)
}

fn unread(failure: Failure) -> Unread {
    match failure {
        Failure::Builtin(text) | Failure::Type(text) => Unread::Wrong(text),
        Failure::Halt(Halt::Unsure(text)) => Unread::Limit(text),
        Failure::Halt(Halt::Memory | Halt::Time) => {
            Unread::Limit("the YAML of the annotations needs too much memory".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::syntax::annotations::Fields;

    fn field(text: &str, name: &str) -> Option<Yaml> {
        match read(text, &mut (1 << 20)) {
            Ok(Yaml::Map(mut fields)) => fields.remove(name),
            _ => None,
        }
    }

    fn wrong(text: &str) -> String {
        match read(text, &mut (1 << 20)) {
            Err(Unread::Wrong(text)) => text.replace("\n  ", "|"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn fields_are_read_into_their_types() {
        let text = |text: &str| Yaml::Text(text.to_owned());
        let map = |name: &str, value| Yaml::Map(Fields::from([(name.to_owned(), value)]));
        for (yaml, name, value) in [
            ("title: 0x10", "title", Some(text("0x10"))),
            ("title: 2024-01-02", "title", Some(text("2024-01-02"))),
            ("title: ~", "title", None),
            ("title: !!binary aGk=", "title", Some(text("hi"))),
            ("entrypoint: on", "entrypoint", Some(Yaml::Bool(true))),
            ("other: {a: 1}", "other", None),
            (
                "organizations: [a, ~, 1]",
                "organizations",
                Some(Yaml::List(vec![text("a"), text("1")])),
            ),
            (
                "authors: [~, 1]",
                "authors",
                Some(Yaml::List(vec![Yaml::Null, Yaml::Int(1)])),
            ),
            ("custom: {1: ~}", "custom", Some(map("1", Yaml::Null))),
            (
                "custom: {a: {1: b}}",
                "custom",
                Some(map("a", Yaml::MixedMap(vec![(Yaml::Int(1), text("b"))]))),
            ),
            (
                "custom: &a {b: 2024-01-02}\nlabels: {<<: *a}",
                "labels",
                Some(map("b", Yaml::Time("2024-01-02T00:00:00Z".to_owned()))),
            ),
            ("title: a\n---\ntitle: b", "title", Some(text("a"))),
            ("<<: {title: a}\nscope: b", "title", Some(text("a"))),
        ] {
            assert_eq!(field(yaml, name), value, "{yaml}");
        }
        assert_eq!(read("# nothing", &mut 1000), Ok(Yaml::Null));
    }

    #[test]
    fn mismatches_have_the_errors_of_yaml_v3() {
        for (yaml, error) in [
            (
                "title: [a]\nentrypoint: maybe\norganizations: {}",
                "yaml: unmarshal errors:|line 1: cannot unmarshal !!seq into string|line 2: cannot unmarshal !!str `maybe` \
                 into bool|line 3: cannot unmarshal !!map into []string",
            ),
            (
                "twelve letters",
                "yaml: unmarshal errors:|line 1: cannot unmarshal !!str `twelve ...` into ast.rawAnnotation",
            ),
            (
                "a: 1\na: 2\na: 3",
                "yaml: unmarshal errors:|line 2: mapping key \"a\" already defined at line 1|line 3: mapping key \"a\" already \
                 defined at line 1|line 3: mapping key \"a\" already defined at line 2",
            ),
            (
                "a: &t title\n*t : x\ntitle: y",
                "yaml: unmarshal errors:|line 3: field title already set in type ast.rawAnnotation",
            ),
            (
                "title: x\n...\n  ---\ny: z",
                "yaml: line 4: mapping values are not allowed in this context",
            ),
            ("a: *b", "yaml: unknown anchor 'b' referenced"),
        ] {
            assert_eq!(wrong(yaml), error, "{yaml}");
        }
    }

    #[test]
    fn yaml_that_yaml_v3_reads_differently_is_an_error() {
        for yaml in ["[a?b]", "{a:, b}", "a: {b: [c?]}"] {
            let read = read(yaml, &mut (1 << 20));
            assert!(matches!(read, Err(Unread::Limit(_))), "{yaml} {read:?}");
        }
        for yaml in [
            "title: a?b",
            "title: :a",
            "custom: {? a : b}",
            "custom: {a: ':?'}",
        ] {
            assert!(
                matches!(read(yaml, &mut (1 << 20)), Ok(Yaml::Map(_))),
                "{yaml}"
            );
        }
        let mut left = 500;
        let limit = read(&"a: b\n".repeat(10), &mut left);
        assert!(matches!(limit, Err(Unread::Limit(_))), "{limit:?}");
    }
}
