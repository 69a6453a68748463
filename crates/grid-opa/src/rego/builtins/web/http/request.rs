//! The request of `http.send`, read from its object with OPA's checks.

use super::super::super::json::marshal;
use super::super::super::time::duration;
use super::super::request_fields;
use super::response::Decode;
use super::url::{Target, failure};
use super::{Fault, headers, tls};
use crate::permissions::{HttpSend, TlsSettings};
use crate::rego::builtins::{Context, Failure, Text};
use crate::rego::value::text::write;
use crate::rego::value::{Object, Value, type_name};
use std::time::Duration;

/// OPA's timeout of a request without one.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How responses are kept between evaluations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CacheMode {
    /// By the headers of the response.
    ByHeaders,
    /// For this many seconds, if there are any.
    For(i32),
}

/// A checked request.
pub(super) struct Request<'v> {
    pub(super) method: String,
    pub(super) target: Target,
    /// The header `Host` of the policy.
    pub(super) host: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) tls: TlsSettings,
    pub(super) timeout: Duration,
    pub(super) follows_redirects: bool,
    pub(super) retries: u32,
    pub(super) decode: Decode,
    pub(super) allowed: &'v HttpSend,
}

/// Fails if the request has unknown fields or lacks a required one.
pub(super) fn check_names(fields: &Object, context: &mut Context<'_>) -> Result<(), Failure> {
    request_fields::check_names(fields, context)
}

/// The key of a request in the caches: the request without the headers that it ignores.
pub(super) fn key_of(fields: &Object) -> Result<Value, Failure> {
    let mut key = fields.clone();
    if let (Some(ignored), Some(given)) = (
        fields.field("cache_ignored_headers"),
        fields.field("headers"),
    ) {
        let wrong = "cache_ignored_headers must be an array of strings";
        let Value::Array(ignored) = ignored else {
            return Err(wrong.into());
        };
        if !ignored.iter().all(|name| matches!(name, Value::String(_))) {
            return Err(wrong.into());
        }
        let Value::Object(given) = given else {
            return Err("invalid type for headers key".into());
        };
        let kept = given.iter().filter(|(name, _)| !ignored.contains(name));
        let kept: Object = kept
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        key.insert("headers".into(), kept.into());
    }
    key.insert("cache_ignored_headers".into(), Value::Null);
    Ok(key.into())
}

/// Whether and how the response is kept between evaluations.
pub(super) fn cache_mode(fields: &Object) -> Result<Option<CacheMode>, Failure> {
    let by_headers = flag(fields, "cache")?;
    // OPA ignores this error: the response is not kept.
    let is_kept = match fields.field("caching_mode") {
        None => true,
        Some(mode) => [Value::from("serialized"), Value::from("deserialized")].contains(mode),
    };
    if !flag(fields, "force_cache")? {
        return Ok((by_headers && is_kept).then_some(CacheMode::ByHeaders));
    }
    let seconds = match fields.field("force_cache_duration_seconds") {
        None => {
            return Err(
                "'force_cache' set but 'force_cache_duration_seconds' parameter is missing".into(),
            );
        }
        Some(Value::Number(number)) => number
            .to_i64()
            .and_then(|number| i32::try_from(number).ok()),
        Some(_) => None,
    };
    let invalid = "force_cache_duration_seconds must be a whole number of seconds in 32 bits";
    seconds
        .map(|seconds| is_kept.then_some(CacheMode::For(seconds)))
        .ok_or_else(|| invalid.into())
}

fn flag(fields: &Object, name: &str) -> Result<bool, Failure> {
    match fields.field(name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(format!("invalid value for \"{name}\" field").into()),
    }
}

// As OPA does, without the quotes around it.
fn text<'v>(fields: &'v Object, name: &str) -> Result<Option<&'v str>, Failure> {
    match fields.field(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim_matches('"'))),
        Some(_) => Err(format!("\"{name}\" must be a string").into()),
    }
}

// A flag as Go's ParseBool reads the text of the value.
fn loose_flag(fields: &Object, name: &str, context: &mut Context<'_>) -> Result<bool, Failure> {
    let Some(value) = fields.field(name) else {
        return Ok(false);
    };
    let mut shown = Text::new(context);
    write(&mut shown, value)?;
    match shown.as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(format!("strconv.ParseBool: parsing {other:?}: invalid syntax").into()),
    }
}

impl<'v> Request<'v> {
    pub(super) fn read(
        fields: &Object,
        allowed: &'v HttpSend,
        context: &mut Context<'_>,
    ) -> Result<Self, Fault> {
        let text = |name: &str| text(fields, name).map(Option::unwrap_or_default);
        let method = text("method")?.to_ascii_uppercase();
        let method = if method.is_empty() {
            "GET".to_owned()
        } else {
            method
        };
        if headers::check(&method, "").is_err() {
            return Err(format!("net/http: invalid method {method:?}").into());
        }
        let target = Target::parse(text("url")?, &method)?;
        let (host, mut given) = read_headers(fields, context)?;
        for (name, value) in given.iter().map(|(name, value)| (name.as_str(), value)) {
            headers::check(name, value)
                .map_err(|text| Fault::Network(failure(&method, &target.text, &text)))?;
        }
        if let Some(authorization) = target.authorization.clone()
            && headers::first(&given, "authorization").is_empty()
        {
            given.push(("Authorization".to_owned(), authorization));
        }
        let body = match (fields.field("raw_body"), fields.field("body")) {
            (Some(_), _) => text("raw_body")?.to_owned(),
            (None, Some(body)) => marshal(body, None, context)?,
            (None, None) => String::new(),
        };
        context.charge(body.len())?;
        let is_insecure = loose_flag(fields, "tls_insecure_skip_verify", context)?;
        if is_insecure && !allowed.insecure_tls {
            return Err(Failure::unsure("tls_insecure_skip_verify is not allowed; the program can allow it with the option allow").into());
        }
        let has_system_authorities = loose_flag(fields, "tls_use_system_certs", context)?;
        let server_name = Some(text("tls_server_name")?).filter(|name| !name.is_empty());
        let tls = TlsSettings {
            server_name: server_name.map(str::to_owned).or_else(|| host.clone()),
            has_system_authorities,
            is_insecure,
            ..tls::read(&text, allowed)?
        };
        Ok(Self {
            method,
            target,
            host,
            headers: given,
            body,
            tls,
            timeout: timeout(fields.field("timeout"), context)?,
            follows_redirects: loose_flag(fields, "enable_redirect", context)?,
            retries: retries(fields.field("max_retry_attempts"))?,
            decode: Decode {
                json: flag(fields, "force_json_decode")?,
                yaml: flag(fields, "force_yaml_decode")?,
            },
            allowed,
        })
    }
}

type Headers = Vec<(String, String)>;

// The header `Host`, and all others with the names that Go gives them.
fn read_headers(
    fields: &Object,
    context: &mut Context<'_>,
) -> Result<(Option<String>, Headers), Failure> {
    let (mut host, mut read) = (None, Headers::new());
    let given = match fields.field("headers") {
        None => return Ok((None, read)),
        Some(Value::Object(given)) => given,
        Some(_) => return Err("invalid type for headers key".into()),
    };
    for (name, value) in given.iter() {
        let (Value::String(name), Value::String(value)) = (name, value) else {
            let kind = type_name(value);
            return Err(format!("invalid type for headers value: {kind}").into());
        };
        context.charge(name.len().saturating_add(value.len()).saturating_mul(2))?;
        match headers::canonical(name).as_str() {
            "Host" if headers::check("Host", value).is_err() => {
                return Err("http: invalid Host header".into());
            }
            "Host" => host = Some(value.to_string()).filter(|host| !host.is_empty()),
            // The client writes the ones that frame the message.
            "Content-Length" | "Transfer-Encoding" | "Connection" | "Trailer" | "Upgrade" => {}
            name => {
                read.retain(|(known, _)| known != name);
                read.push((name.to_owned(), value.to_string()));
            }
        }
    }
    Ok((host, read))
}

fn timeout(value: Option<&Value>, context: &mut Context<'_>) -> Result<Duration, Failure> {
    let nanoseconds = match value {
        None => return Ok(TIMEOUT),
        Some(Value::Number(number)) => match number.to_i64() {
            Some(number) => number,
            None => {
                return Err(format!(
                    "invalid timeout number value {}, must be int64",
                    number.text()
                )
                .into());
            }
        },
        Some(Value::String(text)) => match text.parse() {
            Ok(number) => number,
            Err(_) => duration::go_nanoseconds(text).map_err(|failure| match failure {
                Failure::Builtin(why) => format!("invalid timeout value {text:?}: {why}").into(),
                other => other,
            })?,
        },
        Some(other) => {
            let kind = type_name(other);
            return Err(Failure::Type(format!(
                "operand 1 'timeout' must be one of {{string, number}} but got {kind}"
            )));
        }
    };
    context.in_time()?;
    // As in Go, zero and less are no timeout. The limit of the evaluation remains.
    Ok(match u64::try_from(nanoseconds) {
        Ok(0) | Err(_) => Duration::MAX,
        Ok(nanoseconds) => Duration::from_nanos(nanoseconds),
    })
}

fn retries(value: Option<&Value>) -> Result<u32, Failure> {
    match value {
        None => Ok(0),
        Some(Value::Number(number)) => {
            let count = number
                .to_i64()
                .and_then(|number| u32::try_from(number).ok());
            let wrong = || {
                format!(
                    "invalid value {} for field \"max_retry_attempts\"",
                    number.text()
                )
            };
            count.ok_or_else(|| wrong().into())
        }
        Some(_) => Err("invalid value for field \"max_retry_attempts\"".into()),
    }
}
