//! Reads only the parts of an input text that rules use. The complete text is still checked.

use crate::document::{self, MAX_JSON_DEPTH, ValueSeed};
use crate::error::Error;
use crate::rego::plan::Path;
use crate::rego::plan::ir::Part;
use crate::rego::value::Value;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The parts of an input by their paths, as a tree.
#[derive(Debug, Default)]
pub(crate) struct InputParts {
    part: Option<Part>,
    below: BTreeMap<Box<str>, Self>,
}

impl InputParts {
    /// Selects the parts with these numbers; `paths` has their paths.
    pub(crate) fn of(parts: &BTreeSet<Part>, paths: &[Path]) -> Self {
        let mut tree = Self::default();
        for &part in parts {
            if let Some(path) = paths.get(part) {
                tree.add(path, part);
            }
        }
        tree
    }

    /// Adds the part at `path`. No input can nest as deep as a path that is left out, so its part is undefined.
    fn add(&mut self, path: &[String], part: Part) {
        if path.len() > MAX_JSON_DEPTH {
            return;
        }
        let mut node = self;
        for name in path {
            node = node.below.entry(name.as_str().into()).or_default();
        }
        node.part = Some(part);
    }

    /// Reads the parts of an input text; missing parts stay undefined.
    pub(crate) fn read(
        &self,
        text: &str,
        parts: &mut [Value],
        max_bytes: u32,
    ) -> Result<(), Error> {
        let inexact = Cell::new(false);
        let seed = Reading {
            node: Some(self),
            parts,
            values: ValueSeed::of_text(&inexact),
        };
        document::check_length(text, "input", "max_input_bytes", max_bytes)?;
        if document::read_seed(text, seed, &inexact, "input")?.is_none() {
            self.forget(parts);
            self.take(document::read_exactly(text, "input")?, parts);
        }
        Ok(())
    }

    /// Takes the parts of an input value.
    pub(crate) fn take(&self, value: Value, parts: &mut [Value]) {
        self.take_below(&value, parts);
        self.put(parts, || value);
    }

    fn take_below(&self, value: &Value, parts: &mut [Value]) {
        if let Value::Object(fields) = value {
            for (name, node) in &self.below {
                if let Some(value) = fields.field(name) {
                    node.take_below(value, parts);
                    node.put(parts, || value.clone());
                }
            }
        }
    }

    // Stores the value if this node is a part.
    fn put(&self, parts: &mut [Value], value: impl FnOnce() -> Value) {
        if let Some(slot) = self.part.and_then(|part| parts.get_mut(part)) {
            *slot = value();
        }
    }

    // A later equal key replaces all earlier values.
    fn forget(&self, parts: &mut [Value]) {
        self.put(parts, || Value::Undefined);
        for node in self.below.values() {
            node.forget(parts);
        }
    }
}

/// Reads one value of the text: completely if it is a part, only the parts below it, or nothing.
struct Reading<'w, 'p> {
    node: Option<&'w InputParts>,
    parts: &'p mut [Value],
    values: ValueSeed<'p>,
}

impl<'de> DeserializeSeed<'de> for Reading<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.node {
            Some(node) if node.part.is_some() => {
                let value = self.values.deserialize(deserializer)?;
                node.take(value, self.parts);
                Ok(())
            }
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Reading<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Self { parts, values, .. } = self;
        let mut count = 0;
        while access
            .next_element_seed(Reading {
                node: None,
                parts: &mut *parts,
                values,
            })?
            .is_some()
        {
            count += 1;
            document::check_limits(count)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Self {
            node,
            parts,
            values,
        } = self;
        let below = node.map(|node| &node.below);
        let mut count = 0;
        loop {
            count += 1;
            document::check_limits(count)?;
            let next = match below {
                Some(below) => access.next_key_seed(Key(below))?,
                None => access.next_key::<IgnoredAny>()?.map(|_| None),
            };
            let Some(node) = next else {
                return Ok(());
            };
            if let Some(node) = node {
                node.forget(parts);
            }
            access.next_value_seed(Reading {
                node,
                parts: &mut *parts,
                values,
            })?;
        }
    }
}

/// Reads a key and finds its node.
struct Key<'w>(&'w BTreeMap<Box<str>, InputParts>);

impl<'de, 'w> DeserializeSeed<'de> for Key<'w> {
    type Value = Option<&'w InputParts>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, 'w> Visitor<'de> for Key<'w> {
    type Value = Option<&'w InputParts>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.get(name))
    }
}

#[cfg(test)]
mod tests;
