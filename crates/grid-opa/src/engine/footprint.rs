//! What an engine holds: for a host whose garbage collector has to know what it would free.

use super::Engine;
use crate::rego::value::Value;
use std::sync::Arc;

/// What an engine without policies and data takes, with its first names, in bytes.
const PER_ENGINE: usize = 1536;
/// What becomes of a byte of source, in bytes, where nothing is counted. Measured on 761 public policies of 1 to 600 KB: 7 to 43, half
/// of them 22 to 31. Comments take 1, and constants that are rules of their own up to 250.
const PER_SOURCE_BYTE: usize = 25;
/// What the allocator and the counts of a shared text take, in bytes.
const PER_TEXT: usize = 4 * size_of::<usize>();
/// The same of a collection, whose items are a block of their own.
const PER_COLLECTION: usize = 9 * size_of::<usize>();

impl Engine {
    /// About how many bytes the engine holds: sources with what became of them, data, and the decision cache, which counts as full since
    /// it fills without a change. It takes as long as a look at all of the data.
    ///
    /// What became of the sources was counted when they were loaded, if [`CappedAllocator`](crate::CappedAllocator) is the process's, and
    /// is guessed by their length else. Counted, the sum was 0.86 to 1.1 times what glibc had given out (x86_64), for those policies, for
    /// made ones of one kind of rule each up to 500 KB, and for data of 4 KB to 2 MB.
    pub fn memory_bytes(&self) -> usize {
        let serving = self.serving();
        let sources = serving.set.sources().values();
        let text: usize = sources.map(|source| source.text.len()).sum();
        let policies = match serving.set.policy_bytes() {
            0 => text.saturating_mul(PER_SOURCE_BYTE),
            // The allocator takes more than it is asked for.
            counted => counted + counted / 8,
        };
        PER_ENGINE
            .saturating_add(text)
            .saturating_add(policies)
            .saturating_add(bytes_of(serving.set.data()))
            .saturating_add(self.options().decision_cache_bytes as usize)
    }

    /// Whether two handles are of the same engine.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What a document takes. Parts that it holds more than once count each time.
fn bytes_of(document: &Value) -> usize {
    let (mut bytes, mut rest) = (0_usize, vec![document]);
    while let Some(value) = rest.pop() {
        let held = match value {
            Value::String(text) => PER_TEXT + text.len(),
            Value::Array(items) => {
                rest.extend(items.iter());
                PER_COLLECTION + items.len() * size_of::<Value>()
            }
            Value::Set(items) => {
                rest.extend(items.iter());
                PER_COLLECTION + items.len() * size_of::<Value>()
            }
            Value::Number(number) => number.bytes(),
            Value::Object(fields) => {
                rest.extend(fields.iter().flat_map(|(key, value)| [key, value]));
                PER_COLLECTION + fields.len() * 2 * size_of::<Value>()
            }
            _ => 0,
        };
        bytes = bytes.saturating_add(held);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use crate::{Engine, EngineOptions};
    use serde_json::json;

    #[test]
    fn what_comes_is_counted_and_what_goes_is_not() {
        let engine = Engine::new(EngineOptions::default()).unwrap();
        let empty = engine.memory_bytes();
        assert!(empty < 4000, "{empty}");
        let source = format!("package p\n{}", "x if input.a == 1\n".repeat(100));
        engine.load_policy("p.rego", &source).unwrap();
        let loaded = engine.memory_bytes();
        assert!(loaded > empty + 10 * source.len(), "{loaded}");
        let users: Vec<_> = (0..1000)
            .map(|id| json!({ "id": id, "name": "ann" }))
            .collect();
        engine.set_data(&json!({ "users": users })).unwrap();
        let with_data = engine.memory_bytes();
        assert!(with_data > loaded + 1000 * 100, "{with_data}");
        engine.set_data(&json!({})).unwrap();
        engine.clear_policies().unwrap();
        assert_eq!(engine.memory_bytes(), empty);
    }

    #[test]
    fn a_clone_is_the_same_engine_and_another_is_not() {
        let engine = Engine::new(EngineOptions::default()).unwrap();
        let other = Engine::new(EngineOptions::default()).unwrap();
        assert!(engine.is_same(&engine.clone()) && !engine.is_same(&other));
    }
}
