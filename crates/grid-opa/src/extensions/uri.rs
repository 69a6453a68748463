//! The builtins `uri.*`: what Go's url.Parse reads from a text.

use super::percent::{Part, escape, unescape, utf8};
use super::{Extension, argument, builtin, guarded, text};
use regorus::Value;
use std::collections::BTreeMap;
use std::net::Ipv6Addr;

pub(super) const ALL: [Extension; 2] = [
    builtin("uri.is_valid", 1, |arguments| {
        Ok(match argument(arguments, 1)? {
            Value::String(text) => !text.is_empty() && parse(text).is_ok(),
            _ => false,
        }
        .into())
    }),
    guarded("uri.parse", 1, |arguments| {
        // The text is not repeated in an error: it may hold a password.
        let uri = parse(text(arguments, 1)?)?;
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
        let there = parts.into_iter().filter(|(_, part)| !part.is_empty());
        Ok(there
            .map(|(name, part)| (Value::from(name), Value::from(part)))
            .collect::<BTreeMap<_, _>>()
            .into())
    }),
];

#[derive(Default)]
struct Uri<'t> {
    scheme: String,
    host: Vec<u8>,
    path: Vec<u8>,
    /// The path as written, where that is not how it would be written from its decoded form.
    raw_path: Option<&'t str>,
    query: &'t str,
    fragment: Vec<u8>,
}

fn parse(text: &str) -> Result<Uri<'_>, String> {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let mut uri = parse_before_fragment(text)?;
    uri.fragment = unescape(fragment, Part::Fragment)?;
    Ok(uri)
}

fn parse_before_fragment(text: &str) -> Result<Uri<'_>, String> {
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("invalid control character in URL".to_owned());
    }
    let mut uri = Uri::default();
    if text == "*" {
        uri.path = b"*".to_vec();
        return Ok(uri);
    }
    let (scheme, rest) = split_scheme(text)?;
    uri.scheme = scheme.to_ascii_lowercase();
    let (mut rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    uri.query = query;
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            // Opaque, such as mailto:a@b.
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
        uri.host = parse_authority(&uri.scheme, authority)?;
        rest = path;
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
    let is_one =
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(fits);
    Ok(if is_one { (scheme, rest) } else { ("", text) })
}

fn parse_authority(scheme: &str, authority: &str) -> Result<Vec<u8>, String> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    let host = parse_host(scheme, host)?;
    if let Some(user) = user {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
        if !user.bytes().all(fits) {
            return Err("invalid userinfo".to_owned());
        }
        unescape(user, Part::User)?;
    }
    Ok(host)
}

fn parse_host(scheme: &str, host: &str) -> Result<Vec<u8>, String> {
    match host.rfind('[') {
        Some(0) => return parse_literal(host.get(1..).unwrap_or_default()),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    // More than one colon: lists of hosts, which Go keeps reading for schemes of databases.
    let colon = match scheme {
        "http" | "https" => host.find(':'),
        _ => host.rfind(':'),
    };
    check_port(colon.and_then(|at| host.get(at..)).unwrap_or_default())?;
    unescape(host, Part::Host)
}

// An IPv6 address after its opening bracket.
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
        Err(format!("invalid port {port:?} after host"))
    }
}

fn is_port(port: &[u8]) -> bool {
    match port.split_first() {
        Some((b':', digits)) => digits.iter().all(u8::is_ascii_digit),
        Some(_) => false,
        None => true,
    }
}

fn hostname_and_port(host: &[u8]) -> (&[u8], &[u8]) {
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

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (text, expected) in [
            (
                "HTTPS://example.com:8080/api?q=1#top",
                json!({ "scheme": "https", "hostname": "example.com", "port": "8080", "path": "/api", "raw_path": "/api", "raw_query": "q=1", "fragment": "top" }),
            ),
            (
                "http://[fe80::1%25en0]:80",
                json!({ "scheme": "http", "hostname": "fe80::1%en0", "port": "80" }),
            ),
            (
                "http://a/b%2Fc%21",
                json!({ "scheme": "http", "hostname": "a", "path": "/b/c!", "raw_path": "/b%2Fc%21" }),
            ),
            (
                "http://a/%21?",
                json!({ "scheme": "http", "hostname": "a", "path": "/!", "raw_path": "/!" }),
            ),
            (
                "http://u:p@f%C3%B6o]x/",
                json!({ "scheme": "http", "hostname": "föo]x", "path": "/", "raw_path": "/" }),
            ),
            (
                "pg://a:1,b:2/",
                json!({ "scheme": "pg", "hostname": "a:1,b", "port": "2", "path": "/", "raw_path": "/" }),
            ),
            ("///a", json!({ "path": "///a", "raw_path": "///a" })),
            ("*", json!({ "path": "*", "raw_path": "*" })),
            ("mailto:a@b", json!({ "scheme": "mailto" })),
            ("", json!({})),
        ] {
            let call = format!("uri.parse({text:?})");
            assert_eq!(ask(&call), Ok(Some(expected)), "{text}");
            let call = format!("uri.is_valid({text:?})");
            assert_eq!(ask(&call), Ok(Some(json!(!text.is_empty()))), "{text}");
        }
        for text in [
            ":",
            "a:b/%zz/",
            "a b:c",
            "1:2",
            "http://[::1",
            "http://[1.2.3.4]",
            "http://[::1%25]",
            "http://a[b]",
            "http://a:b",
            "http://a:1:2/",
            "http://a:٣",
            "http://exa%6dple.com",
            "http://a b/",
            "http://a<b@c/",
            "http://a%zz@c/",
            "/%",
            "/%4",
            "/%é0",
            "/#%g0",
            "/\\u007f",
        ] {
            let text = format!("\"{text}\"");
            let valid = text.contains("a:b/%"); // An opaque part is not looked at.
            assert_eq!(ask(&format!("uri.parse({text})")).is_ok(), valid, "{text}");
            let call = format!("uri.is_valid({text})");
            assert_eq!(ask(&call), Ok(Some(json!(valid))), "{text}");
        }
        assert!(ask("uri.parse(\"/%ff\")").is_err_and(|error| error.contains("no UTF-8")));
        assert_eq!(ask("uri.is_valid(\"/%ff\")"), Ok(Some(json!(true))));
        assert_eq!(ask("uri.is_valid(1)"), Ok(Some(json!(false))));
        assert!(ask("uri.parse(1)").is_err());
    }
}
