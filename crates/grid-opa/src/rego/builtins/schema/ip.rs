//! IP addresses.

use std::net::IpAddr;

/// Whether a text is an address of version 4 or 6.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}
