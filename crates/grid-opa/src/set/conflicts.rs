//! Refuses sets in which data and rules claim one path. In OPA the rule wins in some cases.

use crate::rego::plan::Plans;
use crate::rego::value::Value;

/// Looks for a rule whose path, or a begin of it, `data` holds another value at.
pub(super) fn with_data(plans: &Plans, data: &Value) -> Option<String> {
    // Most rules of a package go the same way.
    if matches!(data, Value::Object(fields) if fields.is_empty()) {
        return None;
    }
    plans.rules.iter().find_map(|rule| {
        let mut value = data;
        for (depth, key) in rule.path.iter().enumerate() {
            let Value::Object(fields) = value else {
                let at = path(rule.path.get(..depth).unwrap_or_default());
                let rule = path(&rule.path);
                return Some(format!(
                    "{at} is a value of the data and the begin of the path of the rule {rule}; move one of them"
                ));
            };
            value = fields.get(key)?;
        }
        let rule = path(&rule.path);
        Some(format!("{rule} is both in the data and a rule; move one of them"))
    })
}

fn path(keys: &[Value]) -> String {
    keys.iter().fold("data".to_owned(), |path, key| match key {
        Value::String(name) => path + "." + name,
        key => format!(
            "{path}[{}]",
            crate::rego::value::text::begin_of(key, usize::MAX)
        ),
    })
}
