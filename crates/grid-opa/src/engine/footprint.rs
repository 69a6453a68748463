//! The memory of an engine, for hosts with a garbage collector.

use super::Engine;
use crate::rego::value::Value;
use std::sync::Arc;

/// The memory of an engine without policies and data, with its first names, in bytes.
const PER_ENGINE: usize = 1536;
/// The memory of the compiled form per byte of source, in bytes, if nothing is counted. Measured on 761 public policies of 1 to 600 KB: 7
/// to 43, and 22 to 31 for half of them. Comments take 1, and rules that are constants up to 250.
const PER_SOURCE_BYTE: usize = 25;
/// The overhead of the allocator and the reference counts per shared text, in bytes.
const PER_TEXT: usize = 4 * size_of::<usize>();
/// The same per collection, which has a separate block for its items.
const PER_COLLECTION: usize = 9 * size_of::<usize>();

impl Engine {
    /// The approximate memory of the engine, in bytes: sources and their compiled form, data, and the decision cache. The cache counts as
    /// full, since it fills without a change. The call walks all of the data.
    ///
    /// The compiled form is counted during a load if [`CappedAllocator`](crate::CappedAllocator) is the global allocator; otherwise it is
    /// estimated from the length of the sources. The counted sum was 0.86 to 1.1 times the memory that glibc had allocated (x86_64): for
    /// those policies, for generated policies with one kind of rule each up to 500 KB, and for data of 4 KB to 2 MB.
    pub fn memory_bytes(&self) -> usize {
        let serving = self.serving();
        let sources = serving.set.sources().values();
        let text: usize = sources.map(|source| source.text.len()).sum();
        let policies = match serving.set.policy_bytes() {
            0 => text.saturating_mul(PER_SOURCE_BYTE),
            // The allocator allocates more than the requested sizes.
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

/// The memory of a document. Shared parts count each time.
fn bytes_of(document: &Value) -> usize {
    let (mut bytes, mut rest) = (0_usize, vec![document]);
    while let Some(value) = rest.pop() {
        let size = match value {
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
        bytes = bytes.saturating_add(size);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use crate::{Engine, EngineOptions};
    use serde_json::json;

    #[test]
    fn loaded_parts_are_counted_and_removed_parts_are_not() {
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
