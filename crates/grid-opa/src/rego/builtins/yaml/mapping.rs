//! Decodes mappings: their keys, and the mappings that they merge.

use super::super::Failure;
use super::decode::{Decoder, Map};
use super::keys::{Key, key_of};
use super::kind::Kind;
use super::resolve::Tag;
use super::tree::{Content, Id};
use super::wrong;
use crate::rego::value::text::quoted;
use std::collections::{BTreeMap, BTreeSet};

impl<'t> Decoder<'t, '_, '_> {
    /// Whether all keys are texts.
    pub(super) fn has_texts(&self, fields: &[(Id, Id)]) -> Result<bool, Failure> {
        for (key, _) in fields {
            let mut node = self.tree.get(*key)?;
            if let Content::Alias(_, target) = &node.content {
                node = self.tree.get(*target)?;
            }
            if !matches!(node.tag, Tag::Text | Tag::Merge) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn mapping(
        &mut self,
        fields: &'t [(Id, Id)],
        map: &mut Map,
        merged: &mut Option<BTreeSet<Key>>,
        depth: usize,
    ) -> Result<(), Failure> {
        let mut merge = None;
        let mut done = BTreeSet::new();
        for (id, value) in fields {
            if self.merges(*id)? {
                merge = Some(*value);
                continue;
            }
            let Some(key) = self.key(*id, map.of_texts, depth + 1)? else {
                continue;
            };
            if let Some(merged) = merged.as_mut()
                && !merged.insert(key.clone())
            {
                continue;
            }
            let kind = match &key {
                Key::Text(name) => map.kind.of_key(name),
                _ => Some(Kind::Any),
            };
            let Some(kind) = kind else {
                continue;
            };
            if let (Kind::Record(record), Key::Text(name)) = (map.kind, &key)
                && !done.insert(key.clone())
            {
                let line = self.tree.get(*id)?.line;
                let record = record.name;
                self.error(format!(
                    "line {line}: field {name} already set in type {record}"
                ))?;
                continue;
            }
            if let Some(value) = self.read(*value, kind, depth + 1)? {
                map.fields.insert(key, value);
            }
        }
        match merge {
            Some(merge) => self.merge(fields, merge, map, merged, depth),
            None => Ok(()),
        }
    }

    fn merges(&self, key: Id) -> Result<bool, Failure> {
        let node = self.tree.get(key)?;
        let is_named = matches!(&node.content, Content::Scalar(text) if text == "<<");
        Ok(is_named && node.tag == Tag::Merge)
    }

    /// Reports duplicate keys, each with all earlier ones.
    pub(super) fn repeats(&mut self, fields: &[(Id, Id)]) -> Result<bool, Failure> {
        let mut known: BTreeMap<(u8, &str), Vec<u64>> = BTreeMap::new();
        let mut keys = Vec::with_capacity(fields.len());
        for (key, _) in fields {
            let node = self.tree.get(*key)?;
            let name = match &node.content {
                Content::Scalar(text) => (0, text.as_str()),
                Content::Alias(name, _) => (1, name.as_str()),
                Content::Sequence(_) => (2, ""),
                Content::Mapping(_) => (3, ""),
            };
            let lines = known.entry(name).or_default();
            keys.push((name, lines.len()));
            lines.push(node.line);
        }
        if known.len() == fields.len() {
            return Ok(false);
        }
        for (name, number) in keys {
            let lines = known.get(&name).map(Vec::as_slice).unwrap_or_default();
            let Some((first, others)) = lines.get(number..).and_then(<[u64]>::split_first) else {
                continue;
            };
            for line in others {
                let name = quoted(name.1);
                self.error(format!(
                    "line {line}: mapping key {name} already defined at line {first}"
                ))?;
            }
        }
        Ok(true)
    }

    /// Decodes a key; `None` if it is ignored.
    fn key(&mut self, id: Id, as_text: bool, depth: usize) -> Result<Option<Key>, Failure> {
        self.step(depth)?;
        let node = self.tree.get(id)?;
        match &node.content {
            Content::Alias(name, target) => {
                self.alias(id, name, |decoder| decoder.key(*target, as_text, depth + 1))
            }
            Content::Scalar(text) => {
                self.context.charge(text.len())?;
                Ok(match key_of(node, text)? {
                    Key::Null if as_text => None,
                    Key::Text(text) => Some(Key::Text(text)),
                    // The text as written.
                    _ if as_text => Some(Key::Text(text.clone())),
                    key => Some(key),
                })
            }
            Content::Sequence(_) | Content::Mapping(_) if as_text => {
                self.mismatch(node, "", Kind::Text)?;
                Ok(None)
            }
            Content::Sequence(_) | Content::Mapping(_) => {
                Err(wrong("invalid map key: it is not a scalar"))
            }
        }
    }

    /// Adds the fields of the merged mappings.
    fn merge(
        &mut self,
        fields: &'t [(Id, Id)],
        merge: Id,
        map: &mut Map,
        merged: &mut Option<BTreeSet<Key>>,
        depth: usize,
    ) -> Result<(), Failure> {
        let mut own = None;
        if merged.is_none() {
            let mut known = BTreeSet::new();
            for (key, _) in fields {
                if let Some(key) = self.key(*key, false, depth + 1)? {
                    known.insert(key);
                }
            }
            own = Some(known);
        }
        let merged = if own.is_some() { &mut own } else { merged };
        match &self.tree.get(merge)?.content {
            Content::Sequence(items) => {
                for item in items {
                    self.merge_one(*item, map, merged, depth)?;
                }
                Ok(())
            }
            _ => self.merge_one(merge, map, merged, depth),
        }
    }

    fn merge_one(
        &mut self,
        id: Id,
        map: &mut Map,
        merged: &mut Option<BTreeSet<Key>>,
        depth: usize,
    ) -> Result<(), Failure> {
        self.step(depth)?;
        let not_a_map = || wrong("map merge requires map or sequence of maps as the value");
        match &self.tree.get(id)?.content {
            Content::Mapping(fields) if self.repeats(fields)? => Ok(()),
            Content::Mapping(fields) => self.mapping(fields, map, merged, depth + 1),
            Content::Alias(name, target) => {
                let Content::Mapping(fields) = &self.tree.get(*target)?.content else {
                    return Err(not_a_map());
                };
                self.alias(id, name, |decoder| {
                    decoder.step(depth)?;
                    if decoder.repeats(fields)? {
                        return Ok(());
                    }
                    decoder.mapping(fields, map, merged, depth + 1)
                })
            }
            _ => Err(not_a_map()),
        }
    }
}
