//! Constants as keys: the known keys of objects, and the parts of document paths.

use crate::rego::syntax::ast::{Name, Term, TermKind};
use crate::rego::syntax::order::compare_numbers;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::sorting::sort_by;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

/// A constant value. The order is OPA's order of values.
#[derive(Debug, Clone)]
pub(crate) enum Constant {
    Null,
    Bool(bool),
    /// The text of a number.
    Number(Name),
    String(Name),
    /// A variable: not a value, but a part of the paths of faulty rules.
    Var(Name),
    Array(Vec<Self>),
    Object(Vec<(Self, Self)>),
    Set(Vec<Self>),
}

impl Constant {
    /// The constant of a term.
    pub(crate) fn of(term: &Term) -> Option<Self> {
        let list = |terms: &[Term]| terms.iter().map(Self::of).collect::<Option<Vec<_>>>();
        Some(match &term.kind {
            TermKind::Null => Self::Null,
            TermKind::Bool(value) => Self::Bool(*value),
            TermKind::Number(text) => Self::Number(text.clone()),
            TermKind::String(text) => Self::String(text.clone()),
            TermKind::Array(terms) => Self::Array(list(terms)?),
            TermKind::Set(terms) => Self::Set(list(terms)?),
            TermKind::Object(fields) => {
                let fields = fields.iter();
                let pairs = fields.map(|(key, value)| Some((Self::of(key)?, Self::of(value)?)));
                Self::Object(pairs.collect::<Option<Vec<_>>>()?)
            }
            _ => return None,
        })
    }

    /// The path part of a term.
    pub(crate) fn of_part(term: &Term) -> Option<Self> {
        match &term.kind {
            TermKind::Var(name) => Some(Self::Var(name.clone())),
            _ => Self::of(term),
        }
    }

    /// The constant in JSON form, as in the keys of object types: sets are arrays, and keys are strings.
    pub(crate) fn into_json(self) -> Self {
        match self {
            Self::Array(items) | Self::Set(items) => {
                Self::Array(items.into_iter().map(Self::into_json).collect())
            }
            Self::Object(fields) => {
                let json = fields.into_iter().map(|(key, value)| {
                    let key = match key.into_json() {
                        Self::String(text) => text,
                        key => key.json_text().into(),
                    };
                    (Self::String(key), value.into_json())
                });
                let mut fields: Vec<_> = json.collect();
                sort_by(&mut fields, |(a, _), (b, _)| a.cmp(b));
                fields.dedup_by(|again, first| {
                    let same = again.0 == first.0;
                    if same {
                        std::mem::swap(&mut again.1, &mut first.1);
                    }
                    same
                });
                Self::Object(fields)
            }
            scalar => scalar,
        }
    }

    /// The text of a key in the text of a type, as Go prints values.
    pub(crate) fn plain_text(&self) -> String {
        match self {
            Self::Null => "<nil>".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) | Self::String(text) | Self::Var(text) => text.to_string(),
            Self::Array(items) | Self::Set(items) => {
                let items: Vec<_> = items.iter().map(Self::plain_text).collect();
                format!("[{}]", items.join(" "))
            }
            Self::Object(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(k, v)| format!("{}:{}", k.plain_text(), v.plain_text()));
                format!("map[{}]", fields.collect::<Vec<_>>().join(" "))
            }
        }
    }

    /// The text in Rego syntax.
    pub(crate) fn rego_text(&self) -> String {
        text::of_term(&self.to_term())
    }

    fn to_term(&self) -> Term {
        let list = |items: &[Self]| items.iter().map(Self::to_term).collect();
        let kind = match self {
            Self::Null => TermKind::Null,
            Self::Bool(value) => TermKind::Bool(*value),
            Self::Number(text) => TermKind::Number(text.clone()),
            Self::String(text) => TermKind::String(text.clone()),
            Self::Var(name) => TermKind::Var(name.clone()),
            Self::Array(items) => TermKind::Array(list(items)),
            Self::Set(items) => TermKind::Set(list(items)),
            Self::Object(fields) => {
                let fields = fields.iter();
                TermKind::Object(fields.map(|(k, v)| (k.to_term(), v.to_term())).collect())
            }
        };
        Term::new(kind, Span::default())
    }

    fn json_text(&self) -> String {
        let list = |items: &[Self]| {
            items
                .iter()
                .map(Self::json_text)
                .collect::<Vec<_>>()
                .join(",")
        };
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) | Self::Var(text) => text.to_string(),
            Self::String(text) => json_string(text),
            Self::Array(items) | Self::Set(items) => format!("[{}]", list(items)),
            Self::Object(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(k, v)| format!("{}:{}", k.json_text(), v.json_text()));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Number(_) => 2,
            Self::String(_) => 3,
            Self::Var(_) => 4,
            Self::Array(_) => 5,
            Self::Object(_) => 6,
            Self::Set(_) => 7,
        }
    }
}

/// A string as Go's JSON encoder writes it.
fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl Ord for Constant {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => compare_numbers(a, b),
            (Self::String(a), Self::String(b)) | (Self::Var(a), Self::Var(b)) => a.cmp(b),
            (Self::Array(a), Self::Array(b)) | (Self::Set(a), Self::Set(b)) => a.cmp(b),
            (Self::Object(a), Self::Object(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }
}

impl Hash for Constant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rank().hash(state);
        match self {
            Self::Null => {}
            Self::Bool(value) => value.hash(state),
            // Equal numbers can have different texts.
            Self::Number(text) => (text.parse::<f64>().unwrap_or(0.0) + 0.0)
                .to_bits()
                .hash(state),
            Self::String(text) | Self::Var(text) => text.hash(state),
            Self::Array(items) | Self::Set(items) => items.hash(state),
            Self::Object(fields) => fields.hash(state),
        }
    }
}

impl PartialOrd for Constant {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Constant {}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Constant {
        Constant::String(text.into())
    }

    fn number(text: &str) -> Constant {
        Constant::Number(text.into())
    }

    #[test]
    fn equal_numbers_are_one_key() {
        assert_eq!(number("1"), number("1.0"));
        assert!(number("9") < number("10") && number("10") < string("1"));
        assert!(Constant::Null < Constant::Bool(false));
        assert!(Constant::Array(vec![]) < Constant::Object(vec![]));
    }

    #[test]
    fn keys_become_json() {
        let set = Constant::Set(vec![number("1"), string("a<")]);
        let key = Constant::Object(vec![(set.clone(), Constant::Null)]);
        assert_eq!(set.clone().into_json().plain_text(), "[1 a<]");
        assert_eq!(key.into_json().plain_text(), "map[[1,\"a\\u003c\"]:<nil>]");
        assert_eq!(set.rego_text(), "{1, \"a<\"}");
    }
}
