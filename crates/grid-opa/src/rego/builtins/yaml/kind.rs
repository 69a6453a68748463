//! The expected types: yaml.v3 decodes into Go types.

/// A Go type to decode into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `interface {}`: any value.
    Any,
    /// `string`
    Text,
    /// `bool`
    Flag,
    /// `[]string`
    Texts,
    /// `[]interface {}`
    List,
    /// `[]map[string]interface {}`
    Maps,
    /// `map[string]interface {}`
    Map,
    Record(&'static Record),
}

/// A Go struct.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) name: &'static str,
    pub(super) fields: &'static [(&'static str, Kind)],
}

impl Kind {
    /// The name of the type in Go.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::Flag => "bool",
            Self::Texts => "[]string",
            Self::List => "[]interface {}",
            Self::Maps => "[]map[string]interface {}",
            Self::Map => "map[string]interface {}",
            Self::Record(record) => record.name,
        }
    }

    /// The type of the items, if the type is a list.
    pub(super) const fn of_items(self) -> Option<Self> {
        match self {
            Self::Any | Self::List => Some(Self::Any),
            Self::Texts => Some(Self::Text),
            Self::Maps => Some(Self::Map),
            Self::Text | Self::Flag | Self::Map | Self::Record(_) => None,
        }
    }

    /// The type of the value of a key; `None` if the key is ignored.
    pub(super) fn of_key(self, key: &str) -> Option<Self> {
        match self {
            Self::Record(record) => {
                let mut fields = record.fields.iter();
                fields.find(|(name, _)| *name == key).map(|(_, kind)| *kind)
            }
            _ => Some(Self::Any),
        }
    }
}
