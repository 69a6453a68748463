//! A YAML tree becomes a value, as yaml.v3 and OPA make JSON of it.

use super::super::encoding::base64::{Alphabet, decode as base64};
use super::super::percent::utf8;
use super::super::{Context, Failure};
use super::resolve::{Scalar, Tag, resolve};
use super::tree::{Content, Id, Node, Tree};
use super::wrong;
use crate::rego::value::{MAX_DEPTH, Value, number};
use std::collections::{BTreeMap, BTreeSet};

/// The value of the first document.
pub(super) fn decode(tree: &Tree, context: &mut Context<'_>) -> Result<Value, Failure> {
    let Some(root) = tree.root else {
        return Ok(Value::Null);
    };
    let mut decoder = Decoder {
        tree,
        context,
        errors: Vec::new(),
        aliases: BTreeSet::new(),
        decoded: 1,
        aliased: 0,
        alias_depth: 0,
    };
    let value = decoder.value(root, 0)?;
    if decoder.errors.is_empty() {
        return Ok(value);
    }
    Err(wrong(format_args!(
        "unmarshal errors:\n  {}",
        decoder.errors.join("\n  ")
    )))
}

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Null,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    /// The bits of a float.
    Float(u64),
    Text(String),
    Timestamp,
}

impl Key {
    /// The name that JSON has for it.
    pub(super) fn name(key: &Self) -> Option<String> {
        Some(match key {
            Self::Null | Self::Timestamp => return None,
            Self::Bool(flag) => flag.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Unsigned(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Float(bits) => short_float(f64::from_bits(*bits)),
        })
    }
}

// As Go's FormatFloat writes it as one of 32 bits.
fn short_float(value: f64) -> String {
    #[allow(clippy::cast_possible_truncation)]
    let short = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if short.is_infinite() {
        return if short > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    // As few digits as a float of 32 bits needs.
    let text = format!("{short:e}");
    number::general_text(&text)
}

/// The key that a scalar is.
pub(super) fn key_of(node: &Node, text: &str) -> Result<Key, Failure> {
    Ok(match resolve(node.tag, text)? {
        Scalar::Null => Key::Null,
        Scalar::Bool(flag) => Key::Bool(flag),
        Scalar::Int(number) => Key::Int(number),
        Scalar::Unsigned(number) => Key::Unsigned(number),
        Scalar::Float(float) => Key::Float(float.to_bits()),
        Scalar::Text => Key::Text(text_of(node, text)?),
        Scalar::Timestamp => Key::Timestamp,
    })
}

fn text_of(node: &Node, text: &str) -> Result<String, Failure> {
    if node.tag != Tag::Binary {
        return Ok(text.to_owned());
    }
    match base64(text, Alphabet::Standard) {
        Ok(bytes) => utf8(bytes),
        Err(_) => Err(wrong("!!binary value contains invalid base64 data")),
    }
}

/// A mapping that is read.
struct Map {
    /// Whether all keys are texts, as they are written.
    of_texts: bool,
    fields: BTreeMap<Key, Value>,
}

struct Decoder<'t, 'c, 'b> {
    tree: &'t Tree,
    context: &'c mut Context<'b>,
    errors: Vec<String>,
    /// The aliases that are being read.
    aliases: BTreeSet<Id>,
    decoded: u64,
    aliased: u64,
    alias_depth: u64,
}

impl<'t> Decoder<'t, '_, '_> {
    // Counts what is read; too much of it by aliases is refused.
    fn step(&mut self, depth: usize) -> Result<(), Failure> {
        self.decoded += 1;
        if self.alias_depth > 0 {
            self.aliased += 1;
        }
        if self.decoded.is_multiple_of(64) {
            self.context.in_time()?;
        }
        self.context.charge(size_of::<(Value, Value)>())?;
        if self.aliased > 100 && self.decoded > 1000 && self.is_excessive() {
            return Err(wrong("document contains excessive aliasing"));
        }
        if depth > MAX_DEPTH {
            return Err(Failure::unsure("a YAML text nests too deep"));
        }
        Ok(())
    }

    fn is_excessive(&self) -> bool {
        const LOW: f64 = 400_000.0;
        const HIGH: f64 = 4_000_000.0;
        #[allow(clippy::cast_precision_loss)]
        let (all, aliased) = (self.decoded as f64, self.aliased as f64);
        let allowed = if all <= LOW {
            0.99
        } else if all >= HIGH {
            0.10
        } else {
            0.99 - 0.89 * ((all - LOW) / (HIGH - LOW))
        };
        aliased / all > allowed
    }

    // Reads what an alias is about.
    fn alias<T>(
        &mut self,
        id: Id,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if !self.aliases.insert(id) {
            return Err(wrong(format_args!("anchor '{name}' value contains itself")));
        }
        self.alias_depth += 1;
        let result = read(self)?;
        self.alias_depth -= 1;
        self.aliases.remove(&id);
        Ok(result)
    }

    fn value(&mut self, id: Id, depth: usize) -> Result<Value, Failure> {
        self.step(depth)?;
        let node = self.tree.get(id)?;
        match &node.content {
            Content::Alias(name, target) => {
                self.alias(id, name, |decoder| decoder.value(*target, depth + 1))
            }
            Content::Scalar(text) => self.scalar(node, text),
            Content::Sequence(items) => {
                let items = items.iter().map(|item| self.value(*item, depth + 1));
                Ok(Value::from(items.collect::<Result<Vec<_>, _>>()?))
            }
            Content::Mapping(fields) => {
                let of_texts = self.has_texts(fields)?;
                let mut map = Map {
                    of_texts,
                    fields: BTreeMap::new(),
                };
                self.mapping(fields, &mut map, &mut None, depth)?;
                named(map)
            }
        }
    }

    fn scalar(&mut self, node: &Node, text: &str) -> Result<Value, Failure> {
        Ok(match resolve(node.tag, text)? {
            Scalar::Null => Value::Null,
            Scalar::Bool(flag) => flag.into(),
            Scalar::Int(number) => number.into(),
            Scalar::Unsigned(number) => number.into(),
            Scalar::Float(float) => float_value(float)?,
            Scalar::Text => {
                self.context.charge(text.len())?;
                text_of(node, text)?.into()
            }
            Scalar::Timestamp => return Err(time()),
        })
    }

    // Whether all keys are texts.
    fn has_texts(&self, fields: &[(Id, Id)]) -> Result<bool, Failure> {
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

    fn mapping(
        &mut self,
        fields: &'t [(Id, Id)],
        map: &mut Map,
        merged: &mut Option<BTreeSet<Key>>,
        depth: usize,
    ) -> Result<(), Failure> {
        if self.repeats(fields)? {
            return Ok(());
        }
        let mut merge = None;
        for (key, value) in fields {
            if self.merges(*key)? {
                merge = Some(*value);
                continue;
            }
            let Some(key) = self.key(*key, map.of_texts, depth + 1)? else {
                continue;
            };
            if let Some(merged) = merged.as_mut()
                && !merged.insert(key.clone())
            {
                continue;
            }
            let value = self.value(*value, depth + 1)?;
            map.fields.insert(key, value);
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

    // Tells of keys that are there twice.
    fn repeats(&mut self, fields: &[(Id, Id)]) -> Result<bool, Failure> {
        let mut known: BTreeMap<(u8, &str), u64> = BTreeMap::new();
        let count = self.errors.len();
        for (key, _) in fields {
            let node = self.tree.get(*key)?;
            let kind = match &node.content {
                Content::Scalar(text) => (0, text.as_str()),
                Content::Alias(name, _) => (1, name.as_str()),
                Content::Sequence(_) => (2, ""),
                Content::Mapping(_) => (3, ""),
            };
            match known.get(&kind) {
                Some(line) => {
                    let name = crate::rego::value::text::quoted(kind.1);
                    self.context.charge(name.len().saturating_add(64))?;
                    let text = format!(
                        "line {}: mapping key {name} already defined at line {line}",
                        node.line
                    );
                    self.errors.push(text);
                }
                None => drop(known.insert(kind, node.line)),
            }
        }
        Ok(self.errors.len() > count)
    }

    // A key; none where it is passed over.
    fn key(&mut self, id: Id, as_text: bool, depth: usize) -> Result<Option<Key>, Failure> {
        self.step(depth)?;
        let node = self.tree.get(id)?;
        match &node.content {
            Content::Alias(name, target) => {
                self.alias(id, name, |decoder| decoder.key(*target, as_text, depth + 1))
            }
            Content::Scalar(text) => {
                self.context.charge(text.len())?;
                match key_of(node, text)? {
                    Key::Timestamp => Err(time()),
                    Key::Null if as_text => Ok(None),
                    Key::Text(text) => Ok(Some(Key::Text(text))),
                    // As it is written.
                    _ if as_text => Ok(Some(Key::Text(text.clone()))),
                    key => Ok(Some(key)),
                }
            }
            Content::Sequence(_) | Content::Mapping(_) if as_text => {
                let kind = if matches!(node.content, Content::Sequence(_)) {
                    "seq"
                } else {
                    "map"
                };
                let text = format!("line {}: cannot unmarshal !!{kind} into string", node.line);
                self.errors.push(text);
                Ok(None)
            }
            Content::Sequence(_) | Content::Mapping(_) => {
                Err(wrong("invalid map key: it is no scalar"))
            }
        }
    }

    // Adds the fields of other mappings.
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
        let no_map = || wrong("map merge requires map or sequence of maps as the value");
        match &self.tree.get(id)?.content {
            Content::Mapping(fields) => self.mapping(fields, map, merged, depth + 1),
            Content::Alias(name, target) => {
                let Content::Mapping(fields) = &self.tree.get(*target)?.content else {
                    return Err(no_map());
                };
                self.alias(id, name, |decoder| {
                    decoder.step(depth)?;
                    decoder.mapping(fields, map, merged, depth + 1)
                })
            }
            _ => Err(no_map()),
        }
    }
}

fn time() -> Failure {
    Failure::unsure("a YAML text has a !!timestamp")
}

fn float_value(float: f64) -> Result<Value, Failure> {
    if !float.is_finite() {
        let name = if float.is_nan() {
            "NaN"
        } else if float > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        };
        return Err(format!("json: unsupported value: {name}").into());
    }
    // The digits of its JSON are what is read again.
    let text = float.to_string();
    number::parse(&text).map_err(|_| Failure::unsure("a number of a YAML text is too big"))
}

// The object that a mapping is.
fn named(map: Map) -> Result<Value, Failure> {
    let mut named: BTreeMap<Value, Value> = BTreeMap::new();
    for (key, value) in map.fields {
        let Some(name) = Key::name(&key) else {
            return Err("unsupported map key of type: <nil>".into());
        };
        if named.insert(name.into(), value).is_some() {
            // OPA keeps either.
            return Err(Failure::unsure(
                "two keys of a YAML mapping have the same text",
            ));
        }
    }
    Ok(named.into())
}
