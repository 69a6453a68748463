//! What a reader expects: yaml.v3 reads into the types of Go.

/// A type of Go that is read into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `interface {}`: whatever is there.
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

/// A struct of Go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) name: &'static str,
    pub(super) fields: &'static [(&'static str, Kind)],
}

impl Kind {
    /// As Go writes it.
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

    /// What the items of a list are read into, where it is one.
    pub(super) const fn of_items(self) -> Option<Self> {
        match self {
            Self::Any | Self::List => Some(Self::Any),
            Self::Texts => Some(Self::Text),
            Self::Maps => Some(Self::Map),
            Self::Text | Self::Flag | Self::Map | Self::Record(_) => None,
        }
    }

    /// What the value of a key is read into. `None` where it is passed over.
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
