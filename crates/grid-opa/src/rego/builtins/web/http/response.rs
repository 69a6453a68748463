//! The value of a response.

use super::super::super::json::unmarshal;
use super::headers;
use crate::permissions::HttpResponse;
use crate::rego::builtins::{Context, Failure};
use crate::rego::value::{Object, Value};
use std::collections::BTreeMap;

/// Whether the policy wants a body decoded regardless of its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decode {
    pub(super) json: bool,
    pub(super) yaml: bool,
}

/// Whether responses of this status are cached (RFC 7231, 6.1).
pub(super) const fn is_cacheable(status: u16) -> bool {
    matches!(
        status,
        200 | 203 | 204 | 206 | 300 | 301 | 404 | 405 | 410 | 414 | 501
    )
}

/// The object that policies see.
pub(super) fn value_of(
    response: &HttpResponse,
    decode: Decode,
    context: &mut Context<'_>,
) -> Result<Value, Failure> {
    let kind = headers::first(&response.headers, "content-type");
    let body = if decode.json || is_json(kind) {
        unless_wrong(unmarshal(&response.body, context))?
    } else if decode.yaml
        || kind.contains("application/yaml")
        || kind.contains("application/x-yaml")
    {
        // OPA refuses YAML with bytes that are not UTF-8, and the client has replaced them.
        if response.body.contains('\u{fffd}') {
            return Err(Failure::unsure(
                "the response is YAML, and has bytes that are not UTF-8",
            ));
        }
        unless_wrong(yaml(&response.body, context))?
    } else {
        Value::Null
    };
    let mut by_name: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    context.charge_values(response.headers.len().saturating_mul(4))?;
    for (name, value) in &response.headers {
        // Go's client removes it.
        if !name.eq_ignore_ascii_case("transfer-encoding") {
            by_name
                .entry(name.to_ascii_lowercase())
                .or_default()
                .push(Value::from(value.as_str()));
        }
    }
    let headers: Object = by_name
        .into_iter()
        .map(|(name, values)| (Value::from(name), Value::from(values)))
        .collect();
    let status = format!("{} {}", response.status, response.reason);
    context.charge(response.body.len())?;
    let fields: Object = [
        (Value::from("body"), body),
        (Value::from("headers"), headers.into()),
        (Value::from("raw_body"), Value::from(response.body.as_str())),
        (Value::from("status"), Value::from(status.trim_end())),
        (
            Value::from("status_code"),
            Value::from(u32::from(response.status)),
        ),
    ]
    .into_iter()
    .collect();
    Ok(fields.into())
}

// As in OPA, a body that cannot be decoded is null.
fn unless_wrong(decoded: Result<Value, Failure>) -> Result<Value, Failure> {
    match decoded {
        Err(Failure::Builtin(_) | Failure::Type(_)) => Ok(Value::Null),
        other => other,
    }
}

fn yaml(text: &str, context: &mut Context<'_>) -> Result<Value, Failure> {
    #[cfg(feature = "yaml")]
    {
        super::super::super::yaml::read(text, context)
    }
    #[cfg(not(feature = "yaml"))]
    {
        let _ = (text, context);
        Err(Failure::unsure(
            "the response is YAML, which this build does not read; use a build with the feature yaml",
        ))
    }
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.split_once('/') {
        Some(("application", sub)) => sub == "json" || sub.ends_with("+json"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_known_by_its_media_type() {
        for (kind, found) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/JSON", true),
            ("application/problem+json", true),
            ("text/json", false),
            ("application/jsonx", false),
            ("", false),
        ] {
            assert_eq!(is_json(kind), found, "{kind}");
        }
    }
}
