//! Reads from an input text only what rules ask for. All of the text is checked as if it were read.

use crate::document::{self, Document};
use crate::error::Error;
use crate::plan::ir::Part;
use regorus::Value;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// The parts of an input by their paths, as a tree.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    part: Option<Part>,
    below: BTreeMap<Box<str>, Self>,
}

impl Wanted {
    /// Wants the part at `path`.
    pub(super) fn add(&mut self, path: &[String], part: Part) {
        let mut node = self;
        for name in path {
            node = node.below.entry(name.as_str().into()).or_default();
        }
        node.part = Some(part);
    }

    /// The parts of an input text; those that it has not stay undefined.
    pub(super) fn read(
        &self,
        text: &str,
        parts: &mut [Value],
        max_bytes: u32,
    ) -> Result<(), Error> {
        let seed = Reading {
            wanted: Some(self),
            parts,
        };
        document::read_seed(text, seed, "input", "max_input_bytes", max_bytes)
    }

    /// The parts of an input value.
    pub(super) fn take(&self, value: &Value, parts: &mut [Value]) {
        if let Some(slot) = self.part.and_then(|part| parts.get_mut(part)) {
            *slot = value.clone();
        }
        if let Value::Object(fields) = value {
            for (name, node) in &self.below {
                if let Some(value) = fields.get(&Value::from(&**name)) {
                    node.take(value, parts);
                }
            }
        }
    }

    // A key that comes again replaces all that came before.
    fn forget(&self, parts: &mut [Value]) {
        if let Some(slot) = self.part.and_then(|part| parts.get_mut(part)) {
            *slot = Value::Undefined;
        }
        for node in self.below.values() {
            node.forget(parts);
        }
    }
}

/// Reads one value of the text: the whole of it where it is a part, what is wanted below it, or nothing.
struct Reading<'w, 'p> {
    wanted: Option<&'w Wanted>,
    parts: &'p mut [Value],
}

impl<'de> DeserializeSeed<'de> for Reading<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.wanted {
            Some(wanted) if wanted.part.is_some() => {
                let Document(value) = de::Deserialize::deserialize(deserializer)?;
                wanted.take(&value, self.parts);
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

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        document::check_float(value)
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let parts = self.parts;
        while access
            .next_element_seed(Reading {
                wanted: None,
                parts: &mut *parts,
            })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Self { wanted, parts } = self;
        let below = wanted.map(|wanted| &wanted.below);
        loop {
            let node = match below {
                Some(below) => access.next_key_seed(Key(below))?,
                None => access.next_key::<IgnoredAny>()?.map(|_| None),
            };
            let Some(wanted) = node else {
                return Ok(());
            };
            if let Some(wanted) = wanted {
                wanted.forget(parts);
            }
            access.next_value_seed(Reading {
                wanted,
                parts: &mut *parts,
            })?;
        }
    }
}

/// Reads a key and finds what is wanted of it.
struct Key<'w>(&'w BTreeMap<Box<str>, Wanted>);

impl<'de, 'w> DeserializeSeed<'de> for Key<'w> {
    type Value = Option<&'w Wanted>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, 'w> Visitor<'de> for Key<'w> {
    type Value = Option<&'w Wanted>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.get(name))
    }
}
