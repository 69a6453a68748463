//! The fields of the requests of `http.send`, which `providers.aws.sign_req` takes too.

use super::operands::wrong;
use super::{Context, Failure, Text};
use crate::rego::value::text::write;
use crate::rego::value::{Object, Set, Value};

/// The required fields of a request, in order.
pub(in crate::rego::builtins) const REQUIRED: [&str; 2] = ["method", "url"];

/// The optional fields of a request.
const OPTIONAL: [&str; 26] = [
    "body",
    "enable_redirect",
    "force_json_decode",
    "force_yaml_decode",
    "headers",
    "raw_body",
    "tls_use_system_certs",
    "tls_ca_cert",
    "tls_ca_cert_file",
    "tls_ca_cert_env_variable",
    "tls_client_cert",
    "tls_client_cert_file",
    "tls_client_cert_env_variable",
    "tls_client_key",
    "tls_client_key_file",
    "tls_client_key_env_variable",
    "tls_insecure_skip_verify",
    "tls_server_name",
    "timeout",
    "cache",
    "force_cache",
    "force_cache_duration_seconds",
    "raise_error",
    "caching_mode",
    "max_retry_attempts",
    "cache_ignored_headers",
];

/// Fails if a request has unknown fields or lacks a required one.
pub(in crate::rego::builtins) fn check_names(
    request: &Object,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let is_known = |key: &&Value| match key {
        Value::String(name) => REQUIRED.contains(&&**name) || OPTIONAL.contains(&&**name),
        _ => false,
    };
    let unknown = request.keys().filter(|key| !is_known(key));
    refuse(
        unknown.cloned(),
        (1, "invalid request parameters(s)"),
        context,
    )?;
    let missing = REQUIRED
        .into_iter()
        .filter(|name| request.field(name).is_none());
    refuse(
        missing.map(Value::from),
        (1, "missing required request parameters(s)"),
        context,
    )
}

/// Fails if there are wrong fields.
pub(in crate::rego::builtins) fn refuse(
    fields: impl IntoIterator<Item = Value>,
    (operand, what): (usize, &str),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let fields: Set = fields.into_iter().collect();
    if fields.is_empty() {
        return Ok(());
    }
    let mut text = Text::new(context);
    write(&mut text, &fields.into())?;
    Err(wrong(operand, &format!("{what}: {}", text.as_str())))
}
