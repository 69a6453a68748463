//! `crypto.x509.parse_keypair`.

use super::value::Writer;
use super::{BEGIN, pem, private, utf8};
use crate::rego::builtins::encoding::base64::{Alphabet, decode};
use crate::rego::builtins::{Answer, Context, Failure};
use crate::rego::value::Value;

/// A certificate and its private key, as Go's crypto/tls reads them.
pub(super) fn read(certificate: &str, key: &str, context: &mut Context<'_>) -> Answer {
    context.charge(
        certificate
            .len()
            .saturating_add(key.len())
            .saturating_mul(8),
    )?;
    let bytes = |text: &str| match text.starts_with("-----BEGIN ") {
        true => Ok(text.as_bytes().to_vec()),
        false => decode(text, Alphabet::Standard),
    };
    let (certificate, key) = (bytes(certificate)?, bytes(key)?);
    let mut all = Vec::new();
    let mut skipped = Vec::new();
    if certificate.starts_with(b"-----BEGIN ") {
        let text = utf8(certificate)?;
        let mut rest = &*text;
        while let Some((block, after)) = pem::find(rest) {
            match block.of {
                "CERTIFICATE" => all.push(block.bytes),
                of => skipped.push(of.to_owned()),
            }
            rest = after;
        }
    } else {
        all.push(certificate);
    }
    let Some(first) = all.first() else {
        return Err(no_certificate(&skipped).into());
    };
    let key = if key.starts_with(BEGIN.as_bytes()) {
        private_block(&utf8(key)?)?
    } else {
        key
    };
    let leaf = super::certificate::read(first)?;
    if leaf.raw.len() != first.len() {
        return Err("x509: trailing data".into());
    }
    let private = private::any(&key)?;
    if !private.is_of(&leaf.key) {
        return Err("tls: private key does not match public key".into());
    }
    let mut writer = Writer(context);
    let fields = vec![
        (
            "Certificate",
            writer.made(&all, |writer, one| writer.bytes(one))?,
        ),
        ("PrivateKey", private.value(&mut writer)?),
        ("SupportedSignatureAlgorithms", Value::Null),
        ("OCSPStaple", Value::Null),
        ("SignedCertificateTimestamps", Value::Null),
        ("Leaf", writer.certificate(&leaf)?),
    ];
    writer.object(fields).map(Some)
}

fn no_certificate(skipped: &[String]) -> String {
    match skipped {
        [] => "tls: failed to find any PEM data in certificate input".to_owned(),
        [only] if only.ends_with("PRIVATE KEY") => "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched".to_owned(),
        all => format!(
            "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{}]",
            all.join(" ")
        ),
    }
}

fn private_block(text: &str) -> Result<Vec<u8>, Failure> {
    let mut rest = text;
    let mut skipped = Vec::new();
    while let Some((block, after)) = pem::find(rest) {
        if block.of == "PRIVATE KEY" || block.of.ends_with(" PRIVATE KEY") {
            return Ok(block.bytes);
        }
        skipped.push(block.of);
        rest = after;
    }
    Err(match &*skipped {
        [] => "tls: failed to find any PEM data in key input".into(),
        ["CERTIFICATE"] => {
            "tls: found a certificate rather than a key in the PEM for the private key".into()
        }
        all => format!(
            "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [{}]",
            all.join(" ")
        )
        .into(),
    })
}
