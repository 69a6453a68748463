//! The extensions of certificates.

use super::constraints::{self, Constraints};
use super::der::{
    BOOLEAN, Der, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Oid, SEQUENCE, constructed, context,
    oid, oid_text,
};
use super::san::{self, AlternativeNames};
use super::{Failure, Wrong};
use std::collections::BTreeSet;

#[derive(Debug)]
pub(super) struct Extension<'d> {
    pub(super) id: Oid,
    pub(super) is_critical: bool,
    pub(super) value: &'d [u8],
}

/// What Go reads from the extensions of a certificate. `None` stands for Go's nil.
#[derive(Debug, Default)]
pub(super) struct Known<'d> {
    pub(super) key_usage: u16,
    pub(super) basic: Option<Basic>,
    pub(super) names: AlternativeNames<'d>,
    pub(super) constraints: Option<Constraints<'d>>,
    pub(super) crl_points: Vec<&'d [u8]>,
    pub(super) authority_key: Option<&'d [u8]>,
    pub(super) subject_key: Option<&'d [u8]>,
    pub(super) require_explicit_policy: Option<i64>,
    pub(super) inhibit_policy_mapping: Option<i64>,
    pub(super) inhibit_any_policy: Option<i64>,
    pub(super) usages: Vec<u8>,
    pub(super) unknown_usages: Vec<Oid>,
    pub(super) policies: Option<Vec<Oid>>,
    pub(super) mappings: Vec<[Oid; 2]>,
    pub(super) ocsp_servers: Vec<&'d [u8]>,
    pub(super) issuer_urls: Vec<&'d [u8]>,
    pub(super) unhandled: Vec<Oid>,
}

#[derive(Debug)]
pub(super) struct Basic {
    pub(super) is_ca: bool,
    /// -1 if there is no limit.
    pub(super) max_path: i64,
}

/// The usages by the numbers that Go gives them.
const USAGES: [&[u32]; 14] = [
    &[2, 5, 29, 37, 0],
    &[1, 3, 6, 1, 5, 5, 7, 3, 1],
    &[1, 3, 6, 1, 5, 5, 7, 3, 2],
    &[1, 3, 6, 1, 5, 5, 7, 3, 3],
    &[1, 3, 6, 1, 5, 5, 7, 3, 4],
    &[1, 3, 6, 1, 5, 5, 7, 3, 5],
    &[1, 3, 6, 1, 5, 5, 7, 3, 6],
    &[1, 3, 6, 1, 5, 5, 7, 3, 7],
    &[1, 3, 6, 1, 5, 5, 7, 3, 8],
    &[1, 3, 6, 1, 5, 5, 7, 3, 9],
    &[1, 3, 6, 1, 4, 1, 311, 10, 3, 3],
    &[2, 16, 840, 1, 113_730, 4, 1],
    &[1, 3, 6, 1, 4, 1, 311, 2, 1, 22],
    &[1, 3, 6, 1, 4, 1, 311, 61, 1, 1],
];

/// Reads one extension.
pub(super) fn extension(mut der: Der<'_>) -> Result<Extension<'_>, Wrong> {
    let id = der.oid().ok_or("x509: malformed extension OID field")?;
    let is_critical = if der.is_next(BOOLEAN) {
        der.boolean()
            .ok_or("x509: malformed extension critical field")?
    } else {
        false
    };
    let value = der
        .read(OCTET_STRING)
        .ok_or("x509: malformed extension value field")?;
    Ok(Extension {
        id,
        is_critical,
        value: value.0,
    })
}

/// Reads the list of extensions. None may stand there twice.
pub(super) fn list(mut der: Der<'_>) -> Result<Vec<Extension<'_>>, Wrong> {
    let mut seen = BTreeSet::new();
    let mut extensions = Vec::new();
    while !der.is_empty() {
        let extension = extension(der.read(SEQUENCE).ok_or("x509: malformed extension")?)?;
        if !seen.insert(extension.id.clone()) {
            let id = oid_text(&extension.id);
            let text = format!("x509: certificate contains duplicate extension with OID \"{id}\"");
            return Err(text.into());
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

/// Reads the contents of those extensions that Go knows.
pub(super) fn known<'d>(extensions: &[Extension<'d>]) -> Result<Known<'d>, Wrong> {
    let mut known = Known::default();
    for extension in extensions {
        let is_handled = match &*extension.id {
            [2, 5, 29, number] => known.standard(*number, extension)?,
            [1, 3, 6, 1, 5, 5, 7, 1, 1] => {
                known.authority_info(extension)?;
                true
            }
            _ => false,
        };
        if extension.is_critical && !is_handled {
            known.unhandled.push(extension.id.clone());
        }
    }
    Ok(known)
}

impl<'d> Known<'d> {
    // Returns whether Go handles all of it.
    fn standard(&mut self, number: u32, extension: &Extension<'d>) -> Result<bool, Wrong> {
        let mut der = Der(extension.value);
        match number {
            14 if extension.is_critical => {
                return Err("x509: subject key identifier incorrectly marked critical".into());
            }
            14 => {
                let id = der.read(OCTET_STRING);
                self.subject_key = Some(id.ok_or("x509: invalid subject key identifier")?.0);
            }
            15 => {
                let (bytes, _) = der.bits().ok_or("x509: invalid key usage")?;
                let bit = |index: usize| {
                    let byte = bytes.get(index / 8).copied().unwrap_or(0);
                    u16::from(byte >> (7 - index % 8) & 1) << index
                };
                self.key_usage = (0..9).map(bit).sum();
            }
            17 => {
                self.names = san::read(der)?;
                return Ok(!self.names.is_empty());
            }
            19 => self.basic = Some(basic(der).ok_or("x509: invalid basic constraints")?),
            30 => {
                let (constraints, is_handled) = constraints::read(extension)?;
                self.constraints = Some(constraints);
                return Ok(is_handled);
            }
            31 => self.crl_points(der)?,
            32 => self.policies = Some(policies(der)?),
            33 => self.mappings = mappings(der)?,
            35 => self.authority_key = authority_key(extension)?,
            36 => self.policy_constraints(der)?,
            37 => self.usages(der)?,
            54 => {
                let number = der.small(INTEGER);
                let wrong = "x509: invalid inhibit any policy extension";
                self.inhibit_any_policy = Some(number.ok_or(wrong)?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn crl_points(&mut self, mut der: Der<'d>) -> Result<(), Wrong> {
        let wrong = "x509: invalid CRL distribution point";
        let points = der.read(SEQUENCE);
        let mut points = points.ok_or("x509: invalid CRL distribution points")?;
        while !points.is_empty() {
            let mut point = points.read(SEQUENCE).ok_or(wrong)?;
            let name = point.optional(constructed(0)).ok_or(wrong)?;
            let Some(mut name) = name else {
                continue;
            };
            let mut names = name.read(constructed(0)).ok_or(wrong)?;
            while names.is_next(context(6)) {
                self.crl_points.push(names.read(context(6)).ok_or(wrong)?.0);
            }
        }
        Ok(())
    }

    fn policy_constraints(&mut self, mut der: Der<'_>) -> Result<(), Wrong> {
        let wrong = "x509: invalid policy constraints extension";
        let mut parts = der.read(SEQUENCE).ok_or(wrong)?;
        if parts.is_next(context(0)) {
            self.require_explicit_policy = Some(parts.small(context(0)).ok_or(wrong)?);
        }
        if parts.is_next(context(1)) {
            self.inhibit_policy_mapping = Some(parts.small(context(1)).ok_or(wrong)?);
        }
        Ok(())
    }

    fn usages(&mut self, mut der: Der<'_>) -> Result<(), Wrong> {
        let wrong = "x509: invalid extended key usages";
        let mut usages = der.read(SEQUENCE).ok_or(wrong)?;
        while !usages.is_empty() {
            let usage = usages.oid().ok_or(wrong)?;
            let number = USAGES.iter().position(|known| **known == *usage);
            match number.and_then(|number| u8::try_from(number).ok()) {
                Some(number) => self.usages.push(number),
                None => self.unknown_usages.push(usage),
            }
        }
        Ok(())
    }

    fn authority_info(&mut self, extension: &Extension<'d>) -> Result<(), Wrong> {
        if extension.is_critical {
            return Err("x509: authority info access incorrectly marked critical".into());
        }
        let wrong = "x509: invalid authority info access";
        let mut all = Der(extension.value).read(SEQUENCE).ok_or(wrong)?;
        while !all.is_empty() {
            let mut access = all.read(SEQUENCE).ok_or(wrong)?;
            let method = access.oid().ok_or(wrong)?;
            if !access.is_next(context(6)) {
                continue;
            }
            let place = access.read(context(6)).ok_or(wrong)?.0;
            match &*method {
                [1, 3, 6, 1, 5, 5, 7, 48, 1] => self.ocsp_servers.push(place),
                [1, 3, 6, 1, 5, 5, 7, 48, 2] => self.issuer_urls.push(place),
                _ => {}
            }
        }
        Ok(())
    }
}

fn basic(mut der: Der<'_>) -> Option<Basic> {
    let mut parts = der.read(SEQUENCE)?;
    let is_ca = match parts.is_next(BOOLEAN) {
        true => parts.boolean()?,
        false => false,
    };
    let max_path = match parts.is_next(INTEGER) {
        true => parts.small(INTEGER).filter(|length| *length >= 0)?,
        false => -1,
    };
    Some(Basic { is_ca, max_path })
}

fn policies(mut der: Der<'_>) -> Result<Vec<Oid>, Wrong> {
    let wrong = "x509: invalid certificate policies";
    let mut all = der.read(SEQUENCE).ok_or(wrong)?;
    let (mut seen, mut policies) = (BTreeSet::new(), Vec::new());
    while !all.is_empty() {
        let mut policy = all.read(SEQUENCE).ok_or(wrong)?;
        let id = policy.read(OBJECT_IDENTIFIER).ok_or(wrong)?.0;
        if !seen.insert(id) {
            return Err(wrong.into());
        }
        policies.push(wide_oid(id)?);
    }
    Ok(policies)
}

fn mappings(mut der: Der<'_>) -> Result<Vec<[Oid; 2]>, Wrong> {
    let wrong = "x509: invalid policy mappings extension";
    let mut all = der.read(SEQUENCE).ok_or(wrong)?;
    let mut mappings = Vec::new();
    while !all.is_empty() {
        let mut mapping = all.read(SEQUENCE).ok_or(wrong)?;
        let mut side = || mapping.read(OBJECT_IDENTIFIER).ok_or(wrong);
        let (issuer, subject) = (side()?.0, side()?.0);
        mappings.push([wide_oid(issuer)?, wide_oid(subject)?]);
    }
    Ok(mappings)
}

// Go takes numbers of any length here.
fn wide_oid(bytes: &[u8]) -> Result<Oid, Wrong> {
    let unsure = || Failure::unsure("this build cannot read the identifier of a policy");
    Ok(oid(bytes).ok_or_else(unsure)?)
}

fn authority_key<'d>(extension: &Extension<'d>) -> Result<Option<&'d [u8]>, Wrong> {
    if extension.is_critical {
        return Err("x509: authority key identifier incorrectly marked critical".into());
    }
    let wrong = "x509: invalid authority key identifier";
    let mut parts = Der(extension.value).read(SEQUENCE).ok_or(wrong)?;
    let id = parts.optional(context(0)).ok_or(wrong)?;
    Ok(id.map(|id| id.0))
}
