//! The other names of a subject.

use super::Wrong;
use super::der::{Der, SEQUENCE};
use crate::rego::builtins::uri::{self, Uri};
use crate::rego::value::text::quoted;

#[derive(Default)]
pub(super) struct AlternativeNames<'d> {
    pub(super) dns: Vec<&'d str>,
    pub(super) emails: Vec<&'d str>,
    /// Addresses of 4 or 16 bytes.
    pub(super) addresses: Vec<&'d [u8]>,
    pub(super) uris: Vec<Uri<'d>>,
}

impl std::fmt::Debug for AlternativeNames<'_> {
    fn fmt(&self, output: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        output.debug_list().entries(&self.dns).finish()
    }
}

impl AlternativeNames<'_> {
    pub(super) const fn is_empty(&self) -> bool {
        self.dns.is_empty()
            && self.emails.is_empty()
            && self.addresses.is_empty()
            && self.uris.is_empty()
    }
}

/// The text of ASCII characters.
pub(super) fn ascii(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.is_ascii())
}

pub(super) fn read(mut der: Der<'_>) -> Result<AlternativeNames<'_>, Wrong> {
    let all = der.read(SEQUENCE);
    let mut all = all.ok_or("x509: invalid subject alternative names")?;
    let mut names = AlternativeNames::default();
    while !all.is_empty() {
        let name = all.any().ok_or("x509: invalid subject alternative name")?;
        let text = |what: &str| {
            let malformed = || format!("x509: SAN {what} is malformed");
            ascii(name.contents).ok_or_else(malformed)
        };
        match name.tag ^ 0x80 {
            1 => names.emails.push(text("rfc822Name")?),
            2 => names.dns.push(text("dNSName")?),
            6 => names.uris.push(uri(text("uniformResourceIdentifier")?)?),
            7 if matches!(name.contents.len(), 4 | 16) => names.addresses.push(name.contents),
            7 => {
                let length = name.contents.len();
                let text = format!("x509: cannot parse IP address of length {length}");
                return Err(text.into());
            }
            _ => {}
        }
    }
    Ok(names)
}

fn uri(text: &str) -> Result<Uri<'_>, Wrong> {
    let uri = match uri::parse(text) {
        Ok(uri) => uri,
        Err(crate::rego::builtins::Failure::Builtin(error)) => {
            let text = format!("x509: cannot parse URI {}: {error}", quoted(text));
            return Err(text.into());
        }
        Err(other) => return Err(other.into()),
    };
    if !is_domain(&uri.host, false) {
        let text = format!("x509: cannot parse URI {}: invalid domain", quoted(text));
        return Err(text.into());
    }
    Ok(uri)
}

/// Whether a text can be the name of a domain. The one of a constraint may begin with a point.
pub(super) fn is_domain(name: &[u8], is_constraint: bool) -> bool {
    let name = match name {
        [] => return true,
        [b'.', name @ ..] if is_constraint => name,
        name => name,
    };
    let fits = |byte: &u8| (33..=126).contains(byte);
    name.iter().all(fits)
        && name
            .split(|byte| *byte == b'.')
            .all(|label| !label.is_empty())
}
