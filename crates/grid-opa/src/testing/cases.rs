//! The cases of a test with keys: those that its value holds, and those that were tried.

use super::TestCase;
use super::find::{Test, Tests, roomy, texts};
use crate::error::{Error, ErrorKind};
use crate::evaluate::{self, Input};
use crate::guard::guarded;
use crate::options::EngineOptions;
use crate::set::{PolicySet, Source};
use crate::syntax::{Clause, Piece};
use crate::tokens::{Kind, Tokens};
use regorus::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A rule whose value is all keys that a test tries: those that its body comes to before the statements that decide.
#[derive(Debug, Clone)]
pub(crate) struct Collector {
    file: String,
    query: String,
    rule: String,
}

impl Collector {
    /// That of `clause`, whose keys begin at this part of its path.
    pub(crate) fn of(
        source: &Source,
        clause: &Clause,
        keys: usize,
        rule: &str,
        query: String,
    ) -> Self {
        let text = |piece: &Piece| source.text.get(piece.clone()).unwrap_or_default();
        let keys: Vec<String> = clause
            .path
            .iter()
            .skip(keys)
            .map(|part| match &part.name {
                Some(name) => serde_json::Value::from(name.as_str()).to_string(),
                None => text(&part.piece).to_owned(),
            })
            .collect();
        let variables: BTreeSet<&str> = keys.iter().flat_map(|key| names(key)).collect();
        let body = clause.bodies.first().map_or(&[][..], Vec::as_slice);
        // Up to the statement in which the last of the variables gets its value.
        let needed = variables.iter().filter_map(|variable| {
            body.iter().position(|statement| {
                !statement.declares && names(text(&statement.piece)).any(|name| name == *variable)
            })
        });
        let last = needed.max().and_then(|last| body.get(last));
        let statements = match (body.first(), last) {
            (Some(first), Some(last)) => text(&(first.piece.start..last.piece.end)),
            _ => "true",
        };
        let keys = keys.join(", ");
        // The line feed keeps a comment at the end from taking the bracket.
        let rule = format!("\n{rule} := {{[{keys}] | {statements}\n}}\n");
        Self {
            file: source.name.clone(),
            query,
            rule,
        }
    }
}

// The variables of a text, and more.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut after_dot = false;
    Tokens::of(text).filter_map(move |token| {
        let found = token.kind == Kind::Ident && !after_dot;
        after_dot = token.is(".");
        found.then_some(token.text)
    })
}

/// `set` with collectors; a collector that does not compile is an error.
pub(crate) fn collecting<'c>(
    set: &PolicySet,
    options: &EngineOptions,
    collectors: impl Iterator<Item = &'c Collector>,
) -> Result<PolicySet, Error> {
    let mut rules: BTreeMap<&str, String> = BTreeMap::new();
    for Collector { file, rule, .. } in collectors {
        rules.entry(file).or_default().push_str(rule);
    }
    let mut sources = set.sources()?;
    sources.retain_mut(|source| {
        let rules = rules.get(source.name.as_str());
        source.text.extend(rules.map(String::as_str));
        rules.is_some()
    });
    if sources.is_empty() {
        return Ok(set.clone());
    }
    set.with_policies(&roomy(options), &texts(&sources))
}

/// The keys that a test tries.
pub(crate) fn tried(
    tests: &Tests,
    test: &Test,
    options: &EngineOptions,
) -> Result<BTreeSet<Vec<String>>, Error> {
    let Some(collector) = &test.collector else {
        return Ok(BTreeSet::new());
    };
    let ask = |set: &PolicySet| {
        guarded(options.for_evaluation(), || {
            evaluate::evaluate(set, options, &collector.query, Input::Missing, paths)
        })
    };
    let paths = match &tests.collecting {
        Some(set) => ask(set)?,
        None => {
            let alone = || collecting(&tests.set, options, std::iter::once(collector));
            let set = guarded(options.for_load(), alone).map_err(|error| {
                let text = format!(
                    "the cases of the test cannot be told, because what gives its keys their values does not stand on its own: {}",
                    error.message()
                );
                Error::new(ErrorKind::Evaluation, text).in_file(&test.file)
            })?;
            ask(&set)?
        }
    };
    paths.ok_or_else(|| Error::new(ErrorKind::Internal, "the cases of a test are undefined"))
}

fn paths(value: &Value) -> Result<BTreeSet<Vec<String>>, Error> {
    match value {
        Value::Set(paths) => paths.iter().map(path).collect(),
        _ => Err(Error::new(
            ErrorKind::Internal,
            "the cases of a test are no set",
        )),
    }
}

fn path(keys: &Value) -> Result<Vec<String>, Error> {
    match keys {
        Value::Array(keys) => keys.iter().map(key).collect(),
        _ => Err(Error::new(
            ErrorKind::Internal,
            "the keys of a case are no list",
        )),
    }
}

fn key(key: &Value) -> Result<String, Error> {
    match key {
        Value::String(text) => Ok(text.to_string()),
        other => crate::answer::write_text(other),
    }
}

/// The cases of a test with this value that tries these keys. An object is the cases of its fields; all else passes if it is `true`.
pub(crate) fn told(
    value: Option<&Value>,
    tried: &BTreeSet<Vec<String>>,
) -> Result<Vec<TestCase>, Error> {
    let mut cases = BTreeMap::new();
    if let Some(value) = value {
        take(value, &mut Vec::new(), &mut cases)?;
    }
    for path in tried {
        // In order, those that the path leads to come right behind it.
        let next = cases.range(path.clone()..).next();
        if next.is_none_or(|(other, _)| !other.starts_with(path)) {
            cases.insert(path.clone(), false);
        }
    }
    Ok(cases
        .into_iter()
        .map(|(path, passed)| TestCase { path, passed })
        .collect())
}

fn take(
    value: &Value,
    at: &mut Vec<String>,
    cases: &mut BTreeMap<Vec<String>, bool>,
) -> Result<(), Error> {
    match value {
        Value::Object(fields) if at.is_empty() || !fields.is_empty() => {
            for (name, field) in fields.iter() {
                at.push(key(name)?);
                take(field, at, cases)?;
                at.pop();
            }
        }
        other => {
            let passed = matches!(other, Value::Bool(true) | Value::Object(_));
            cases.insert(at.clone(), passed);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(value: &str, tried: &[&[&str]]) -> Result<String, Error> {
        let value = Value::from_json_str(value).ok();
        let tried = tried
            .iter()
            .map(|path| path.iter().map(|key| (*key).to_owned()).collect());
        let cases = told(value.as_ref(), &tried.collect())?;
        let cases = cases
            .iter()
            .map(|case| format!("{}={}", case.path.join("/"), case.passed));
        Ok(cases.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn cases_are_what_the_value_holds_and_what_was_tried() -> Result<(), Error> {
        let value = r#"{"a": true, "b": false, "c": "true", "d": {"e": true, "f": {}}, "g": {}}"#;
        let held = "a=true b=false c=false d/e=true d/f=true g=true";
        assert_eq!(told_of(value, &[])?, held);
        assert_eq!(told_of(value, &[&["a"], &["d"], &["d", "e"]])?, held);
        assert_eq!(
            told_of(r#"{"a": true}"#, &[&["a"], &["aa"], &["b", "c"]])?,
            "a=true aa=false b/c=false"
        );
        assert_eq!(told_of("{}", &[])?, "");
        Ok(())
    }
}
