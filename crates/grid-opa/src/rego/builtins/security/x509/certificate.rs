//! Certificates, read as by Go's crypto/x509.

use super::Wrong;
use super::der::{Der, INTEGER, SEQUENCE, constructed, context};
use super::extensions::{self, Extension, Known};
use super::keys::{self, Key};
use super::names::{self, Name};
use super::signatures::{self, Signature};
use num_bigint::{BigInt, Sign};

#[derive(Debug)]
pub(super) struct Certificate<'d> {
    pub(super) raw: &'d [u8],
    /// The signed part.
    pub(super) signed: &'d [u8],
    pub(super) raw_key: &'d [u8],
    pub(super) raw_subject: &'d [u8],
    pub(super) raw_issuer: &'d [u8],
    pub(super) signature: &'d [u8],
    pub(super) signature_kind: Signature,
    pub(super) key: Key,
    pub(super) version: i64,
    pub(super) serial: BigInt,
    pub(super) issuer: Name,
    pub(super) subject: Name,
    /// In seconds since 1970.
    pub(super) not_before: i64,
    pub(super) not_after: i64,
    pub(super) extensions: Vec<Extension<'d>>,
    pub(super) known: Known<'d>,
}

/// Reads certificates that follow each other.
pub(super) fn list(mut der: &[u8]) -> Result<Vec<Certificate<'_>>, Wrong> {
    let mut certificates = Vec::new();
    while !der.is_empty() {
        let certificate = read(der)?;
        der = der.get(certificate.raw.len()..).unwrap_or(&[]);
        certificates.push(certificate);
    }
    Ok(certificates)
}

/// Reads the first certificate.
pub(super) fn read(der: &[u8]) -> Result<Certificate<'_>, Wrong> {
    let raw = Der(der).element(SEQUENCE);
    let raw = raw.ok_or("x509: malformed certificate")?;
    let mut outer = Der(raw.contents);
    let signed = outer.element(SEQUENCE);
    let signed = signed.ok_or("x509: malformed tbs certificate")?;
    let mut parts = Der(signed.contents);

    let version = match parts.optional(constructed(0)) {
        Some(None) => Some(0),
        // Nothing may follow the number.
        Some(Some(mut version)) => version.small(INTEGER).filter(|_| version.is_empty()),
        None => None,
    };
    let version = version.filter(|version| *version >= 0);
    let version = version.ok_or("x509: malformed version")?.saturating_add(1);
    if version > 3 {
        return Err("x509: invalid version".into());
    }
    let serial = parts.integer(INTEGER);
    let serial = serial.ok_or("x509: malformed serial number")?;
    if serial.sign() == Sign::Minus {
        return Err("x509: negative serial number".into());
    }
    let inner = parts.read(SEQUENCE);
    let inner = inner.ok_or("x509: malformed signature algorithm identifier")?;
    let algorithm = outer.read(SEQUENCE);
    let algorithm = algorithm.ok_or("x509: malformed algorithm identifier")?;
    if algorithm.0 != inner.0 {
        let text = "x509: inner and outer signature algorithm identifiers don't match";
        return Err(text.into());
    }
    let signature_kind = signatures::kind(&keys::algorithm(inner)?)?;
    let raw_issuer = parts
        .element(SEQUENCE)
        .ok_or("x509: malformed issuer")?
        .whole;
    let issuer = names::name(Der(raw_issuer))?;
    let mut validity = parts.read(SEQUENCE).ok_or("x509: malformed validity")?;
    let (not_before, not_after) = (names::time(&mut validity)?, names::time(&mut validity)?);
    let raw_subject = parts
        .element(SEQUENCE)
        .ok_or("x509: malformed issuer")?
        .whole;
    let subject = names::name(Der(raw_subject))?;
    let info = parts.element(SEQUENCE).ok_or("x509: malformed spki")?;
    let key = keys::key(Der(info.contents))?;
    let extensions = if version > 1 {
        self::extensions(&mut parts, version)?
    } else {
        Vec::new()
    };
    let known = extensions::known(&extensions)?;
    let signature = outer.bits().ok_or("x509: malformed signature")?;
    Ok(Certificate {
        raw: raw.whole,
        signed: signed.whole,
        raw_key: info.whole,
        raw_subject,
        raw_issuer,
        signature: keys::whole(signature)?,
        signature_kind,
        key,
        version,
        serial,
        issuer,
        subject,
        not_before,
        not_after,
        extensions,
        known,
    })
}

fn extensions<'d>(parts: &mut Der<'d>, version: i64) -> Result<Vec<Extension<'d>>, Wrong> {
    parts
        .optional(context(1))
        .ok_or("x509: malformed issuerUniqueID")?;
    parts
        .optional(context(2))
        .ok_or("x509: malformed subjectUniqueID")?;
    if version < 3 {
        return Ok(Vec::new());
    }
    let wrong = "x509: malformed extensions";
    match parts.optional(constructed(3)).ok_or(wrong)? {
        Some(mut list) => extensions::list(list.read(SEQUENCE).ok_or(wrong)?),
        None => Ok(Vec::new()),
    }
}
