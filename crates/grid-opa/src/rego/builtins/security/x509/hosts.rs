//! Whether a certificate is for a host.

use super::certificate::Certificate;
use super::value::address;
use std::net::IpAddr;

/// Compares a host with the names and addresses of a certificate; a name may begin with a wildcard.
pub(super) fn is_for_host(leaf: &Certificate<'_>, host: &str) -> bool {
    let names = &leaf.known.names;
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let bare = bare.filter(|bare| !bare.is_empty()).unwrap_or(host);
    if let Ok(wanted) = bare.parse::<IpAddr>() {
        let mut addresses = names.addresses.iter();
        return addresses.any(|bytes| address(bytes) == Some(wanted.to_canonical()));
    }
    let host = host.to_ascii_lowercase();
    let trimmed = host.strip_suffix('.').unwrap_or(&host);
    let is_host = is_hostname(trimmed, false);
    names.dns.iter().any(|name| {
        let name = name.to_ascii_lowercase();
        if !is_host || !is_hostname(&name, true) {
            return !matches!(&*name, "" | ".") && host != "." && name == host;
        }
        let (mut parts, mut wanted) = (name.split('.'), trimmed.split('.'));
        let (first, own) = (parts.next(), wanted.next());
        (first == Some("*") || first == own) && parts.eq(wanted)
    })
}

fn is_hostname(host: &str, is_pattern: bool) -> bool {
    let is_label = |(index, label): (usize, &str)| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        is_pattern && index == 0 && label == "*"
            || !label.is_empty() && !label.starts_with('-') && label.bytes().all(fits)
    };
    host != "*" && host.split('.').enumerate().all(is_label)
}
