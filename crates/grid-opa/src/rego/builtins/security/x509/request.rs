//! Requests for certificates. Go reads them by its package encoding/asn1, which takes more than this reader.

use super::der::{Der, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Oid, SEQUENCE, SET, constructed};
use super::extensions::{self, Extension};
use super::san::{self, AlternativeNames};
use super::value::Writer;
use super::{Failure, Wrong, keys, names, signatures};
use crate::rego::value::Value;
use std::collections::BTreeSet;

/// The extensions that are asked for.
const EXTENSIONS: [u32; 7] = [1, 2, 840, 113_549, 1, 9, 14];

/// The value of a request.
pub(super) fn read(bytes: &[u8], writer: &mut Writer<'_, '_>) -> Result<Value, Wrong> {
    let mut outer = Der(bytes);
    if bytes.is_empty() {
        return Err("asn1: syntax error: sequence truncated".into());
    }
    if !outer.is_next(SEQUENCE) {
        return Err("asn1: structure error: tags don't match".into());
    }
    let Some(whole) = outer.any() else {
        return Err("asn1: syntax error: data truncated".into());
    };
    if !outer.is_empty() {
        return Err("asn1: syntax error: trailing data".into());
    }
    match parts(whole.whole, whole.contents, writer) {
        // Go might read it, or have an error.
        Err(Wrong::Error(error)) => {
            let text = format!("this build cannot read a certificate request: {error}");
            Err(Failure::unsure(text).into())
        }
        other => other,
    }
}

fn parts(whole: &[u8], contents: &[u8], writer: &mut Writer<'_, '_>) -> Result<Value, Wrong> {
    let missing = "a part is missing";
    let mut outer = Der(contents);
    let signed = outer.element(SEQUENCE).ok_or(missing)?;
    let algorithm = keys::algorithm(outer.read(SEQUENCE).ok_or(missing)?)?;
    let signature = keys::whole(outer.bits().ok_or(missing)?)?;
    let mut inner = Der(signed.contents);
    let version = inner.small(INTEGER).ok_or(missing)?;
    let raw_subject = inner.element(SEQUENCE).ok_or(missing)?.whole;
    let info = inner.element(SEQUENCE).ok_or(missing)?;
    let attributes = inner.read(constructed(0)).ok_or(missing)?;
    let key = keys::key(Der(info.contents))?;
    let subject = names::name(Der(raw_subject))?;
    if subject.iter().any(|(_, text)| !text.is_ascii()) && !is_utf8_only(raw_subject) {
        return Err("a name has a string of another type".into());
    }
    let extensions = requested(attributes)?;
    let mut alternative = AlternativeNames::default();
    for extension in extensions.iter().filter(|one| *one.id == [2, 5, 29, 17]) {
        alternative = san::read(Der(extension.value))?;
    }
    let mut fields = vec![
        ("Raw", writer.bytes(whole)?),
        ("RawTBSCertificateRequest", writer.bytes(signed.whole)?),
        ("RawSubjectPublicKeyInfo", writer.bytes(info.whole)?),
        ("RawSubject", writer.bytes(raw_subject)?),
        ("Version", version.into()),
        ("Signature", writer.bytes(signature)?),
        (
            "SignatureAlgorithm",
            u32::from(signatures::kind(&algorithm)?.number).into(),
        ),
        ("PublicKeyAlgorithm", (key.kind() as u32).into()),
        ("PublicKey", writer.key(&key)?),
        ("Subject", writer.name(&subject)?),
        ("Attributes", attributes_value(attributes, writer)?),
        ("Extensions", writer.list(&extensions, Writer::extension)?),
        ("ExtraExtensions", Value::Null),
    ];
    fields.extend(writer.alternative_names(&alternative)?);
    Ok(writer.object(fields)?)
}

// Whether no string of a name is of a type whose characters Go's two packages read differently.
fn is_utf8_only(raw: &[u8]) -> bool {
    std::str::from_utf8(raw).is_ok() || !raw.iter().any(|byte| matches!(byte, 20 | 30))
}

// The contents of an attribute: its identifier and its values.
fn attribute(mut der: Der<'_>) -> Option<(Oid, Der<'_>)> {
    let id = der.oid()?;
    Some((id, der.read(SET)?))
}

fn requested(mut attributes: Der<'_>) -> Result<Vec<Extension<'_>>, Wrong> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    while !attributes.is_empty() {
        let one = attributes.read(SEQUENCE).and_then(attribute);
        let (id, mut values) = one.ok_or("an attribute is not valid")?;
        if id != EXTENSIONS || values.is_empty() {
            continue;
        }
        let list = values
            .read(SEQUENCE)
            .ok_or("the extensions are not valid")?;
        for extension in extensions::list(list)? {
            if !seen.insert(extension.id.clone()) {
                return Err("an extension is there twice".into());
            }
            all.push(extension);
        }
    }
    Ok(all)
}

// Those attributes whose values are lists of pairs.
fn attributes_value(mut all: Der<'_>, writer: &mut Writer<'_, '_>) -> Result<Value, Wrong> {
    let mut values = Vec::new();
    while !all.is_empty() {
        let one = all.read(SEQUENCE).and_then(attribute);
        let (id, mut lists) = one.ok_or("an attribute is not valid")?;
        let mut value = Vec::new();
        let mut is_list = true;
        while !lists.is_empty() {
            let list = lists.any().ok_or("an attribute is not valid")?;
            is_list = is_list && list.tag == SEQUENCE;
            if is_list {
                value.push(pairs(Der(list.contents), writer)?);
            }
        }
        if is_list {
            let fields = vec![("Type", writer.oid(&id)?), ("Value", value.into())];
            values.push(writer.object(fields)?);
        }
    }
    Ok(match values.is_empty() {
        true => Value::Null,
        false => values.into(),
    })
}

fn pairs(mut der: Der<'_>, writer: &mut Writer<'_, '_>) -> Result<Value, Wrong> {
    let mut pairs = Vec::new();
    while !der.is_empty() {
        let wrong = "the value of an attribute is not valid";
        let mut pair = der.read(SEQUENCE).ok_or(wrong)?;
        let id = pair.oid().ok_or(wrong)?;
        let value = pair.any().ok_or(wrong)?;
        let value = match value.tag {
            // Go does not read the booleans of extensions here.
            super::der::BOOLEAN => Value::Null,
            OCTET_STRING => writer.bytes(value.contents)?,
            INTEGER | OBJECT_IDENTIFIER => return Err(wrong.into()),
            tag => names::text(tag, value.contents)?.into(),
        };
        let fields = vec![("Type", writer.oid(&id)?), ("Value", value)];
        pairs.push(writer.object(fields)?);
    }
    Ok(pairs.into())
}
