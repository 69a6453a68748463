//! The fields of an annotation, in the form that policies see.

use super::references::{check_mask, path_of, schema_of, unknown};
use super::yaml::with_texts;
use super::{Fields, Notation, Unread, Yaml};
use crate::rego::syntax::text::quoted;
use crate::sorting::gathered;

/// The contents of an annotation.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) scope: String,
    pub(super) entrypoint: bool,
    pub(super) fields: Fields,
}

/// Checks the fields in OPA's order, and drops empty ones.
pub(super) fn content(mut raw: Fields, notation: &Notation) -> Result<Content, Unread> {
    let mut fields = Fields::new();
    let resources = mapped(list(&mut raw, "related_resources"), |resource| {
        let shown = resource.shown();
        related(resource, notation)
            .map_err(|unread| within("invalid related-resource definition", &shown, unread))
    })?;
    if let Some(Yaml::Map(compile)) = raw.remove("compile") {
        check_compile(&compile)?;
    }
    let schemas = mapped(list(&mut raw, "schemas"), schema)?;
    let authors = mapped(list(&mut raw, "authors"), |author| {
        let shown = author.shown();
        self::author(author)
            .map_err(|text| within("invalid author definition", &shown, text.into()))
    })?;
    for name in ["custom", "labels"] {
        let Some(Yaml::Map(map)) = raw.remove(name) else {
            continue;
        };
        let map = map
            .into_iter()
            .map(|(key, value)| Ok((key, with_texts(value, "")?)));
        let map: Fields = gathered(map.collect::<Result<Vec<_>, String>>()?);
        if !map.is_empty() {
            fields.insert(name.to_owned(), Yaml::Map(map));
        }
    }
    let organizations = list(&mut raw, "organizations");
    for (name, items) in [
        ("related_resources", resources),
        ("schemas", schemas),
        ("authors", authors),
        ("organizations", organizations),
    ] {
        if !items.is_empty() {
            fields.insert(name.to_owned(), Yaml::List(items));
        }
    }
    for name in ["title", "description"] {
        if let Some(text @ Yaml::Text(_)) = raw.remove(name)
            && text.as_text() != Some("")
        {
            fields.insert(name.to_owned(), text);
        }
    }
    let entrypoint = raw.remove("entrypoint") == Some(Yaml::Bool(true));
    if entrypoint {
        fields.insert("entrypoint".to_owned(), Yaml::Bool(true));
    }
    let scope = match raw.remove("scope") {
        Some(Yaml::Text(scope)) => scope,
        _ => String::new(),
    };
    Ok(Content {
        scope,
        entrypoint,
        fields,
    })
}

fn list(raw: &mut Fields, name: &str) -> Vec<Yaml> {
    match raw.remove(name) {
        Some(Yaml::List(items)) => items,
        _ => Vec::new(),
    }
}

fn mapped<E>(items: Vec<Yaml>, map: impl FnMut(Yaml) -> Result<Yaml, E>) -> Result<Vec<Yaml>, E> {
    items.into_iter().map(map).collect()
}

fn within(what: &str, shown: &str, unread: Unread) -> Unread {
    match unread {
        Unread::Wrong(text) => Unread::Wrong(format!("{what} {shown}: {text}")),
        limit @ Unread::Limit(_) => limit,
    }
}

/// An object of the fields that are not empty.
fn object<const N: usize>(fields: [(&str, String); N]) -> Yaml {
    let present = fields.into_iter().filter(|(_, text)| !text.is_empty());
    Yaml::Map(gathered(
        present.map(|(name, text)| (name.to_owned(), Yaml::Text(text))),
    ))
}

fn trimmed(map: &Fields, name: &str) -> String {
    let text = map.get(name).and_then(Yaml::as_text).unwrap_or_default();
    text.trim().to_owned()
}

fn related(resource: Yaml, notation: &Notation) -> Result<Yaml, Unread> {
    let (reference, description) = match with_texts(resource, "")? {
        Yaml::Text(text) if text.is_empty() => return Err("ref URL may not be empty string".into()),
        Yaml::Text(text) => (text, String::new()),
        Yaml::Map(map) => (trimmed(&map, "ref"), trimmed(&map, "description")),
        _ => return Err("invalid value type, must be string or map".into()),
    };
    if reference.is_empty() {
        return Err("'ref' value required in object".into());
    }
    let reference = (notation.url)(&reference)?;
    Ok(object([("ref", reference), ("description", description)]))
}

fn author(author: Yaml) -> Result<Yaml, String> {
    let (name, email) = match with_texts(author, "")? {
        Yaml::Text(text) => {
            let mut words: Vec<&str> = text.split_whitespace().collect();
            let Some(last) = words.last() else {
                return Err("author is an empty string".to_owned());
            };
            let email = last
                .strip_prefix('<')
                .and_then(|last| last.strip_suffix('>'));
            if email.is_some() {
                words.pop();
            }
            (words.join(" "), email.unwrap_or_default().to_owned())
        }
        Yaml::Map(map) => {
            let (name, email) = (trimmed(&map, "name"), trimmed(&map, "email"));
            if name.is_empty() && email.is_empty() {
                return Err("'name' and/or 'email' values required in object".to_owned());
            }
            (name, email)
        }
        _ => return Err("invalid value type, must be string or map".to_owned()),
    };
    Ok(object([("name", name), ("email", email)]))
}

fn check_compile(compile: &Fields) -> Result<(), Unread> {
    if let Some(Yaml::List(unknowns)) = compile.get("unknowns") {
        for text in unknowns.iter().filter_map(Yaml::as_text) {
            unknown(text)?;
        }
    }
    match compile.get("mask_rule") {
        Some(Yaml::Text(text)) => check_mask(text),
        _ => Ok(()),
    }
}

/// A schema entry: a path, and the name or the definition of its schema.
fn schema(pair: Yaml) -> Result<Yaml, Unread> {
    let first = match pair {
        Yaml::Map(map) => map.into_iter().next(),
        _ => None,
    };
    let (path, value) = first.unwrap_or((String::new(), Yaml::Null));
    let of_texts =
        |names: Vec<String>| Yaml::List(names.into_iter().map(Yaml::Text).collect::<Vec<_>>());
    let mut fields = Fields::from([("path".to_owned(), of_texts(path_of(&path)?))]);
    match value {
        Yaml::Text(text) => fields.insert("schema".to_owned(), of_texts(schema_of(&text)?)),
        value @ Yaml::Map(_) => fields.insert("definition".to_owned(), value),
        _ => {
            let path = quoted(&path);
            return Err(format!("invalid schema declaration for path {path}").into());
        }
    };
    Ok(Yaml::Map(fields))
}
