//! The types of scalars, by the rules of yaml.v3: those of YAML 1.2 and some of 1.1.

use super::super::Failure;
use super::scalar::{Scalar, float, integer, is_timestamp};
use super::wrong;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    None,
    Null,
    Bool,
    Int,
    Float,
    Text,
    Timestamp,
    Binary,
    Merge,
    Sequence,
    Mapping,
    /// A tag of an application.
    Other,
}

impl Tag {
    const NAMED: [(&'static str, Self); 10] = [
        ("null", Self::Null),
        ("bool", Self::Bool),
        ("int", Self::Int),
        ("float", Self::Float),
        ("str", Self::Text),
        ("timestamp", Self::Timestamp),
        ("binary", Self::Binary),
        ("merge", Self::Merge),
        ("seq", Self::Sequence),
        ("map", Self::Mapping),
    ];

    /// Reads a written tag, if there is one.
    pub(super) fn written(tag: Option<&str>) -> Option<Self> {
        let tag = tag.filter(|tag| !tag.is_empty() && *tag != "!")?;
        let name = tag
            .strip_prefix("tag:yaml.org,2002:")
            .or_else(|| tag.strip_prefix("!!"));
        let known = name.and_then(|name| Self::NAMED.into_iter().find(|(known, _)| *known == name));
        Some(known.map_or(Self::Other, |(_, tag)| tag))
    }

    /// The name that yaml.v3 writes after `!!`.
    pub(super) fn name(self) -> &'static str {
        let named = Self::NAMED.into_iter().find(|(_, tag)| *tag == self);
        named.map_or("", |(name, _)| name)
    }
}

/// The tag of a scalar without a written tag.
pub(super) fn tag_of(text: &str) -> Tag {
    plain(text, true).0
}

/// The value of a scalar with a tag.
pub(super) fn resolve(tag: Tag, text: &str) -> Result<Scalar, Failure> {
    match tag {
        Tag::Binary | Tag::Merge | Tag::Sequence | Tag::Mapping | Tag::Other | Tag::Text => {
            return Ok(Scalar::Text);
        }
        Tag::None | Tag::Null | Tag::Bool | Tag::Int | Tag::Float | Tag::Timestamp => {}
    }
    let (found, scalar) = plain(text, matches!(tag, Tag::None | Tag::Timestamp));
    match scalar {
        _ if tag == Tag::None || tag == found => Ok(scalar),
        Scalar::Int(integer) if tag == Tag::Float => {
            // Rounds to the precision of a float.
            #[allow(clippy::cast_precision_loss)]
            Ok(Scalar::Float(integer as f64))
        }
        _ => {
            let (found, tag) = (found.name(), tag.name());
            Err(wrong(format_args!(
                "cannot decode !!{found} `{text}` as a !!{tag}"
            )))
        }
    }
}

fn plain(text: &str, timestamps: bool) -> (Tag, Scalar) {
    let known = match text {
        "true" | "True" | "TRUE" => Some((Tag::Bool, Scalar::Bool(true))),
        "false" | "False" | "FALSE" => Some((Tag::Bool, Scalar::Bool(false))),
        "" | "~" | "null" | "Null" | "NULL" => Some((Tag::Null, Scalar::Null)),
        ".nan" | ".NaN" | ".NAN" => Some((Tag::Float, Scalar::Float(f64::NAN))),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            Some((Tag::Float, Scalar::Float(f64::INFINITY)))
        }
        "-.inf" | "-.Inf" | "-.INF" => Some((Tag::Float, Scalar::Float(f64::NEG_INFINITY))),
        _ => None,
    };
    if let Some(known) = known {
        return known;
    }
    let text_itself = (Tag::Text, Scalar::Text);
    match text.as_bytes().first() {
        Some(b'.') => match float(text) {
            Some(float) => (Tag::Float, Scalar::Float(float)),
            None => text_itself,
        },
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if timestamps && is_timestamp(text) {
                return (Tag::Timestamp, Scalar::Timestamp);
            }
            let plain = text.replace('_', "");
            match integer(&plain).or_else(|| float(&plain).map(Scalar::Float)) {
                Some(scalar @ Scalar::Float(_)) => (Tag::Float, scalar),
                Some(scalar) => (Tag::Int, scalar),
                None => match super::scalar::prefixed_integer(&plain) {
                    Some(scalar) => (Tag::Int, scalar),
                    None => text_itself,
                },
            }
        }
        _ => text_itself,
    }
}
