//! `walk` with one argument, which has no value in the core: see `output_argument`.

use super::{Extension, Failure, argument, guarded};
use crate::deadline;
use regorus::Value;

/// What a `walk` with one argument is called in the text that the core parses. No function of a policy can have this name.
pub(crate) const WALK: &str = "_";

pub(super) const ALL: [Extension; 1] = [guarded(WALK, 1, |arguments| {
    let mut pairs = Vec::new();
    visit(argument(arguments, 1)?, &mut Vec::new(), &mut pairs)?;
    Ok(pairs.into())
})];

// As deep as a value nests, which is bounded where it comes in.
fn visit(value: &Value, path: &mut Vec<Value>, pairs: &mut Vec<Value>) -> Result<(), Failure> {
    if deadline::has_passed() {
        return Err(Failure::Always("it took too long".to_owned()));
    }
    pairs.push(vec![path.clone().into(), value.clone()].into());
    let mut below = |key: Value, value: &Value| {
        path.push(key);
        visit(value, path, pairs)?;
        path.pop();
        Ok::<_, Failure>(())
    };
    match value {
        Value::Array(items) => (0_usize..)
            .zip(items.iter())
            .try_for_each(|(index, item)| below(index.into(), item)),
        Value::Set(items) => items.iter().try_for_each(|item| below(item.clone(), item)),
        Value::Object(fields) => fields
            .iter_sorted()
            .try_for_each(|(key, value)| below(key.clone(), value)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn it_has_a_value_for_each_place() {
        for (call, expected) in [
            (
                "[y | y := walk({\"a\": [1]})]",
                json!([[[], { "a": [1] }], [["a"], [1]], [["a", 0], 1]]),
            ),
            (
                "[value | [path, value] := walk({\"a\": {1, 2}}); is_number(value)]",
                json!([1, 2]),
            ),
            (
                "{path: value | [path, value] = walk({\"a\": {\"b\": 1}}); is_number(value)}",
                json!({ "[\"a\",\"b\"]": 1 }),
            ),
            ("{path | [path, 1] := walk([2, 1])}", json!([[1]])),
            ("[v | some v in walk([1])]", json!([[], [1], [0], 1])),
            ("count([1 | count(walk([1])) == 2])", json!(2)),
            ("[v | walk([1], [_, v])]", json!([[1], 1])),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
    }
}
