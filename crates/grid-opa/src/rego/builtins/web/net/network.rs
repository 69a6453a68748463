//! Networks as Go's net package reads them.

use super::Failure;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network. As in Go, a network of IPv4-mapped IPv6 addresses counts as IPv4.
#[derive(Debug, Clone, Copy)]
pub(super) struct Network {
    pub(super) v6: bool,
    /// Its first address.
    pub(super) first: u128,
    /// The number of bits after the prefix.
    pub(super) host_bits: u32,
    /// Whether it was written with IPv4-mapped addresses.
    pub(super) mapped: bool,
}

impl Network {
    pub(super) fn of(text: &str) -> Result<Self, Failure> {
        Self::parse(text).ok_or_else(|| format!("invalid CIDR address: {text}").into())
    }

    /// Reads a network, or an address as a network of one address.
    pub(super) fn of_any(text: &str) -> Result<Self, Failure> {
        let address = text.parse().ok().map(Self::host);
        address.or_else(|| Self::parse(text)).ok_or_else(|| {
            format!("not a valid textual representation of an IP address or CIDR: {text}").into()
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        if !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (bits, address) = match address.parse().ok()? {
            IpAddr::V4(address) => (32, u128::from(address.to_bits())),
            IpAddr::V6(address) => (128, address.to_bits()),
        };
        // Leading zeros are allowed.
        let host_bits = u32::checked_sub(bits, length.parse().ok()?)?;
        let first = address & !host_mask(host_bits);
        let v4 = Ipv6Addr::from_bits(first)
            .to_ipv4_mapped()
            .filter(|_| bits == 128);
        Some(Self {
            v6: bits == 128 && v4.is_none(),
            first: v4.map_or(first, |address| u128::from(address.to_bits())),
            host_bits,
            mapped: v4.is_some(),
        })
    }

    fn host(address: IpAddr) -> Self {
        let (v6, first) = match address.to_canonical() {
            IpAddr::V4(address) => (false, u128::from(address.to_bits())),
            IpAddr::V6(address) => (true, address.to_bits()),
        };
        Self {
            v6,
            first,
            host_bits: 0,
            mapped: false,
        }
    }

    pub(super) const fn last(&self) -> u128 {
        self.first | host_mask(self.host_bits)
    }

    pub(super) const fn contains(&self, other: &Self) -> bool {
        self.v6 == other.v6 && self.first <= other.first && other.last() <= self.last()
    }

    /// One of its addresses as text.
    pub(super) fn address(&self, address: u128) -> String {
        match u32::try_from(address) {
            Ok(address) if !self.v6 => Ipv4Addr::from_bits(address).to_string(),
            _ => Ipv6Addr::from_bits(address).to_string(),
        }
    }
}

pub(super) const fn host_mask(bits: u32) -> u128 {
    match u128::MAX.checked_shr(128 - bits) {
        Some(mask) => mask,
        None => 0,
    }
}
