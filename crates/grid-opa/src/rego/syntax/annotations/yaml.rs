//! Values of YAML texts, in the form of Go's YAML package.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The fields of a mapping.
pub(crate) type Fields = BTreeMap<String, Yaml>;

/// A value of a YAML text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Yaml {
    Null,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
    /// A time, in the form of JSON.
    Time(String),
    List(Vec<Self>),
    /// A mapping whose keys are all texts.
    Map(Fields),
    /// Any other mapping, sorted by its keys.
    MixedMap(Vec<(Self, Self)>),
}

impl Yaml {
    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text that Go's `fmt` prints for `%s`.
    pub(super) fn shown(&self) -> String {
        let mut shown = String::new();
        if *self == Self::Null {
            return "%!s(<nil>)".to_owned();
        }
        self.show(&mut shown);
        shown
    }

    fn show(&self, out: &mut String) {
        let _ = match self {
            Self::Null => write!(out, "<nil>"),
            Self::Bool(flag) => write!(out, "%!s(bool={flag})"),
            Self::Int(number) => write!(out, "%!s(int={number})"),
            Self::Unsigned(number) => write!(out, "%!s(uint64={number})"),
            Self::Float(float) => write!(out, "%!s(float64={float})"),
            Self::Text(text) | Self::Time(text) => write!(out, "{text}"),
            Self::List(items) => {
                out.push('[');
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        out.push(' ');
                    }
                    item.show(out);
                }
                write!(out, "]")
            }
            Self::Map(fields) => {
                out.push_str("map[");
                for (number, (name, value)) in fields.iter().enumerate() {
                    if number > 0 {
                        out.push(' ');
                    }
                    let _ = write!(out, "{name}:");
                    value.show(out);
                }
                write!(out, "]")
            }
            Self::MixedMap(fields) => {
                out.push_str("map[");
                for (number, (key, value)) in fields.iter().enumerate() {
                    if number > 0 {
                        out.push(' ');
                    }
                    key.show(out);
                    out.push(':');
                    value.show(out);
                }
                write!(out, "]")
            }
        };
    }
}

/// Converts mappings to mappings of texts. As in OPA, the contents of a mapping of texts are not converted.
pub(super) fn with_texts(yaml: Yaml, path: &str) -> Result<Yaml, String> {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        _ => format!("{path}/{name}"),
    };
    Ok(match yaml {
        Yaml::MixedMap(fields) => {
            let mut texts = Fields::new();
            if fields.iter().any(|(key, _)| key.as_text().is_none()) {
                return Err(format!("invalid map key type(s): {path}"));
            }
            for (key, value) in fields {
                if let Yaml::Text(name) = key {
                    let value = with_texts(value, &below(&name))?;
                    texts.insert(name, value);
                }
            }
            Yaml::Map(texts)
        }
        Yaml::List(items) => {
            let items = items.into_iter().enumerate();
            let items = items.map(|(number, item)| with_texts(item, &below(&number.to_string())));
            Yaml::List(items.collect::<Result<_, _>>()?)
        }
        other => other,
    })
}
