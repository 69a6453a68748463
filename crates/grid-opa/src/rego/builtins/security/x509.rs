//! `crypto.x509.*` and `crypto.parse_private_keys`: reads certificates as Go's crypto/x509 does, and returns the JSON of its structs.
//!
//! What Go reads by rules that are not those here, and constraints of names and policies, end the evaluation.

mod certificate;
mod chain;
mod constraints;
mod der;
mod extensions;
mod hosts;
mod keys;
mod names;
mod options;
mod pair;
mod pem;
mod private;
mod request;
mod san;
mod signatures;
mod value;
mod written;

use super::operands::{object, string};
use super::{Answer, Builtin, Context, Failure, builtin, impure};
use crate::rego::builtins::encoding::base64::{Alphabet, decode};
use crate::rego::value::Value;
use certificate::Certificate;
use options::Options;
use std::borrow::Cow;
use value::Writer;

/// Why something cannot be read.
#[derive(Debug)]
enum Wrong {
    /// It is an error in Go, with this text.
    Error(String),
    Other(Failure),
}

impl From<&str> for Wrong {
    fn from(text: &str) -> Self {
        Self::Error(text.to_owned())
    }
}

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Self::Error(text)
    }
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Builtin(text) => Self::Error(text),
            other => Self::Other(other),
        }
    }
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Error(text) => Self::Builtin(text),
            Wrong::Other(failure) => failure,
        }
    }
}

pub(super) const ALL: &[Builtin] = &[
    builtin("crypto.parse_private_keys", 1, |operands, context| {
        let text = string(operands, 1)?;
        if text.is_empty() {
            return Ok(Some(Value::Null));
        }
        context.charge(text.len().saturating_mul(2))?;
        let keys = private::list(text)?;
        let mut writer = Writer(context);
        writer
            .made(&keys, |writer, key| key.value(writer))
            .map(Some)
    }),
    // They read the clock.
    impure(
        "crypto.x509.parse_and_verify_certificates",
        1,
        |operands, context| {
            verify(
                string(operands, 1)?,
                &|| Ok(Options::default()),
                |writer, one| writer.extended(one),
                context,
            )
        },
    ),
    impure(
        "crypto.x509.parse_and_verify_certificates_with_options",
        2,
        |operands, context| {
            let (text, fields) = (string(operands, 1)?, object(operands, 2)?);
            verify(
                text,
                &|| options::read(fields),
                |writer, one| writer.certificate(one),
                context,
            )
        },
    ),
    builtin(
        "crypto.x509.parse_certificate_request",
        1,
        |operands, context| {
            let text = string(operands, 1)?;
            context.charge(text.len().saturating_mul(2))?;
            let bytes = match text.starts_with("-----BEGIN CERTIFICATE REQUEST-----") {
                true => Cow::Borrowed(text.as_bytes()),
                false => Cow::Owned(decode(text, Alphabet::Standard)?),
            };
            let block = match std::str::from_utf8(&bytes) {
                Ok(text) => pem::find(text),
                Err(_) if pem::can_be(&bytes) => {
                    return Err(Failure::unsure("a text in base64 is not UTF-8"));
                }
                Err(_) => None,
            };
            let bytes = match block {
                Some((block, _)) if block.of == "CERTIFICATE REQUEST" => Cow::Owned(block.bytes),
                Some(_) => return Err("invalid PEM-encoded certificate signing request".into()),
                None => bytes.clone(),
            };
            Ok(Some(request::read(&bytes, &mut Writer(context))?))
        },
    ),
    builtin("crypto.x509.parse_certificates", 1, |operands, context| {
        let bytes = der(string(operands, 1)?, context)?;
        let certificates = certificate::list(&bytes)?;
        let mut writer = Writer(context);
        writer.made(&certificates, Writer::extended).map(Some)
    }),
    builtin("crypto.x509.parse_keypair", 2, |operands, context| {
        // OPA's error for the second operand names the first one.
        let key = super::operands::string_of(super::operands::any(operands, 2)?, 1);
        pair::read(string(operands, 1)?, key?, context)
    }),
    builtin(
        "crypto.x509.parse_rsa_private_key",
        1,
        |operands, context| {
            let text = string(operands, 1)?;
            if text.is_empty() {
                return Err("input PEM data was empty".into());
            }
            context.charge(text.len().saturating_mul(2))?;
            let decoded = match text.starts_with(BEGIN) {
                true => Cow::Borrowed(text),
                false => Cow::Owned(utf8(decode(text, Alphabet::Standard)?)?),
            };
            let keys = private::list(&decoded)?;
            match keys.first() {
                Some(key) => key.jwk(&mut Writer(context)).map(Some),
                None => Ok(Some(Value::Null)),
            }
        },
    ),
];

const BEGIN: &str = "-----BEGIN";

fn utf8(bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| Failure::unsure("a text in base64 is not UTF-8"))
}

// The certificates of a text, one after the other.
fn der(text: &str, context: &mut Context<'_>) -> Result<Vec<u8>, Failure> {
    // The text in PEM, its bytes, and what is read of them.
    context.charge(text.len().saturating_mul(8))?;
    if text.starts_with(BEGIN) {
        return of_pem(text);
    }
    let bytes = decode(text, Alphabet::Standard)?;
    if bytes.starts_with(BEGIN.as_bytes()) {
        return of_pem(&utf8(bytes)?);
    }
    Ok(bytes)
}

fn of_pem(text: &str) -> Result<Vec<u8>, Failure> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some((block, after)) = pem::find(rest) {
        if block.of != "CERTIFICATE" {
            let of = block.of;
            return Err(format!("PEM block type is '{of}', expected CERTIFICATE").into());
        }
        bytes.extend(block.bytes);
        rest = after;
    }
    Ok(bytes)
}

fn verify(
    text: &str,
    options: &dyn Fn() -> Result<Options, Failure>,
    write: fn(&mut Writer<'_, '_>, &Certificate<'_>) -> Result<Value, Failure>,
    context: &mut Context<'_>,
) -> Answer {
    let none = || Ok(Some(vec![false.into(), Vec::new().into()].into()));
    let bytes = match der(text, context) {
        Err(Failure::Builtin(_)) => return none(),
        other => other?,
    };
    let certificates = match certificate::list(&bytes).map_err(Failure::from) {
        Err(Failure::Builtin(_)) => return none(),
        other => other?,
    };
    let options = options()?;
    let now = options.now.unwrap_or_else(|| context.now_ns());
    let Some(chain) = chain::verified(&certificates, &options, now, context)? else {
        return none();
    };
    let mut writer = Writer(context);
    let chain = writer.made(&chain, |writer, one| write(writer, one))?;
    Ok(Some(vec![true.into(), chain].into()))
}
