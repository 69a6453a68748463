//! Constraints for the names in the certificates of a certificate authority.

use super::der::{Der, SEQUENCE, constructed, context};
use super::extensions::Extension;
use super::san::{ascii, is_domain};
use super::{Failure, Wrong};
use crate::rego::value::text::quoted;
use std::net::IpAddr;

#[derive(Debug, Default)]
pub(super) struct Constraints<'d> {
    pub(super) is_critical: bool,
    pub(super) permitted: Subtrees<'d>,
    pub(super) excluded: Subtrees<'d>,
}

#[derive(Debug, Default)]
pub(super) struct Subtrees<'d> {
    pub(super) dns: Vec<&'d str>,
    /// Addresses and masks of 4 or 16 bytes each.
    pub(super) ranges: Vec<(&'d [u8], &'d [u8])>,
    pub(super) emails: Vec<&'d str>,
    pub(super) uris: Vec<&'d str>,
    has_others: bool,
}

/// Returns also whether all constraints are of a known kind.
pub(super) fn read<'d>(extension: &Extension<'d>) -> Result<(Constraints<'d>, bool), Wrong> {
    let (permitted, excluded) =
        trees(extension.value).ok_or("x509: invalid NameConstraints extension")?;
    if [permitted, excluded].iter().flatten().all(Der::is_empty) {
        return Err("x509: empty name constraints extension".into());
    }
    let constraints = Constraints {
        is_critical: extension.is_critical,
        permitted: subtrees(permitted)?,
        excluded: subtrees(excluded)?,
    };
    let has_others = constraints.permitted.has_others || constraints.excluded.has_others;
    Ok((constraints, !has_others))
}

type Trees<'d> = (Option<Der<'d>>, Option<Der<'d>>);

fn trees(value: &[u8]) -> Option<Trees<'_>> {
    let mut outer = Der(value);
    let mut parts = outer.read(SEQUENCE).filter(|_| outer.is_empty())?;
    let trees = (
        parts.optional(constructed(0))?,
        parts.optional(constructed(1))?,
    );
    parts.is_empty().then_some(trees)
}

fn subtrees(der: Option<Der<'_>>) -> Result<Subtrees<'_>, Wrong> {
    let mut trees = Subtrees::default();
    let mut der = der.unwrap_or(Der(&[]));
    while !der.is_empty() {
        let invalid = "x509: invalid NameConstraints extension";
        let base = der.read(SEQUENCE).and_then(|mut tree| tree.any());
        let base = base.ok_or(invalid)?;
        let text = || {
            let wrong = "x509: invalid constraint value: invalid IA5String";
            ascii(base.contents).ok_or_else(|| Failure::unsure(wrong))
        };
        let failed = |what: &str, text: &str| -> Wrong {
            format!("x509: failed to parse {what} constraint {}", quoted(text)).into()
        };
        match base.tag {
            tag if tag == context(1) => {
                let mail = text()?;
                if mail.contains('@') {
                    let text = "this build cannot check a constraint of a mailbox";
                    return Err(Failure::unsure(text).into());
                }
                if !is_domain(mail.as_bytes(), true) {
                    return Err(failed("rfc822Name", mail));
                }
                trees.emails.push(mail);
            }
            tag if tag == context(2) => {
                let domain = text()?;
                if !is_domain(domain.as_bytes(), true) {
                    return Err(failed("dnsName", domain));
                }
                trees.dns.push(domain);
            }
            tag if tag == context(6) => {
                let domain = text()?;
                if domain.parse::<IpAddr>().is_ok() || !is_domain(domain.as_bytes(), true) {
                    return Err(failed("URI", domain));
                }
                trees.uris.push(domain);
            }
            tag if tag == context(7) => trees.ranges.push(range(base.contents)?),
            _ => trees.has_others = true,
        }
    }
    Ok(trees)
}

fn range(bytes: &[u8]) -> Result<(&[u8], &[u8]), Wrong> {
    if !matches!(bytes.len(), 8 | 32) {
        let length = bytes.len();
        let text = format!("x509: IP constraint contained value of length {length}");
        return Err(text.into());
    }
    let (address, mask) = bytes.split_at(bytes.len() / 2);
    let ones: u32 = mask.iter().map(|byte| byte.leading_ones()).sum();
    let all: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    let mut after = mask.iter().skip_while(|byte| **byte == 0xff).skip(1);
    if ones != all || after.any(|byte| *byte != 0) {
        return Err("x509: IP constraint contained invalid mask"
            .to_owned()
            .into());
    }
    Ok((address, mask))
}
