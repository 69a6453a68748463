//! Patterns of hosts.

use crate::error::Error;

/// A list of hosts, each as a pattern: a name (`api.example.com`), an address (`10.0.0.5`, `[::1]`), the names below a domain
/// (`*.example.com`) or all hosts (`*`); with `:` and a port, or for all ports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hosts(Vec<Pattern>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    which: Which,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    All,
    /// The names that end with this text, which begins with a dot.
    Below(String),
    Exactly(String),
}

/// How a host is in a list.
#[cfg(feature = "network")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    None,
    /// By a `*`.
    ByPattern,
    /// By its name or address.
    Exactly,
}

impl Hosts {
    /// Reads patterns.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a text that is not a pattern, for example a URL.
    pub fn new<T: AsRef<str>>(patterns: &[T]) -> Result<Self, Error> {
        let patterns = patterns.iter().map(|text| pattern(text.as_ref()));
        patterns.collect::<Result<_, _>>().map(Self)
    }

    /// Whether and how a host in lower case, without brackets, is in the list. Without `port` all ports match.
    #[cfg(feature = "network")]
    pub(crate) fn find(&self, host: &str, port: Option<u16>) -> Match {
        let ports = |pattern: &&Pattern| match (pattern.port, port) {
            (Some(allowed), Some(port)) => allowed == port,
            _ => true,
        };
        let of = |pattern: &Pattern| match &pattern.which {
            Which::All => Match::ByPattern,
            Which::Below(end) if host.ends_with(end.as_str()) => Match::ByPattern,
            Which::Exactly(name) if name == host => Match::Exactly,
            _ => Match::None,
        };
        self.0
            .iter()
            .filter(ports)
            .map(of)
            .max()
            .unwrap_or(Match::None)
    }
}

fn pattern(text: &str) -> Result<Pattern, Error> {
    let wrong = || {
        Error::argument(format!(
            "{text:?} is not a host; write a name, an address, *.domain or *, each with or without :port, for example api.example.com:443"
        ))
    };
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or_else(wrong)?;
            host.parse::<std::net::Ipv6Addr>().map_err(|_| wrong())?;
            (
                host,
                rest.strip_prefix(':').or((!rest.is_empty()).then_some("")),
            )
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = port.map(|port| match port.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(wrong()),
    });
    let port = port.transpose()?;
    let host = host.to_ascii_lowercase();
    let which = match host.strip_prefix('*') {
        Some("") => Which::All,
        Some(below) if below.starts_with('.') && is_name(&below[1..]) => {
            Which::Below(below.to_owned())
        }
        Some(_) => return Err(wrong()),
        None if is_name(&host) || text.starts_with('[') => Which::Exactly(host),
        None => return Err(wrong()),
    };
    Ok(Pattern { which, port })
}

fn is_name(host: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !host.is_empty() && host.len() <= 253 && host.bytes().all(fits)
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;

    #[test]
    fn hosts_match_by_name_domain_and_port() {
        let hosts = Hosts::new(&[
            "api.example.com:8443",
            "*.Example.org",
            "10.0.0.5",
            "[::1]:80",
        ]);
        let hosts = hosts.unwrap();
        for (host, port, found) in [
            ("api.example.com", 8443, Match::Exactly),
            ("api.example.com", 443, Match::None),
            ("a.example.org", 1, Match::ByPattern),
            ("a.b.example.org", 1, Match::ByPattern),
            ("example.org", 1, Match::None),
            ("badexample.org", 1, Match::None),
            ("10.0.0.5", 9, Match::Exactly),
            ("10.0.0.50", 9, Match::None),
            ("::1", 80, Match::Exactly),
            ("::1", 81, Match::None),
        ] {
            assert_eq!(hosts.find(host, Some(port)), found, "{host}:{port}");
        }
        let all = Hosts::new(&["*", "db.local"]).unwrap();
        assert_eq!(all.find("x", Some(1)), Match::ByPattern);
        assert_eq!(all.find("db.local", None), Match::Exactly);
        assert_eq!(Hosts::default().find("x", None), Match::None);
    }

    #[test]
    fn what_is_not_a_host_is_an_error() {
        for bad in [
            "",
            "http://a.b",
            "a/b",
            "a:",
            "a:0",
            "a:65536",
            "a:b",
            "*a",
            "*.",
            "a b",
            "[::1",
            "[a]",
            "[::1]x",
            "::1",
            "é.b",
            "a@b",
        ] {
            assert!(Hosts::new(&[bad]).is_err(), "{bad}");
        }
    }
}
