//! The `.manifest` of a bundle.

use super::archive::File;
use super::pattern::Pattern;
use crate::error::Error;
use crate::options::RegoVersion;
use crate::set::bundles::Root;
use crate::sorting::sort;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Maximum number of roots; each policy is compared with each root.
const MOST_ROOTS: usize = 1000;
/// Maximum number of file patterns with a Rego version; each policy is compared with each pattern.
const MOST_PATTERNS: usize = 4000;
/// The known fields of a manifest.
const FIELDS: [&str; 6] = [
    "file_rego_versions",
    "metadata",
    "rego_version",
    "revision",
    "roots",
    "wasm",
];

#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    revision: Option<String>,
    roots: Option<Vec<String>>,
    rego_version: Option<u64>,
    file_rego_versions: Option<BTreeMap<String, u64>>,
    wasm: Option<Vec<IgnoredAny>>,
    // Deserialized to check its type; not used otherwise.
    #[serde(rename = "metadata")]
    _metadata: Option<HashMap<String, IgnoredAny>>,
}

/// The contents of a manifest.
pub(super) struct Manifest {
    pub(super) revision: String,
    pub(super) roots: Vec<Root>,
    version: Option<RegoVersion>,
    /// Versions per file pattern; the first match counts.
    versions: Vec<(Pattern, RegoVersion)>,
}

impl Manifest {
    /// Reads a manifest. A bundle without a manifest owns all of the data.
    pub(super) fn read(file: Option<&File>) -> Result<Self, Error> {
        let fields = match file {
            None => Fields::default(),
            Some(file) => fields(file.text()?).map_err(|text| wrong(&text))?,
        };
        Self::of(fields).map_err(|text| wrong(&text))
    }

    fn of(fields: Fields) -> Result<Self, String> {
        if fields.wasm.is_some_and(|wasm| !wasm.is_empty()) {
            return Err(
                "it lists WebAssembly, which this engine does not run; build the bundle with `opa build --target rego`"
                    .to_owned(),
            );
        }
        let mut roots: Vec<Root> = match fields.roots {
            None => vec![Root(Vec::new())],
            Some(roots) if roots.is_empty() => {
                return Err(
                    "its list of roots is empty, so the bundle may not contain anything; remove the field to own all of data"
                        .to_owned(),
                );
            }
            Some(roots) if roots.len() > MOST_ROOTS => {
                return Err(format!(
                    "it has more than {MOST_ROOTS} roots; use common parent paths instead"
                ));
            }
            Some(roots) => roots
                .iter()
                .map(|text| root(text))
                .collect::<Result<_, _>>()?,
        };
        sort(&mut roots);
        // In sorted order, all roots below a root follow it directly.
        let overlap = roots.iter().zip(roots.iter().skip(1));
        if let Some((one, other)) = overlap.into_iter().find(|(one, other)| one.overlaps(other)) {
            return Err(format!(
                "its roots {one} and {other} overlap; keep one of them"
            ));
        }
        let versions = fields.file_rego_versions.unwrap_or_default();
        if versions.len() > MOST_PATTERNS {
            return Err(format!(
                "file_rego_versions has more than {MOST_PATTERNS} patterns; use wider patterns"
            ));
        }
        let versions = versions.iter().map(|(text, number)| {
            let pattern = Pattern::glob(text).map_err(|error| {
                format!("file_rego_versions has the invalid pattern {text:?}: {error}")
            })?;
            Ok((pattern, version(*number)?))
        });
        Ok(Self {
            revision: fields.revision.unwrap_or_default(),
            roots,
            version: fields.rego_version.map(version).transpose()?,
            versions: versions.collect::<Result<_, String>>()?,
        })
    }

    /// The Rego version of a policy, if the manifest has one.
    pub(super) fn version_of(&self, file: &File) -> Option<RegoVersion> {
        let mut versions = self.versions.iter();
        let own = versions.find(|(pattern, _)| pattern.fits(&file.spelled));
        own.map(|(_, version)| *version).or(self.version)
    }
}

fn fields(text: &str) -> Result<Fields, String> {
    let fields: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| error.to_string())?;
    // OPA reads the manifest with Go, which ignores the case of field names.
    let wrong_case = |key: &&String| {
        let lower = key.to_lowercase();
        lower != **key && FIELDS.contains(&lower.as_str())
    };
    if let Some(key) = fields.keys().find(wrong_case) {
        return Err(format!("write the field {key} in lower case"));
    }
    serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())
}

fn root(text: &str) -> Result<Root, String> {
    let path = text.trim_matches('/');
    if path.is_empty() {
        return Ok(Root(Vec::new()));
    }
    // OPA decodes percent signs only in some places.
    if path.contains('%') || path.split('/').any(str::is_empty) {
        return Err(format!(
            "its root {text:?} has an empty part or a percent sign; use a path such as \"authz/http\""
        ));
    }
    Ok(Root(path.split('/').map(str::to_owned).collect()))
}

fn version(number: u64) -> Result<RegoVersion, String> {
    match number {
        0 => Ok(RegoVersion::V0),
        1 => Ok(RegoVersion::V1),
        other => Err(format!(
            "it has the Rego version {other}, but this engine reads only 0 and 1"
        )),
    }
}

fn wrong(text: &str) -> Error {
    Error::input(format!("the manifest of the bundle cannot be used: {text}")).in_file(".manifest")
}
