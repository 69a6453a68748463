//! Rejects sets in which data and rules use the same path. In OPA the rule wins in some cases.

use crate::rego::plan::Plans;
use crate::rego::value::Value;

/// Finds a rule for which `data` has another value at its path or at a prefix of it.
pub(super) fn with_data(plans: &Plans, data: &Value) -> Option<String> {
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
                    "{at} is a value in the data, and the path of the rule {rule} continues below it; move one of them"
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
