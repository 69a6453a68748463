//! The model of an engine, and changes of data with a known outcome.

use super::pick;
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The expected contents of an engine.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Model {
    pub(super) policies: BTreeMap<&'static str, &'static str>,
    pub(super) data: Map<String, Value>,
    pub(super) revision: u64,
}

/// A new engine with the contents of the model; `None` if the engine refuses them.
pub(super) fn built(model: &Model, options: &EngineOptions) -> Option<Engine> {
    let engine = Engine::new(options.clone()).ok()?;
    engine.set_data(&Value::Object(model.data.clone())).ok()?;
    let policies: Vec<(&str, &str)> = model
        .policies
        .iter()
        .map(|(name, source)| (*name, *source))
        .collect();
    engine.load_policies(&policies).ok()?;
    Some(engine)
}

/// A random data document.
pub(super) fn document(random: &mut Rng) -> Map<String, Value> {
    let mut document = Map::new();
    for _ in 0..random.usize(0..4) {
        let key = pick(
            random,
            &["admins", "list", "n", "a", "p", "q", "users", "é/~ "],
        );
        let values = [
            json!(["ann"]),
            json!([]),
            json!(1),
            json!(2),
            json!({"x": 1}),
            json!({"y": {"z": [null]}}),
            json!({}),
            json!("t"),
        ];
        document.insert(key.to_owned(), random.choice(values).unwrap_or_default());
    }
    document
}

/// Merges `added` into `base`; false if both have different values at a path.
pub(super) fn merge(base: &mut Map<String, Value>, added: &Map<String, Value>) -> bool {
    added
        .iter()
        .all(|(key, value)| match (base.get_mut(key), value) {
            (None, _) => base.insert(key.clone(), value.clone()).is_none(),
            (Some(Value::Object(base)), Value::Object(added)) => merge(base, added),
            (Some(old), _) => old == value,
        })
}

/// Changes `data`; returns the JSON Patch that does the same, and whether it applies.
pub(super) fn patch(
    data: &mut Map<String, Value>,
    added: Map<String, Value>,
    random: &mut Rng,
) -> (Value, bool) {
    let mut operations = Vec::new();
    let mut works = true;
    for (key, value) in added {
        let path = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
        match random.u32(0..4) {
            0 | 1 => {
                operations.push(json!({ "op": "add", "path": path, "value": value }));
                data.insert(key, value);
            }
            2 => {
                operations.push(json!({ "op": "remove", "path": path }));
                works &= data.remove(&key).is_some();
            }
            _ => {
                operations.push(json!({ "op": "replace", "path": path, "value": value }));
                works &= data.insert(key, value).is_some();
            }
        }
    }
    (Value::Array(operations), works)
}
