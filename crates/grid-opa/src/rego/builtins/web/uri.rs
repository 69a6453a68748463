//! `uri.*`: parses URLs as Go's url.Parse does.

#[cfg(any(feature = "yaml", feature = "crypto", feature = "network"))]
mod path;
#[cfg(any(feature = "yaml", feature = "x509"))]
mod text;

use super::operands::{any, string};
use super::percent::{Part, escape, unescape, utf8};
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::text::quoted;
use crate::rego::value::{Object, Value};
use std::net::Ipv6Addr;

pub(super) const ALL: &[Builtin] = &[
    builtin("uri.is_valid", 1, |operands, _| {
        let valid = match any(operands, 1)? {
            Value::String(text) => !text.is_empty() && parse(text).is_ok(),
            _ => false,
        };
        Ok(Some(valid.into()))
    }),
    builtin("uri.parse", 1, read),
];

fn read(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let text = string(operands, 1)?;
    context.charge(text.len().saturating_mul(4))?;
    let uri = parse(text)?;
    let (hostname, port) = hostname_and_port(&uri.host);
    let path = utf8(uri.path)?;
    let raw_path = uri.raw_path.map_or_else(|| path.clone(), str::to_owned);
    let parts = [
        ("scheme", uri.scheme),
        ("hostname", utf8(hostname.to_vec())?),
        ("port", utf8(port.to_vec())?),
        ("path", path),
        ("raw_path", raw_path),
        ("raw_query", uri.query.to_owned()),
        ("fragment", utf8(uri.fragment)?),
    ];
    let present = parts.into_iter().filter(|(_, part)| !part.is_empty());
    let present = present.map(|(name, part)| (Value::from(name), Value::from(part)));
    Ok(Some(present.collect::<Object>().into()))
}

// Some builds do not read all fields.
#[cfg_attr(not(all(feature = "yaml", feature = "x509")), allow(dead_code))]
#[derive(Default)]
pub(in crate::rego::builtins) struct Uri<'t> {
    pub(in crate::rego::builtins) scheme: String,
    /// The text after the scheme if it does not start with a slash.
    pub(in crate::rego::builtins) opaque: &'t str,
    /// The user, and the password.
    pub(in crate::rego::builtins) user: Option<User>,
    pub(in crate::rego::builtins) host: Vec<u8>,
    /// Whether there is a scheme without `//` after it.
    pub(in crate::rego::builtins) omits_host: bool,
    pub(in crate::rego::builtins) path: Vec<u8>,
    /// The path as written, if encoding the decoded path has another result.
    pub(in crate::rego::builtins) raw_path: Option<&'t str>,
    pub(in crate::rego::builtins) query: &'t str,
    /// Whether there is a question mark without a query after it.
    pub(in crate::rego::builtins) has_empty_query: bool,
    pub(in crate::rego::builtins) fragment: Vec<u8>,
    raw_fragment: &'t str,
}

#[cfg(feature = "x509")]
impl Uri<'_> {
    /// The fragment as written, if encoding the decoded fragment has another result; otherwise empty.
    pub(in crate::rego::builtins) fn raw_fragment_if_other(&self) -> &str {
        let is_other = self.raw_fragment != escape(&self.fragment, Part::Fragment);
        if is_other { self.raw_fragment } else { "" }
    }
}

/// Parses a URL.
pub(in crate::rego::builtins) fn parse(url: &str) -> Result<Uri<'_>, Failure> {
    let (text, fragment) = url.split_once('#').unwrap_or((url, ""));
    let failed = |text: &str, error: String| format!("parse {}: {error}", quoted(text));
    let mut uri = parse_before_fragment(text).map_err(|error| failed(text, error))?;
    uri.fragment = unescape(fragment, Part::Fragment).map_err(|error| failed(url, error))?;
    uri.raw_fragment = fragment;
    Ok(uri)
}

fn parse_before_fragment(text: &str) -> Result<Uri<'_>, String> {
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let mut uri = Uri::default();
    if text == "*" {
        uri.path = b"*".to_vec();
        return Ok(uri);
    }
    let (scheme, rest) = split_scheme(text)?;
    uri.scheme = scheme.to_ascii_lowercase();
    let (mut rest, query) = rest
        .split_once('?')
        .map_or((rest, None), |(rest, query)| (rest, Some(query)));
    uri.query = query.unwrap_or_default();
    uri.has_empty_query = query == Some("");
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            // Such as mailto:a@b.
            uri.opaque = rest;
            return Ok(uri);
        }
        if rest
            .split('/')
            .next()
            .is_some_and(|first| first.contains(':'))
        {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    if let Some(after) = rest.strip_prefix("//")
        && (!scheme.is_empty() || !after.starts_with('/'))
    {
        let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
        (uri.user, uri.host) = parse_authority(&uri.scheme, authority)?;
        rest = path;
    } else {
        uri.omits_host = !scheme.is_empty();
    }
    uri.path = unescape(rest, Part::Path)?;
    uri.raw_path = Some(rest).filter(|raw| *raw != escape(&uri.path, Part::Path));
    Ok(uri)
}

fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    let Some((scheme, rest)) = text.split_once(':') else {
        return Ok(("", text));
    };
    if scheme.is_empty() {
        return Err("missing protocol scheme".to_owned());
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let is_scheme =
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(fits);
    Ok(if is_scheme {
        (scheme, rest)
    } else {
        ("", text)
    })
}

pub(in crate::rego::builtins) type User = (Vec<u8>, Option<Vec<u8>>);

fn parse_authority(scheme: &str, authority: &str) -> Result<(Option<User>, Vec<u8>), String> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    let host = parse_host(scheme, host)?;
    let Some(user) = user else {
        return Ok((None, host));
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    if !user.bytes().all(fits) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let (name, password) = match user.split_once(':') {
        Some((name, password)) => (name, Some(unescape(password, Part::User)?)),
        None => (user, None),
    };
    Ok((Some((unescape(name, Part::User)?, password)), host))
}

fn parse_host(scheme: &str, host: &str) -> Result<Vec<u8>, String> {
    match host.rfind('[') {
        Some(0) => return parse_literal(host.get(1..).unwrap_or_default()),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    // A list of hosts has several colons. Go still accepts them for the schemes of databases.
    let colon = match scheme {
        "http" | "https" => host.find(':'),
        _ => host.rfind(':'),
    };
    check_port(colon.and_then(|at| host.get(at..)).unwrap_or_default())?;
    unescape(host, Part::Host)
}

// Parses an IPv6 address after its opening bracket.
fn parse_literal(after: &str) -> Result<Vec<u8>, String> {
    let (inside, port) = after.rsplit_once(']').ok_or("missing ']' in host")?;
    check_port(port)?;
    let zone = inside.find("%25").unwrap_or(inside.len());
    let (address, zone) = inside.split_at(zone);
    let mut literal = unescape(address, Part::Host)?;
    literal.extend(unescape(zone, Part::Zone)?);
    let mut halves = literal.splitn(2, |byte| *byte == b'%');
    let address = halves
        .next()
        .and_then(|half| std::str::from_utf8(half).ok());
    let known = address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    if !known || halves.next().is_some_and(<[u8]>::is_empty) {
        return Err("invalid IP-literal".to_owned());
    }
    Ok([b"[", literal.as_slice(), b"]", port.as_bytes()].concat())
}

fn check_port(port: &str) -> Result<(), String> {
    if is_port(port.as_bytes()) {
        Ok(())
    } else {
        Err(format!("invalid port {} after host", quoted(port)))
    }
}

fn is_port(port: &[u8]) -> bool {
    match port.split_first() {
        Some((b':', digits)) => digits.iter().all(u8::is_ascii_digit),
        Some(_) => false,
        None => true,
    }
}

pub(in crate::rego::builtins) fn hostname_and_port(host: &[u8]) -> (&[u8], &[u8]) {
    let colon = host.iter().rposition(|byte| *byte == b':');
    let (name, port) = match colon.and_then(|at| host.split_at_checked(at)) {
        Some((name, port)) if is_port(port) => (name, port.get(1..).unwrap_or_default()),
        _ => (host, &[][..]),
    };
    let inside = name
        .strip_prefix(b"[")
        .and_then(|name| name.strip_suffix(b"]"));
    (inside.unwrap_or(name), port)
}
