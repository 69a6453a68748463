//! Public keys in the encoding of X.509.

use super::algorithm::Kind;
use super::material::{self, Material, Point};
use spki::SubjectPublicKeyInfoRef;
use spki::der::asn1::{AnyRef, BitStringRef, ContextSpecific, ObjectIdentifier, UintRef};
use spki::der::{self, Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P224: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.33");
const CURVES: [(ObjectIdentifier, &str); 3] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), "P-256"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "P-384"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "P-521"),
];

/// Reads the key of a SubjectPublicKeyInfo.
pub(super) fn of_info(bytes: &[u8]) -> Result<Material, String> {
    let info = SubjectPublicKeyInfoRef::from_der(bytes).map_err(|error| error.to_string())?;
    material(&info)
}

/// Reads the key of a certificate. As in OPA, the signature and the validity of the certificate are not checked.
pub(super) fn of_certificate(bytes: &[u8]) -> Result<Material, String> {
    let info = info(bytes).map_err(|error| error.to_string())?;
    material(&info)
}

fn info(bytes: &[u8]) -> der::Result<SubjectPublicKeyInfoRef<'_>> {
    let certificate = AnyRef::from_der(bytes)?;
    let mut parts = contents(certificate)?;
    let signed = AnyRef::decode(&mut parts)?;
    expect(AnyRef::decode(&mut parts)?, Tag::Sequence)?;
    BitStringRef::decode(&mut parts)?;
    parts.finish()?;
    let mut parts = contents(signed)?;
    let version = ContextSpecific::<u8>::decode_explicit(&mut parts, TagNumber(0))?;
    if version.is_some_and(|version| version.value > 2) {
        return Err(der::ErrorKind::Value { tag: Tag::Integer }.into());
    }
    // The serial number, the algorithm, the issuer, the validity and the subject.
    expect(AnyRef::decode(&mut parts)?, Tag::Integer)?;
    for _ in 0..4 {
        expect(AnyRef::decode(&mut parts)?, Tag::Sequence)?;
    }
    SubjectPublicKeyInfoRef::decode(&mut parts)
}

fn contents(sequence: AnyRef<'_>) -> der::Result<SliceReader<'_>> {
    expect(sequence, Tag::Sequence)?;
    SliceReader::new(sequence.value())
}

fn expect(value: AnyRef<'_>, tag: Tag) -> der::Result<()> {
    value.tag().assert_eq(tag).map(|_| ())
}

fn material(info: &SubjectPublicKeyInfoRef<'_>) -> Result<Material, String> {
    let key = info
        .subject_public_key
        .as_bytes()
        .ok_or_else(|| "the length of the key is not a multiple of 8 bits".to_owned())?;
    match info.algorithm.oid {
        RSA => {
            let (modulus, exponent) = rsa_numbers(key).map_err(|error| error.to_string())?;
            material::rsa(modulus.as_bytes(), exponent.as_bytes())
        }
        EC => curve(info, key),
        ED25519 => material::edwards(key),
        other => Err(format!("the algorithm {other} of the key is not known")),
    }
}

fn rsa_numbers(key: &[u8]) -> der::Result<(UintRef<'_>, UintRef<'_>)> {
    let mut parts = contents(AnyRef::from_der(key)?)?;
    let numbers = (UintRef::decode(&mut parts)?, UintRef::decode(&mut parts)?);
    parts.finish()?;
    Ok(numbers)
}

fn curve(info: &SubjectPublicKeyInfoRef<'_>, key: &[u8]) -> Result<Material, String> {
    let curve = info
        .algorithm
        .parameters_oid()
        .map_err(|error| error.to_string())?;
    if curve == P224 {
        return Ok(Material::Unsupported(
            Kind::Curve,
            "keys on the curve P-224",
        ));
    }
    let Some((_, curve)) = CURVES.iter().find(|(oid, _)| *oid == curve) else {
        return Err(format!("the curve {curve} is not known"));
    };
    match key.split_first() {
        Some((4, coordinates)) if coordinates.len().is_multiple_of(2) => {
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            let (x, y) = (x.to_vec(), y.to_vec());
            material::point(&Point { curve, x, y })
        }
        _ => Err("the key is not given by both coordinates".to_owned()),
    }
}
