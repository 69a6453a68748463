//! Decodes a YAML tree into a Go type, as yaml.v3 does.

use super::super::{Context, Failure};
use super::keys::{Key, text_of};
use super::kind::Kind;
use super::resolve::{Tag, resolve};
use super::scalar::Scalar;
use super::scalar::time_text;
use super::tree::{Content, Id, Node, Tree};
use super::wrong;
use crate::rego::syntax::annotations::Yaml;
use crate::rego::value::{MAX_DEPTH, Value};
use crate::sorting::gathered;
use std::collections::{BTreeMap, BTreeSet};

/// Decodes the first document.
pub(super) fn decode(tree: &Tree, kind: Kind, context: &mut Context<'_>) -> Result<Yaml, Failure> {
    let Some(root) = tree.root else {
        return Ok(Yaml::Null);
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
    let read = decoder.read(root, kind, 0)?;
    if decoder.errors.is_empty() {
        return Ok(read.unwrap_or(Yaml::Null));
    }
    Err(wrong(format_args!(
        "unmarshal errors:\n  {}",
        decoder.errors.join("\n  ")
    )))
}

/// A decoded mapping.
pub(super) struct Map {
    pub(super) kind: Kind,
    /// Whether all keys are texts as written.
    pub(super) of_texts: bool,
    pub(super) fields: BTreeMap<Key, Yaml>,
}

pub(super) struct Decoder<'t, 'c, 'b> {
    pub(super) tree: &'t Tree,
    pub(super) context: &'c mut Context<'b>,
    errors: Vec<String>,
    /// The aliases that are being decoded.
    aliases: BTreeSet<Id>,
    decoded: u64,
    aliased: u64,
    alias_depth: u64,
}

impl<'t> Decoder<'t, '_, '_> {
    // Counts a node. Fails if too many nodes come from aliases.
    pub(super) fn step(&mut self, depth: usize) -> Result<(), Failure> {
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

    // Decodes the target of an alias.
    pub(super) fn alias<T>(
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

    /// Records that a node does not fit the expected type.
    pub(super) fn mismatch(&mut self, node: &Node, value: &str, kind: Kind) -> Result<(), Failure> {
        let value = match node.tag {
            Tag::Sequence | Tag::Mapping => String::new(),
            _ if value.len() > 10 => {
                let begin = value.as_bytes().get(..7).unwrap_or_default();
                format!(" `{}...`", String::from_utf8_lossy(begin))
            }
            _ => format!(" `{value}`"),
        };
        self.error(format!(
            "line {}: cannot unmarshal !!{}{value} into {}",
            node.line,
            node.tag.name(),
            kind.name()
        ))
    }

    pub(super) fn error(&mut self, text: String) -> Result<(), Failure> {
        self.context.charge(text.len().saturating_add(64))?;
        self.errors.push(text);
        Ok(())
    }

    /// Decodes a node; `None` if it has no value to keep.
    pub(super) fn read(
        &mut self,
        id: Id,
        kind: Kind,
        depth: usize,
    ) -> Result<Option<Yaml>, Failure> {
        self.step(depth)?;
        let node = self.tree.get(id)?;
        match &node.content {
            Content::Alias(name, target) => {
                self.alias(id, name, |decoder| decoder.read(*target, kind, depth + 1))
            }
            Content::Scalar(text) => self.scalar(node, text, kind),
            Content::Sequence(items) => {
                let Some(of_items) = kind.of_items() else {
                    self.mismatch(node, "", kind)?;
                    return Ok(None);
                };
                let mut all = Vec::with_capacity(items.len());
                for item in items {
                    all.extend(self.read(*item, of_items, depth + 1)?);
                }
                Ok(Some(Yaml::List(all)))
            }
            Content::Mapping(fields) => {
                if self.repeats(fields)? {
                    return Ok(None);
                }
                let of_texts = match kind {
                    Kind::Map | Kind::Record(_) => true,
                    Kind::Any => self.has_texts(fields)?,
                    Kind::Text | Kind::Flag | Kind::Texts | Kind::List | Kind::Maps => {
                        self.mismatch(node, "", kind)?;
                        return Ok(None);
                    }
                };
                let mut map = Map {
                    kind,
                    of_texts,
                    fields: BTreeMap::new(),
                };
                self.mapping(fields, &mut map, &mut None, depth)?;
                Ok(Some(map.into_yaml()))
            }
        }
    }

    fn scalar(&mut self, node: &Node, text: &str, kind: Kind) -> Result<Option<Yaml>, Failure> {
        let scalar = resolve(node.tag, text)?;
        if !matches!(scalar, Scalar::Null) {
            self.context.charge(text.len())?;
        }
        let read = match (kind, scalar) {
            (Kind::Text | Kind::Flag | Kind::Record(_), Scalar::Null) => return Ok(None),
            (_, Scalar::Null) => Some(Yaml::Null),
            (Kind::Text, Scalar::Text) => Some(Yaml::Text(text_of(node, text)?)),
            (Kind::Text, _) => Some(Yaml::Text(text.to_owned())),
            (Kind::Flag | Kind::Any, Scalar::Bool(flag)) => Some(Yaml::Bool(flag)),
            (Kind::Flag, Scalar::Text) => flag_of(&text_of(node, text)?).map(Yaml::Bool),
            (Kind::Any, Scalar::Int(number)) => Some(Yaml::Int(number)),
            (Kind::Any, Scalar::Unsigned(number)) => Some(Yaml::Unsigned(number)),
            (Kind::Any, Scalar::Float(float)) => Some(Yaml::Float(float)),
            (Kind::Any, Scalar::Text) => Some(Yaml::Text(text_of(node, text)?)),
            (Kind::Any, Scalar::Timestamp) => {
                let time = time_text(text);
                let no_json = || {
                    Failure::unsure("a time in a YAML text has a zone that JSON cannot represent")
                };
                Some(Yaml::Time(time.ok_or_else(no_json)?))
            }
            _ => None,
        };
        if read.is_none() {
            self.mismatch(node, text, kind)?;
        }
        Ok(read)
    }
}

impl Map {
    fn into_yaml(self) -> Yaml {
        let fields = self.fields.into_iter();
        if self.of_texts {
            let texts = fields.filter_map(|(key, value)| match key {
                Key::Text(name) => Some((name, value)),
                _ => None,
            });
            return Yaml::Map(gathered(texts));
        }
        Yaml::MixedMap(fields.map(|(key, value)| (key.into(), value)).collect())
    }
}

/// YAML 1.1 has more names for booleans.
fn flag_of(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}
