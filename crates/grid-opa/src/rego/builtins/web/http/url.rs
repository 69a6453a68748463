//! The URL of a request.

use super::super::super::encoding::base64::{Alphabet, encode};
use super::super::uri::{hostname_and_port, parse};
use super::Fault;
use crate::rego::builtins::Failure;
use crate::rego::value::text::quoted;

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The URL as the policy or the redirect wrote it, for messages.
    pub(super) text: String,
    pub(super) is_https: bool,
    /// The host in lower case, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// The path and the query.
    pub(super) target: String,
    /// The value of the header `Authorization` for the user in the URL.
    pub(super) authorization: Option<String>,
}

impl Target {
    pub(super) fn parse(url: &str, method: &str) -> Result<Self, Fault> {
        let uri = parse(url)?;
        let failed = |what: &str| Fault::Network(failure(method, url, what));
        let is_https = match uri.scheme.as_str() {
            "https" => true,
            "http" => false,
            "unix" => {
                return Err(Failure::unsure(
                    "sockets of the machine are not supported; use an http URL",
                )
                .into());
            }
            scheme => {
                return Err(failed(&format!(
                    "unsupported protocol scheme {}",
                    quoted(scheme)
                )));
            }
        };
        let (host, port) = hostname_and_port(&uri.host);
        let host = std::str::from_utf8(host).unwrap_or_default();
        if host.is_empty() {
            return Err(failed("http: no Host in request URL"));
        }
        if !host.bytes().all(|byte| byte.is_ascii_graphic()) || host.contains('%') {
            return Err(Failure::unsure(
                "a host with other characters than ASCII, or with a zone, is not supported",
            )
            .into());
        }
        let port = match std::str::from_utf8(port).unwrap_or_default() {
            "" if is_https => 443,
            "" => 80,
            port => port.parse().map_err(|_| failed("invalid port"))?,
        };
        let mut target = uri.escaped_path();
        if !target.starts_with('/') {
            target.insert(0, '/');
        }
        if uri.has_empty_query || !uri.query.is_empty() {
            target.push('?');
            target.push_str(uri.query);
        }
        // A line break would begin another header.
        if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::unsure(
                "a query with spaces or other characters than ASCII is not supported; encode it",
            )
            .into());
        }
        let authorization = uri.user.as_ref().map(|(name, password)| {
            let pair = [name, &b":"[..], password.as_deref().unwrap_or_default()].concat();
            format!("Basic {}", encode(&pair, Alphabet::Standard, true))
        });
        Ok(Self {
            text: url.to_owned(),
            is_https,
            host: host.to_ascii_lowercase(),
            port,
            target,
            authorization,
        })
    }

    /// The value of the header `Host`: the port only if it is not the scheme's.
    pub(super) fn host_and_port(&self) -> String {
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        match (self.is_https, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    /// The target of a redirect to `location`, which may be relative.
    pub(super) fn redirected(&self, location: &str, method: &str) -> Result<Self, Fault> {
        let scheme = if self.is_https { "https" } else { "http" };
        let origin = format!("{scheme}://{}", self.host_and_port());
        let location = location.split('#').next().unwrap_or_default();
        let (path, _) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let begin = location.split(['/', '?']).next().unwrap_or_default();
        let url = if begin.contains(':') {
            location.to_owned()
        } else if location.starts_with("//") {
            format!("{scheme}:{location}")
        } else if location.starts_with('/') {
            format!("{origin}{}", without_dots(location))
        } else if location.is_empty() || location.starts_with('?') {
            format!("{origin}{path}{location}")
        } else {
            let folder = path
                .rfind('/')
                .and_then(|end| path.get(..=end))
                .unwrap_or("/");
            format!("{origin}{}", without_dots(&format!("{folder}{location}")))
        };
        Self::parse(&url, method)
    }

    /// Whether both have the same scheme, host and port.
    pub(super) fn has_origin_of(&self, other: &Self) -> bool {
        (self.is_https, &self.host, self.port) == (other.is_https, &other.host, other.port)
    }
}

// Removes the segments `.` and `..` of a path.
fn without_dots(target: &str) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    for (index, segment) in segments.iter().enumerate() {
        let is_last = index + 1 == segments.len();
        match *segment {
            ".." => {
                kept.pop();
            }
            "." => {}
            segment => {
                kept.push(segment);
                continue;
            }
        }
        if is_last {
            kept.push("");
        }
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("/{}{query}", kept.join("/"))
}

/// The message of an error of a request, as Go writes it: `Get "http://a": reason`.
pub(super) fn failure(method: &str, url: &str, what: &str) -> String {
    let mut letters = method.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let verb: String = first
        .into_iter()
        .chain(letters.map(|letter| letter.to_ascii_lowercase()))
        .collect();
    // Go hides the password of a URL.
    let shown = match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            let user = url.get(scheme + 3..at).unwrap_or_default();
            match user.split_once(':') {
                Some((name, _)) if !user.contains('/') => {
                    format!(
                        "{}{name}:***{}",
                        url.get(..scheme + 3).unwrap_or_default(),
                        url.get(at..).unwrap_or_default()
                    )
                }
                _ => url.to_owned(),
            }
        }
        _ => url.to_owned(),
    };
    format!("{verb} {}: {what}", quoted(&shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Result<Target, Fault> {
        Target::parse(url, "GET")
    }

    #[test]
    fn urls_have_hosts_ports_and_targets() {
        for (url, host, port, path) in [
            ("http://A.b", "a.b", 80, "/"),
            ("https://a.b/c?d=e#f", "a.b", 443, "/c?d=e"),
            ("http://[::1]:8080/x y", "::1", 8080, "/x%20y"),
            ("http://u:p@h:81?q", "h", 81, "/?q"),
        ] {
            let found = target(url).unwrap();
            assert_eq!(
                (found.host.as_str(), found.port, found.target.as_str()),
                (host, port, path),
                "{url}"
            );
        }
        let user = target("http://u:p@h").unwrap().authorization;
        assert_eq!(user.as_deref(), Some("Basic dTpw"));
        assert_eq!(
            target("ftp://h"),
            Err(Fault::Network(
                "Get \"ftp://h\": unsupported protocol scheme \"ftp\"".to_owned()
            ))
        );
        for bad in [
            "http://",
            "http://é.b",
            "http://a\nb",
            "http://h/?a b",
            "unix://h?socket=/x",
            "h",
            "http://h:99999",
        ] {
            assert!(target(bad).is_err(), "{bad}");
        }
        assert_eq!(
            failure("POST", "http://u:p@h/x", "no"),
            "Post \"http://u:***@h/x\": no"
        );
    }

    #[test]
    fn redirects_resolve_as_rfc_3986_says() {
        let base = target("http://h:81/a/b?c").unwrap();
        for (location, url) in [
            ("https://x/y", "https://x/y"),
            ("//x/y", "http://x/y"),
            ("/y?z#f", "http://h:81/y?z"),
            ("y", "http://h:81/a/y"),
            ("../y", "http://h:81/y"),
            ("../../../y/./z/..", "http://h:81/y/"),
            ("?q", "http://h:81/a/b?q"),
            ("y?a=b:c", "http://h:81/a/y?a=b:c"),
        ] {
            assert_eq!(
                base.redirected(location, "GET").map(|found| found.text),
                Ok(url.to_owned()),
                "{location}"
            );
        }
    }
}
