//! Refuses sets in which data and rules, or packages and rules, claim one path.
//!
//! regorus lets data win without a word: with `{"authz": {"allow": true}}` as data, a rule `data.authz.allow` that is false
//! yields `true`. OPA refuses such a set. So does this, a little stricter: where a rule has a path for its head, such as
//! `a.b := 1`, no data and no package may lie under `a` beside it.

use crate::set::Module;
use regorus::Value;
use std::collections::BTreeMap;

/// Looks for a rule or package whose path `data` holds something at.
pub(crate) fn with_data(modules: &BTreeMap<String, Module>, data: &Value) -> Option<String> {
    modules.iter().find_map(|(source, module)| {
        let mut node = data;
        for (depth, part) in module.package.iter().enumerate() {
            node = field(node, part)?;
            if !matches!(node, Value::Object(_)) {
                let path = path(module.package.iter().take(depth + 1));
                return Some(format!(
                    "{path} is a value of the data and the begin of the package of {source}; move one of them"
                ));
            }
        }
        let root = module.roots.iter().find(|root| field(node, root).is_some())?;
        let path = path(module.package.iter().chain([root]));
        Some(format!(
            "{path} is both in the data and a rule of {source}, and the data would win over the rule; move one of them"
        ))
    })
}

/// Looks for a package that lies under a rule of another one, such as `package a.b` beside a rule `b` of `package a`.
pub(crate) fn between(modules: &BTreeMap<String, Module>) -> Option<String> {
    modules.iter().find_map(|(source, module)| {
        modules.iter().find_map(|(other, inner)| {
            let below = inner.package.strip_prefix(module.package.as_slice())?.first()?;
            module.roots.contains(below).then(|| {
                let path = path(module.package.iter().chain([below]));
                format!("{path} is both a rule of {source} and the begin of the package of {other}; rename one of them")
            })
        })
    })
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(object) => object.get(&Value::from(name)),
        _ => None,
    }
}

fn path<'a>(parts: impl Iterator<Item = &'a String>) -> String {
    parts.fold("data".to_owned(), |path, part| path + "." + part)
}
