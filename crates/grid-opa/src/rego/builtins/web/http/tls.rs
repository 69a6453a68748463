//! The certificates and keys of a request, which may come from files and environment variables that the host allows.

use crate::permissions::{HttpSend, TlsSettings};
use crate::rego::builtins::Failure;
use std::fs::File;
use std::io::Read;

/// Maximum length of a certificate or key, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Reads the authorities and the identity. `text` returns a field of the request; empty without one.
pub(super) fn read<'v>(
    text: &dyn Fn(&str) -> Result<&'v str, Failure>,
    allowed: &HttpSend,
) -> Result<TlsSettings, Failure> {
    let mut tls = TlsSettings::default();
    let (certificate, key) = (text("tls_client_cert")?, text("tls_client_key")?);
    if !certificate.is_empty() && !key.is_empty() {
        tls.identity = Some((certificate.to_owned(), key.to_owned()));
    }
    let (certificate, key) = (text("tls_client_cert_file")?, text("tls_client_key_file")?);
    if !certificate.is_empty() && !key.is_empty() {
        tls.identity = Some((file(certificate, allowed)?, file(key, allowed)?));
    }
    let (certificate, key) = (
        text("tls_client_cert_env_variable")?,
        text("tls_client_key_env_variable")?,
    );
    if !certificate.is_empty() && !key.is_empty() {
        tls.identity = Some((variable(certificate, allowed)?, variable(key, allowed)?));
    }
    if let Some((certificate, key)) = &tls.identity {
        for (pem, what) in [(certificate, "certificate"), (key, "key")] {
            if !pem.contains("-----BEGIN ") {
                return Err(format!("tls: failed to find any PEM data in {what} input").into());
            }
        }
    }
    let authority = text("tls_ca_cert")?;
    if !authority.is_empty() {
        tls.authorities.push(authority.replace("\\n", "\n"));
    }
    let name = text("tls_ca_cert_file")?;
    if !name.is_empty() {
        tls.authorities.push(file(name, allowed)?);
    }
    let name = text("tls_ca_cert_env_variable")?;
    if !name.is_empty() {
        tls.authorities.push(variable(name, allowed)?);
    }
    let is_certificate = |pem: &String| pem.contains("-----BEGIN CERTIFICATE-----");
    if tls.authorities.iter().all(is_certificate) {
        Ok(tls)
    } else {
        Err("could not append certificates".into())
    }
}

fn file(name: &str, allowed: &HttpSend) -> Result<String, Failure> {
    if !allowed.tls_files.iter().any(|known| known == name) {
        return Err(Failure::unsure(format!(
            "the file {name:?} is not allowed; the program can allow it with the option allow"
        )));
    }
    let failed = |error: std::io::Error| Failure::from(format!("open {name}: {error}"));
    let mut text = String::new();
    let file = File::open(name).map_err(failed)?;
    file.take(MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(failed)?;
    Ok(text)
}

fn variable(name: &str, allowed: &HttpSend) -> Result<String, Failure> {
    if !allowed.tls_variables.iter().any(|known| known == name) {
        return Err(Failure::unsure(format!(
            "the environment variable {name:?} is not allowed; the program can allow it with the option allow"
        )));
    }
    std::env::var(name).map_err(|error| format!("the environment variable {name}: {error}").into())
}
