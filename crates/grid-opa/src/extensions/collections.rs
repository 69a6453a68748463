//! Builtins of collections that take time by the square of their size, or more, in the core, which looks at no clock there.

use super::{Extension, Failure, argument, guarded, items, wrong};
use crate::deadline;
use regorus::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) const ALL: [Extension; 4] = [
    guarded("graph.reachable_paths", 2, reachable_paths),
    guarded("object.union_n", 1, union_n),
    guarded("strings.any_prefix_match", 2, |arguments| {
        any_begins(&texts(arguments, 1)?, &texts(arguments, 2)?)
    }),
    guarded("strings.any_suffix_match", 2, |arguments| {
        let backwards = |mut texts: Vec<Vec<u8>>| {
            texts.iter_mut().for_each(|text| text.reverse());
            texts
        };
        let (within, ends) = (texts(arguments, 1)?, texts(arguments, 2)?);
        any_begins(&backwards(within), &backwards(ends))
    }),
];

fn in_time() -> Result<(), Failure> {
    if deadline::has_passed() {
        return Err(Failure::Always("it took too long".to_owned()));
    }
    Ok(())
}

// All ways from the roots to a node that leads no further, to one that is not in the graph, or back to one of the way.
fn reachable_paths(arguments: &[Value]) -> Result<Value, Failure> {
    let graph = match argument(arguments, 1)? {
        Value::Object(graph) => graph,
        other => return Err(wrong(1, "an object", other).into()),
    };
    let neighbors = |node: &Value| -> Option<std::vec::IntoIter<Value>> {
        let neighbors: Vec<Value> = match graph.get(node)? {
            Value::Array(items) => items.iter().cloned().collect(),
            Value::Set(items) => items.iter().cloned().collect(),
            _ => Vec::new(),
        };
        Some(neighbors.into_iter())
    };
    let mut paths = BTreeSet::new();
    for root in items(arguments, 2)? {
        let Some(first) = neighbors(root) else {
            continue;
        };
        let mut path = vec![root.clone()];
        let mut reached = BTreeSet::from([root.clone()]);
        if first.len() == 0 {
            paths.insert(path.into());
            continue;
        }
        // Of each node of the way, what is left of its neighbors, and whether it came to the reached ones with it.
        let mut open = vec![(first, true)];
        while let Some((next, _)) = open.last_mut() {
            in_time()?;
            let Some(node) = next.next() else {
                let first = open.pop().is_some_and(|(_, first)| first);
                if let Some(left) = path.pop().filter(|_| first) {
                    reached.remove(&left);
                }
                continue;
            };
            // From a root OPA goes back to itself once.
            if open.len() > 1 && reached.contains(&node) {
                paths.insert(path.clone().into());
                continue;
            }
            match neighbors(&node) {
                None => drop(paths.insert(path.clone().into())),
                Some(below) if below.len() == 0 => {
                    let end = path.iter().cloned().chain([node]);
                    paths.insert(end.collect::<Vec<_>>().into());
                }
                Some(below) => {
                    open.push((below, reached.insert(node.clone())));
                    path.push(node);
                }
            }
        }
    }
    Ok(paths.into())
}

fn union_n(arguments: &[Value]) -> Result<Value, Failure> {
    let objects = match argument(arguments, 1)? {
        Value::Array(objects) => objects,
        other => return Err(wrong(1, "an array", other).into()),
    };
    let mut union = Value::new_object();
    for object in objects.iter() {
        if !matches!(object, Value::Object(_)) {
            return Err(wrong(1, "objects", object).into());
        }
        merge(&mut union, object)?;
    }
    Ok(union)
}

// What both have is the right one's, save that objects are merged.
fn merge(left: &mut Value, right: &Value) -> Result<(), Failure> {
    let (Value::Object(fields), Value::Object(others)) = (&mut *left, right) else {
        *left = right.clone();
        return Ok(());
    };
    let fields = Arc::make_mut(fields);
    for (key, value) in others.iter() {
        in_time()?;
        match fields.get_mut(key) {
            Some(field) => merge(field, value)?,
            None => drop(fields.insert(key.clone(), value.clone())),
        }
    }
    Ok(())
}

fn texts(arguments: &[Value], number: usize) -> Result<Vec<Vec<u8>>, String> {
    let bytes = |value: &Value| match value {
        Value::String(text) => Ok(text.as_bytes().to_vec()),
        other => Err(wrong(number, "a string or strings", other)),
    };
    match argument(arguments, number)? {
        Value::Array(items) => items.iter().map(bytes).collect(),
        Value::Set(items) => items.iter().map(bytes).collect(),
        other => Ok(vec![bytes(other)?]),
    }
}

// Whether one of the texts begins with one of the others. Of the others in order, without those that begin with another one, only
// the last that is not behind a text can be the begin of it.
fn any_begins(texts: &[Vec<u8>], begins: &[Vec<u8>]) -> Result<Value, Failure> {
    let mut sorted: Vec<&[u8]> = begins.iter().map(Vec::as_slice).collect();
    sorted.sort_unstable();
    let mut shortest: Vec<&[u8]> = Vec::new();
    for begin in sorted {
        if !shortest.last().is_some_and(|last| begin.starts_with(last)) {
            shortest.push(begin);
        }
    }
    for text in texts {
        in_time()?;
        let behind = shortest.partition_point(|begin| *begin <= text.as_slice());
        let last = behind.checked_sub(1).and_then(|place| shortest.get(place));
        if last.is_some_and(|begin| text.starts_with(begin)) {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            (
                "graph.reachable_paths({\"a\": [\"b\", \"c\"], \"b\": [\"d\"], \"c\": {\"a\", \"x\"}, \"d\": []}, [\"a\", \"q\"])",
                json!([["a", "b", "d"], ["a", "c"]]),
            ),
            (
                "graph.reachable_paths({1: [2, 3], 2: [3], 3: null}, {1})",
                json!([[1, 2, 3], [1, 3]]),
            ),
            ("graph.reachable_paths({1: []}, [1])", json!([[1]])),
            (
                "graph.reachable_paths({1: [1, 2], 2: [1]}, [1])",
                json!([[1, 1], [1, 1, 2], [1, 2]]),
            ),
            (
                "object.union_n([{\"a\": 1, \"b\": {\"c\": 1}}, {\"a\": {\"d\": 2}}, {\"a\": {\"e\": 3}, \"b\": {\"f\": 2}}])",
                json!({ "a": { "d": 2, "e": 3 }, "b": { "c": 1, "f": 2 } }),
            ),
            ("object.union_n([])", json!({})),
            ("strings.any_prefix_match(\"abc\", \"ab\")", json!(true)),
            (
                "strings.any_prefix_match([\"xa\", \"abd\"], {\"a\", \"abc\", \"abcd\"})",
                json!(true),
            ),
            (
                "strings.any_prefix_match([\"ab\", \"b\"], [\"abc\", \"aa\", \"ba\"])",
                json!(false),
            ),
            ("strings.any_prefix_match(\"\", \"\")", json!(true)),
            ("strings.any_prefix_match([], [\"\"])", json!(false)),
            ("strings.any_prefix_match(\"a\", [])", json!(false)),
            (
                "strings.any_suffix_match([\"aé\"], [\"é\", \"x\"])",
                json!(true),
            ),
            (
                "strings.any_suffix_match([\"ab\"], [\"a\", \"cab\"])",
                json!(false),
            ),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        for call in [
            "graph.reachable_paths([], [1])",
            "graph.reachable_paths({}, 1)",
            "object.union_n([{}, 1])",
            "object.union_n({})",
            "strings.any_prefix_match([1], \"a\")",
            "strings.any_suffix_match(\"a\", 1)",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
