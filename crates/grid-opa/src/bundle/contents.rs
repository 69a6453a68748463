//! The files of a bundle become policies and data.

use super::archive::File;
use super::manifest::Manifest;
use super::{BundleOptions, Contents, Policy};
use crate::bundles::Root;
use crate::data;
use crate::document::{self, MAX_JSON_DEPTH};
use crate::engine::check_name;
use crate::error::Error;
use crate::options::EngineOptions;
use crate::rego::value::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a file is by its name, as OPA tells it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Policy,
    Json,
    Yaml,
    Manifest,
    /// Something that this engine cannot do as OPA would, and the fix.
    Foreign(&'static str),
    Other,
}

fn kind_of(file: &File) -> Kind {
    match file.base() {
        _ if file.name.ends_with(".rego") => Kind::Policy,
        "policy.wasm" => Kind::Foreign(
            "this engine runs no WebAssembly; build it with `opa build --target rego`",
        ),
        "patch.json" => Kind::Foreign(
            "it makes the bundle a delta, which is not supported; build a whole bundle",
        ),
        "data.json" => Kind::Json,
        "data.yaml" | "data.yml" => Kind::Yaml,
        ".manifest" if file.name == ".manifest" => Kind::Manifest,
        _ if file.name.ends_with(".manifest.pb") => {
            Kind::Foreign("this engine reads a manifest of JSON; build one with the name .manifest")
        }
        _ if file.name.ends_with(".manifest") => Kind::Foreign(
            "OPA would take it for the manifest; put .manifest at the bundle's root, or name it differently",
        ),
        _ => Kind::Other,
    }
}

/// Whether what a signature hashes is not the bytes but what they say.
pub(super) fn is_structured(file: &File) -> bool {
    matches!(kind_of(file), Kind::Json | Kind::Yaml) || file.base() == ".manifest"
}

/// What a file of data or a manifest says, as JSON.
pub(super) fn json_of(file: &File) -> Result<Cow<'_, str>, Error> {
    let text = file.text()?;
    if kind_of(file) != Kind::Yaml {
        return Ok(Cow::Borrowed(text));
    }
    #[cfg(feature = "bundle-yaml")]
    return super::yaml::to_json(text)
        .map(Cow::Owned)
        .map_err(|error| error.in_file(&file.name));
    #[cfg(not(feature = "bundle-yaml"))]
    Err(Error::input(
        "this build reads no YAML; make it a data.json, as `opa build` does of itself",
    )
    .in_file(&file.name))
}

/// Reads the files, of which none is the signature.
pub(super) fn of(
    files: &[File],
    options: &BundleOptions,
    limits: &EngineOptions,
) -> Result<Contents, Error> {
    for file in files {
        if let Kind::Foreign(fix) = kind_of(file) {
            return Err(
                Error::input(format!("the bundle cannot be used: {fix}")).in_file(&file.name)
            );
        }
    }
    let manifest = Manifest::read(files.iter().find(|file| kind_of(file) == Kind::Manifest))?;
    let prefix = options.prefix();
    let mut policies = Vec::new();
    let mut parts = Vec::new();
    for file in files {
        match kind_of(file) {
            Kind::Policy => {
                let name = format!("{prefix}{}", file.name);
                check_name(&name, "a policy of a bundle, with the bundle's before it,")?;
                policies.push(Policy {
                    name,
                    source: file.text()?.to_owned(),
                    version: manifest.version_of(file),
                });
            }
            Kind::Json | Kind::Yaml => parts.push(data_of(file, limits)?),
            Kind::Manifest | Kind::Foreign(_) | Kind::Other => {}
        }
    }
    let data = all_joined(parts)?;
    check_place(&data, &manifest.roots, &mut Vec::new())?;
    // As in OPA an empty object on the way to a root does not come along.
    let owned = manifest.roots.iter().filter_map(|root| {
        let value = root.of(&data)?;
        Some(placed(&root.0, value.clone()))
    });
    let data = all_joined(owned.collect())?;
    Ok(Contents {
        revision: manifest.revision,
        roots: manifest.roots,
        policies,
        data,
    })
}

// The data of one file, at the place that its folder says.
fn data_of(file: &File, limits: &EngineOptions) -> Result<Value, Error> {
    let wrong = |text: &str| Error::input(text).in_file(&file.name);
    let text = json_of(file)?;
    let option = "max_data_bytes";
    let value = document::read_text(&text, "data", option, limits.max_data_bytes)
        .map_err(|error| error.in_file(&file.name))?;
    let folder: Vec<String> = match file.name.rsplit_once('/') {
        Some((folder, _)) => folder.split('/').map(str::to_owned).collect(),
        None => Vec::new(),
    };
    // OPA leaves out the dots that a path begins with.
    if folder.first().is_some_and(|part| part.starts_with('.')) {
        return Err(wrong(
            "the data is in a folder whose name begins with a dot; rename it",
        ));
    }
    if folder.is_empty() && !matches!(value, Value::Object(_)) {
        return Err(wrong(
            "the data at the bundle's root is no object; give an object, such as {\"users\": [...]}",
        ));
    }
    if folder.len() + depth_of(&value) > MAX_JSON_DEPTH {
        return Err(document::too_deep("data, with its folders,").in_file(&file.name));
    }
    Ok(placed(&folder, value))
}

// How deep arrays and objects nest; no deeper than the reader lets pass.
fn depth_of(value: &Value) -> usize {
    let inner = match value {
        Value::Array(items) => items.iter().map(depth_of).max(),
        Value::Object(fields) => fields.iter().map(|(_, value)| depth_of(value)).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}

// All of the objects in one. Pair by pair, so that of many no one is copied more than a few times.
fn all_joined(mut parts: Vec<Value>) -> Result<Value, Error> {
    while parts.len() > 1 {
        let pairs = parts.chunks(2).map(|pair| match pair {
            [one, other] => data::joined(one, other),
            rest => Ok(rest.first().cloned().unwrap_or_else(Value::new_object)),
        });
        parts = pairs.collect::<Result<_, _>>().map_err(|path| {
            Error::input(format!(
                "two data files of the bundle hold different values at {path}; keep one of them"
            ))
        })?;
    }
    Ok(parts.pop().unwrap_or_else(Value::new_object))
}

fn placed(path: &[String], value: Value) -> Value {
    path.iter().rev().fold(value, |inner, part| {
        Value::from(BTreeMap::from([(Value::from(part.as_str()), inner)]))
    })
}

// Data is below a root, or an object on the way to one.
fn check_place(value: &Value, roots: &[Root], path: &mut Vec<String>) -> Result<(), Error> {
    if roots.iter().any(|root| root.contains(path)) {
        return Ok(());
    }
    let on_the_way = roots.iter().any(|root| root.0.starts_with(path));
    let Value::Object(fields) = value else {
        return Err(misplaced(path));
    };
    if !on_the_way {
        return Err(misplaced(path));
    }
    for (key, value) in fields.iter() {
        let Value::String(key) = key else {
            return Err(misplaced(path));
        };
        path.push(key.to_string());
        check_place(value, roots, path)?;
        path.pop();
    }
    Ok(())
}

fn misplaced(path: &[String]) -> Error {
    Error::input(format!(
        "the bundle holds data at /{}, outside of its roots; put it below one, or change the roots in the .manifest",
        path.join("/")
    ))
}
