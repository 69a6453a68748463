//! Converts the files of a bundle to policies and data.

use super::archive::File;
use super::manifest::Manifest;
use super::{BundleOptions, Contents, Policy};
use crate::document::data;
use crate::document::{self, MAX_JSON_DEPTH};
use crate::engine::check_name;
use crate::error::Error;
use crate::options::EngineOptions;
use crate::rego::value::Value;
use crate::set::bundles::Root;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The kind of a file, which OPA derives from its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Policy,
    Json,
    Yaml,
    Manifest,
    /// A file that this engine cannot handle as OPA does, with the fix.
    Foreign(&'static str),
    Other,
}

fn kind_of(file: &File) -> Kind {
    match file.base() {
        _ if file.name.ends_with(".rego") => Kind::Policy,
        "policy.wasm" => Kind::Foreign(
            "this engine does not run WebAssembly; build the bundle with `opa build --target rego`",
        ),
        "patch.json" => Kind::Foreign(
            "it makes the bundle a delta bundle, which is not supported; build a full bundle",
        ),
        "data.json" => Kind::Json,
        "data.yaml" | "data.yml" => Kind::Yaml,
        ".manifest" if file.name == ".manifest" => Kind::Manifest,
        _ if file.name.ends_with(".manifest.pb") => Kind::Foreign(
            "this engine reads only JSON manifests; build one with the name .manifest",
        ),
        _ if file.name.ends_with(".manifest") => Kind::Foreign(
            "OPA would read it as the manifest; put .manifest at the root of the bundle, or rename the file",
        ),
        _ => Kind::Other,
    }
}

/// Whether a signature hashes the JSON value of the file instead of its bytes.
pub(super) fn is_structured(file: &File) -> bool {
    matches!(kind_of(file), Kind::Json | Kind::Yaml) || file.base() == ".manifest"
}

/// The JSON of a data file or a manifest.
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
    Err(
        Error::input("this build does not read YAML; convert it to data.json, as `opa build` does")
            .in_file(&file.name),
    )
}

/// Reads the files; the signature is not among them.
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
                check_name(
                    &name,
                    "a policy of a bundle, prefixed with the bundle's name,",
                )?;
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
    // As in OPA, empty objects above a root are dropped.
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

// The data of one file, at the path of its folder.
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
    // OPA strips leading dots of paths.
    if folder.first().is_some_and(|part| part.starts_with('.')) {
        return Err(wrong(
            "the data is in a folder with a name that begins with a dot; rename the folder",
        ));
    }
    if folder.is_empty() && !matches!(value, Value::Object(_)) {
        return Err(wrong(
            "the data at the root of the bundle is not an object; use an object, such as {\"users\": [...]}",
        ));
    }
    if folder.len() + depth_of(&value) > MAX_JSON_DEPTH {
        return Err(document::too_deep("data, with its folders,").in_file(&file.name));
    }
    Ok(placed(&folder, value))
}

// The nesting depth of arrays and objects. The reader has limited it.
fn depth_of(value: &Value) -> usize {
    let inner = match value {
        Value::Array(items) => items.iter().map(depth_of).max(),
        Value::Object(fields) => fields.iter().map(|(_, value)| depth_of(value)).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}

// Joins all objects into one, pair by pair, so that each value is copied only a few times.
fn all_joined(mut parts: Vec<Value>) -> Result<Value, Error> {
    while parts.len() > 1 {
        let pairs = parts.chunks(2).map(|pair| match pair {
            [one, other] => data::joined(one, other),
            rest => Ok(rest.first().cloned().unwrap_or_else(Value::new_object)),
        });
        parts = pairs.collect::<Result<_, _>>().map_err(|path| {
            Error::input(format!(
                "two data files of the bundle have different values at {path}; keep one of them"
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

// Checks that data lies below a root, or is an object above one.
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
        "the bundle has data at /{}, outside its roots; put it below a root, or change the roots in the .manifest",
        path.join("/")
    ))
}
