//! IP addresses.

use std::net::IpAddr;

/// Whether a text is one, of either version.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}
