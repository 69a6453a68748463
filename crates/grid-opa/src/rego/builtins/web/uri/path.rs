//! The encoded path of a URI, as Go's EscapedPath returns it: as written if that is a valid encoding.

use super::super::percent::{Part, escape, is_escaped};
use super::Uri;

impl Uri<'_> {
    pub(in crate::rego::builtins) fn escaped_path(&self) -> String {
        match self.raw_path {
            Some(raw) if is_escaped(raw, Part::Path) => raw.to_owned(),
            _ if self.path == b"*" => "*".to_owned(),
            _ => escape(&self.path, Part::Path),
        }
    }
}
