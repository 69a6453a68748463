//! Reads permissions from JSON.

use super::{Hosts, HttpSend, Permissions};
use crate::error::Error;
use serde_json::{Map, Value};

pub(super) fn permissions(text: &str) -> Result<Permissions, Error> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Error::argument(format!("allow is a JSON object: {error}")))?;
    let mut allow = Permissions::default();
    for (name, value) in object("allow", value)? {
        match name.as_str() {
            "http_send" => allow.http_send = Some(http_send(object("allow.http_send", value)?)?),
            "lookup_ip_addr" => {
                let mut fields = object("allow.lookup_ip_addr", value)?;
                let hosts = fields.remove("hosts").unwrap_or_default();
                unknown("allow.lookup_ip_addr", fields.keys().next(), "hosts")?;
                allow.lookup_ip_addr = Some(hosts_of("allow.lookup_ip_addr.hosts", hosts)?);
            }
            "runtime" => allow.runtime = object("allow.runtime", value)?,
            _ => unknown(
                "allow",
                Some(&name),
                "http_send, lookup_ip_addr and runtime",
            )?,
        }
    }
    Ok(allow)
}

fn http_send(mut fields: Map<String, Value>) -> Result<HttpSend, Error> {
    let hosts = fields.remove("hosts").unwrap_or_default();
    let mut allowed = HttpSend::to(hosts_of("allow.http_send.hosts", hosts)?);
    for (name, value) in fields {
        let place = format!("allow.http_send.{name}");
        match name.as_str() {
            "max_response_bytes" => allowed.max_response_bytes = bytes(&place, &value, 1)?,
            "cache_bytes" => allowed.cache_bytes = bytes(&place, &value, 0)?,
            "tls_files" => allowed.tls_files = texts(&place, value)?,
            "tls_variables" => allowed.tls_variables = texts(&place, value)?,
            "insecure_tls" => {
                let flag = value.as_bool();
                allowed.insecure_tls = flag.ok_or_else(|| wrong(&place, "true or false"))?;
            }
            _ => unknown(
                "allow.http_send",
                Some(&name),
                "hosts, max_response_bytes, cache_bytes, tls_files, tls_variables and insecure_tls",
            )?,
        }
    }
    Ok(allowed)
}

fn wrong(place: &str, what: &str) -> Error {
    Error::argument(format!("{place} is {what}"))
}

fn unknown(place: &str, name: Option<&String>, known: &str) -> Result<(), Error> {
    name.map_or(Ok(()), |name| {
        Err(Error::argument(format!(
            "{place} has no field {name:?}; it has {known}"
        )))
    })
}

fn object(place: &str, value: Value) -> Result<Map<String, Value>, Error> {
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(wrong(place, "an object")),
    }
}

fn texts(place: &str, value: Value) -> Result<Vec<String>, Error> {
    let wrong = || wrong(place, "an array of texts");
    let Value::Array(items) = value else {
        return Err(wrong());
    };
    let text = |item| match item {
        Value::String(text) => Ok(text),
        _ => Err(wrong()),
    };
    items.into_iter().map(text).collect()
}

fn hosts_of(place: &str, value: Value) -> Result<Hosts, Error> {
    let patterns = texts(place, value)?;
    if patterns.is_empty() {
        return Err(wrong(place, "an array with at least one host"));
    }
    Hosts::new(&patterns)
}

fn bytes(place: &str, value: &Value, least: u64) -> Result<u32, Error> {
    const MOST: u64 = 1 << 30;
    let number = value
        .as_u64()
        .filter(|number| (least..=MOST).contains(number));
    let number = number.and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| {
        wrong(
            place,
            &format!("a whole number of bytes from {least} to {MOST}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named() {
        for (text, place) in [
            ("[]", "allow is an object"),
            ("{", "allow is a JSON object"),
            (r#"{"x":1}"#, "allow has no field \"x\""),
            (r#"{"http_send":true}"#, "allow.http_send is an object"),
            (
                r#"{"http_send":{}}"#,
                "allow.http_send.hosts is an array of texts",
            ),
            (r#"{"http_send":{"hosts":[]}}"#, "at least one host"),
            (r#"{"http_send":{"hosts":["http://a"]}}"#, "not a host"),
            (
                r#"{"http_send":{"hosts":["a"],"y":1}}"#,
                "allow.http_send has no field \"y\"",
            ),
            (
                r#"{"http_send":{"hosts":["a"],"max_response_bytes":0}}"#,
                "from 1 to",
            ),
            (
                r#"{"http_send":{"hosts":["a"],"cache_bytes":-1}}"#,
                "from 0 to",
            ),
            (
                r#"{"http_send":{"hosts":["a"],"insecure_tls":1}}"#,
                "true or false",
            ),
            (
                r#"{"http_send":{"hosts":["a"],"tls_files":"a"}}"#,
                "an array of texts",
            ),
            (
                r#"{"lookup_ip_addr":{"hosts":["a"],"z":1}}"#,
                "no field \"z\"",
            ),
            (r#"{"runtime":[]}"#, "allow.runtime is an object"),
        ] {
            let found = permissions(text).map_err(|error| error.to_string());
            assert!(
                found.as_ref().is_err_and(|error| error.contains(place)),
                "{text}: {found:?}"
            );
        }
    }
}
