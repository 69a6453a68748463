//! Parses the rows of the builtins.

use crate::rego::types::declare::Declaration;
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::{Dynamic, Function, Param, Type};
use std::borrow::Cow;

pub(super) fn read_row(name: &'static str, row: &'static str) -> Option<Declaration> {
    let (mut params, mut variadic, mut result) = (Vec::new(), None, None);
    let mut words = row.split_ascii_whitespace();
    let mut flags = Vec::new();
    while let Some(word) = words.next() {
        match word {
            ">" => result = Some(read_param(words.next()?)?),
            "infix" => drop(words.next()?),
            "relation" | "deprecated" | "nondeterministic" => flags.push(word),
            // The feature: a test and the page docs/builtins.md read it.
            word if word.starts_with('@') => {}
            word => match word.strip_suffix("...") {
                Some(word) => variadic = Some(read_param(word)?),
                None => params.push(read_param(word)?),
            },
        }
    }
    let function = Function {
        params,
        variadic,
        result,
    };
    Some(Declaration {
        relation: flags.contains(&"relation"),
        deprecated: flags.contains(&"deprecated"),
        ..Declaration::of(Cow::Borrowed(name), function)
    })
}

/// Reads a type with an optional name before it.
fn read_param(text: &'static str) -> Option<Param> {
    let is_name = |name: &str| {
        name.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'~')
    };
    let (name, of) = match text.split_once(':') {
        Some((name, of)) if is_name(name) => (Some(name), of),
        _ => (None, text),
    };
    let (of, rest) = read_type(of)?;
    let name = name.map(|name| match name.contains('~') {
        true => Cow::Owned(name.replace('~', " ")),
        false => Cow::Borrowed(name),
    });
    rest.is_empty().then_some(Param { name, of: Some(of) })
}

/// Reads a type from the beginning of a text. Returns the rest of the text.
fn read_type(text: &'static str) -> Option<(Type, &'static str)> {
    let rest = text.get(1..)?;
    let of = match text.as_bytes().first()? {
        b'n' => Type::Null,
        b'b' => Type::Boolean,
        b'#' => Type::Number,
        b's' => Type::String,
        b'*' => Type::Any,
        b'[' => {
            let (of, rest) = read_type(rest)?;
            return Some((Type::array_of(of), rest.strip_prefix(']')?));
        }
        b'(' => {
            let (items, rest) = read_types(rest, ")")?;
            return Some((
                Type::array(items.into_iter().map(Some).collect(), None),
                rest,
            ));
        }
        b'<' => {
            let (of, rest) = read_types(rest, ">")?;
            return Some((Type::alternatives(of), rest));
        }
        b'{' => return read_braces(rest),
        _ => return None,
    };
    Some((of, rest))
}

fn read_types(text: &'static str, end: &str) -> Option<(Vec<Type>, &'static str)> {
    let (first, mut rest) = read_type(text)?;
    let mut all = vec![first];
    while let Some(behind) = rest.strip_prefix('|') {
        let (next, behind) = read_type(behind)?;
        all.push(next);
        rest = behind;
    }
    Some((all, rest.strip_prefix(end)?))
}

/// Reads a set or an object: properties with `=`, then the other keys with `:`.
fn read_braces(mut text: &'static str) -> Option<(Type, &'static str)> {
    let mut properties = Vec::new();
    loop {
        let word = text.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        if let Some(behind) = text.get(word.len()..)?.strip_prefix('=') {
            let (of, rest) = read_type(behind)?;
            properties.push((Constant::String(word.into()), Some(of)));
            match rest.strip_prefix('|') {
                Some(behind) => text = behind,
                None => return Some((Type::object(properties, None), rest.strip_prefix('}')?)),
            }
            continue;
        }
        let (key, rest) = read_type(text)?;
        let Some(rest) = rest.strip_prefix(':') else {
            return Some((Type::set(Some(key)), rest.strip_prefix('}')?));
        };
        let (value, rest) = read_type(rest)?;
        let of = Type::object(
            properties,
            Some(Dynamic {
                key: Some(key),
                value: Some(value),
            }),
        );
        return Some((of, rest.strip_prefix('}')?));
    }
}
