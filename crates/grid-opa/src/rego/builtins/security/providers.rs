//! `providers.aws.sign_req`: adds the headers with which AWS authenticates a request.

mod signature;

use super::json::marshal;
use super::operands::{any, object, object_of, wrong, wrong_type};
use super::request_fields::{REQUIRED, check_names, refuse};
use super::uri::parse;
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::{Object, Value};
use signature::{Credentials, Request};
use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) const ALL: &[Builtin] = &[builtin("providers.aws.sign_req", 3, sign_request)];

/// The required fields of a configuration, in order.
const REQUIRED_OF_CONFIG: [&str; 4] = [
    "aws_access_key",
    "aws_region",
    "aws_secret_access_key",
    "aws_service",
];

/// The maximum memory of a header in the maps that hold it, without its texts.
const BYTES_OF_HEADER: usize = 512;

// Errors come in OPA's order. As in OPA, type errors name operand 1 for all operands.
fn sign_request(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let request = object(operands, 1)?;
    let config = object_of(any(operands, 2)?, 1)?;
    let credentials = credentials(config, context)?;
    let time_ns = match any(operands, 3)? {
        Value::Number(number) => number.to_i64(),
        other => return Err(wrong_type(1, other, &["number"])),
    };
    let time_ns =
        time_ns.ok_or_else(|| wrong(3, "could not convert time_ns value into a unix timestamp"))?;
    check_names(request, context)?;
    let headers = headers(request, context)?;
    let (method, url) = (request.field("method"), request.field("url"));
    refuse(
        REQUIRED
            .into_iter()
            .filter(|name| not_text(request, name))
            .map(Value::from),
        (1, "invalid values for required request parameters(s)"),
        context,
    )?;
    let url = text_of(url);
    context.charge(url.len().saturating_mul(8))?;
    let uri = parse(url)?;
    let body = body(request, context)?;
    let is_signed = match config.field("disable_payload_signing") {
        None => true,
        Some(Value::Bool(disabled)) => !disabled,
        Some(_) => {
            return Err(wrong(
                2,
                "invalid value for 'disable_payload_signing' in AWS config",
            ));
        }
    };
    let own = Request {
        method: text_of(method),
        uri,
        headers: &headers,
        body: is_signed.then_some(body.as_bytes()),
    };
    let signed = own.sign(&credentials, time_ns, context)?;
    context.charge_values(request.len().saturating_mul(2))?;
    let mut request = request.clone();
    let pairs = headers
        .into_iter()
        .map(|(name, value)| (Value::from(name), Value::from(value)));
    let mut headers: Object = pairs.collect();
    headers.extend(
        signed
            .into_iter()
            .map(|(name, value)| (Value::from(name), Value::from(value))),
    );
    request.insert("headers".into(), headers.into());
    Ok(Some(request.into()))
}

// A value that is not a string counts as the empty string.
fn text_of(value: Option<&Value>) -> &str {
    match value {
        Some(Value::String(text)) => text,
        _ => "",
    }
}

fn not_text(fields: &Object, name: &str) -> bool {
    fields
        .field(name)
        .is_some_and(|value| !matches!(value, Value::String(_)))
}

fn credentials<'v>(
    config: &'v Object,
    context: &mut Context<'_>,
) -> Result<Credentials<'v>, Failure> {
    let required = REQUIRED_OF_CONFIG.into_iter();
    refuse(
        required
            .clone()
            .filter(|name| config.field(name).is_none())
            .map(Value::from),
        (2, "missing required AWS config parameters(s)"),
        context,
    )?;
    refuse(
        required
            .filter(|name| not_text(config, name))
            .map(Value::from),
        (2, "invalid values for required AWS config parameters(s)"),
        context,
    )?;
    let text = |name| text_of(config.field(name));
    Ok(Credentials {
        access_key: text("aws_access_key"),
        secret_key: text("aws_secret_access_key"),
        session_token: text("aws_session_token"),
        region: text("aws_region"),
        service: text("aws_service"),
    })
}

// The names and values of the headers. All keys that are not strings have the empty name, and the last one of them wins.
fn headers<'v>(
    request: &'v Object,
    context: &mut Context<'_>,
) -> Result<BTreeMap<&'v str, &'v str>, Failure> {
    let fields = match request.field("headers") {
        None => return Ok(BTreeMap::new()),
        Some(Value::Object(fields)) => fields,
        Some(other) => return Err(wrong_type(0, other, &["object"])),
    };
    let mut headers = BTreeMap::new();
    for (name, value) in fields.iter() {
        let (name, value) = (text_of(Some(name)), text_of(Some(value)));
        let length = name.len().saturating_mul(4).saturating_add(value.len());
        context.charge(length.saturating_add(BYTES_OF_HEADER))?;
        headers.insert(name, value);
    }
    Ok(headers)
}

fn body<'v>(request: &'v Object, context: &mut Context<'_>) -> Result<Cow<'v, str>, Failure> {
    match (request.field("raw_body"), request.field("body")) {
        (Some(raw), _) => Ok(text_of(Some(raw)).into()),
        (None, Some(body)) => Ok(marshal(body, None, context)?.into()),
        (None, None) => Ok(Cow::default()),
    }
}
