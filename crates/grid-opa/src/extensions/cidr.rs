//! The builtins of networks, `net.cidr_*`: those that the core lacks, and two that do not take what Go's net package takes.

use super::{Extension, argument, builtin, text};
use regorus::Value;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};

pub(super) const ALL: [Extension; 5] = [
    builtin("net.cidr_contains", 2, contains),
    // Deprecated, and the same.
    builtin("net.cidr_overlap", 2, contains),
    builtin("net.cidr_contains_matches", 2, |arguments| {
        let (left, right) = (members(arguments, 1)?, members(arguments, 2)?);
        if left.is_empty() || right.is_empty() {
            return Ok(BTreeSet::new().into());
        }
        let parsed = |(name, index): (&str, Value)| Ok((any_of(name)?, index));
        let right: Vec<_> = right
            .into_iter()
            .map(parsed)
            .collect::<Result<_, String>>()?;
        let mut matches = BTreeSet::new();
        for (name, index) in left {
            let network = Network::of(name)?;
            // As many pairs as the product of both lengths: what bounds them is the memory limit.
            for (_, other) in right.iter().filter(|(inner, _)| network.contains(inner)) {
                matches.insert(Value::from(vec![index.clone(), other.clone()]));
            }
        }
        Ok(matches.into())
    }),
    builtin("net.cidr_intersects", 2, |arguments| {
        let (left, right) = (
            Network::of(text(arguments, 1)?)?,
            Network::of(text(arguments, 2)?)?,
        );
        Ok((left.contains(&right) || right.contains(&left)).into())
    }),
    builtin("net.cidr_is_valid", 1, |arguments| {
        Ok(match argument(arguments, 1)? {
            Value::String(text) => Network::of(text).is_ok(),
            _ => false,
        }
        .into())
    }),
];

/// A network. As in Go one of IPv4-mapped IPv6 addresses is that of the IPv4 addresses.
#[derive(Clone, Copy)]
pub(super) struct Network {
    pub(super) v6: bool,
    /// Its first address.
    pub(super) first: u128,
    /// How many bits follow the prefix.
    pub(super) host_bits: u32,
    /// Whether it was written as one of IPv4-mapped addresses.
    pub(super) mapped: bool,
}

impl Network {
    pub(super) fn of(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| format!("invalid CIDR address: {text}"))
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

    fn contains(&self, other: &Self) -> bool {
        self.v6 == other.v6 && self.first <= other.first && other.last() <= self.last()
    }
}

pub(super) const fn host_mask(bits: u32) -> u128 {
    match u128::MAX.checked_shr(128 - bits) {
        Some(mask) => mask,
        None => 0,
    }
}

fn contains(arguments: &[Value]) -> Result<Value, String> {
    let network = Network::of(text(arguments, 1)?)?;
    Ok(network.contains(&any_of(text(arguments, 2)?)?).into())
}

// A network, or an address as one.
fn any_of(text: &str) -> Result<Network, String> {
    text.parse()
        .ok()
        .map(Network::host)
        .or_else(|| Network::parse(text))
        .ok_or_else(|| {
            format!("not a valid textual representation of an IP address or CIDR: {text}")
        })
}

// The networks of an argument, and what each is called in the result. Of what is no collection there are none, as in OPA.
fn members(arguments: &[Value], number: usize) -> Result<Vec<(&str, Value)>, String> {
    let members: Vec<(&Value, Value)> = match argument(arguments, number)? {
        Value::Array(items) => items.iter().zip((0_u64..).map(Value::from)).collect(),
        Value::Set(items) => items.iter().map(|item| (item, item.clone())).collect(),
        Value::Object(items) => items
            .iter()
            .map(|(key, item)| (item, key.clone()))
            .collect(),
        name @ Value::String(_) => vec![(name, name.clone())],
        _ => Vec::new(),
    };
    let named = |(item, index)| match network_of(item) {
        Some(name) => Ok((name, index)),
        None => Err(format!(
            "operand {number}: element must be string or non-empty array"
        )),
    };
    members.into_iter().map(named).collect()
}

// A text, or the first item of an array.
fn network_of(item: &Value) -> Option<&str> {
    let name = match item {
        Value::Array(parts) => parts.iter().next()?,
        other => other,
    };
    match name {
        Value::String(name) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn networks_contain_and_intersect_as_in_opa() {
        for (first, second, contains, intersects) in [
            ("10.0.0.0/8", "10.1.0.0/16", true, true),
            ("10.1.0.0/016", "10.0.0.0/8", false, true),
            ("10.0.0.0/8", "11.0.0.0/8", false, false),
            ("0.0.0.0/0", "255.255.255.255/32", true, true),
            ("::/0", "fd1e:5bfe::/64", true, true),
            ("::/80", "::/80", true, true),
            ("::/0", "1.2.3.0/24", false, false),
            ("1.2.3.0/24", "::ffff:1.2.3.4/128", true, true),
            ("::ffff:1.2.0.0/112", "1.2.3.0/24", true, true),
            ("::/0", "::ffff:1.2.3.4/128", false, false),
        ] {
            for (call, expected) in [
                ("contains", contains),
                ("overlap", contains),
                ("intersects", intersects),
            ] {
                let call = format!("net.cidr_{call}({first:?}, {second:?})");
                assert_eq!(ask(&call), Ok(Some(json!(expected))), "{call}");
            }
        }
        assert_eq!(
            ask("net.cidr_contains(\"1.2.3.0/24\", \"::ffff:1.2.3.4\")"),
            Ok(Some(json!(true)))
        );
        for network in [
            "",
            "/",
            "1.2.3.4",
            "1.2.3.4/",
            "1.2.3.4/33",
            "::/129",
            "::/+1",
            "1.2.3.04/8",
            "::1%a/8",
            "1/8",
            "::/99999999999",
            "ö/1",
            "::/-1",
        ] {
            assert!(
                ask(&format!("net.cidr_intersects({network:?}, \"::/0\")")).is_err(),
                "{network}"
            );
            assert_eq!(
                ask(&format!("net.cidr_is_valid({network:?})")),
                Ok(Some(json!(false))),
                "{network}"
            );
        }
        assert_eq!(ask("net.cidr_is_valid(1)"), Ok(Some(json!(false))));
        assert!(ask("net.cidr_contains(\"::/0\", \"x\")").is_err());
    }

    #[test]
    fn matches_are_pairs_as_in_opa() {
        for (arguments, expected) in [
            (
                "\"1.1.1.0/24\", \"1.1.1.1\"",
                json!([["1.1.1.0/24", "1.1.1.1"]]),
            ),
            (
                "[[\"1.1.2.0/24\", 1], \"1.1.1.0/24\"], [\"1.1.1.1\", \"1.1.2.1\"]",
                json!([[0, 1], [1, 0]]),
            ),
            (
                "{[\"1.1.1.0/24\", 2]}, {\"k\": \"1.1.1.1\", \"l\": [\"::1\"]}",
                json!([[["1.1.1.0/24", 2], "k"]]),
            ),
            ("[], [\"x\"]", json!([])),
            ("1, \"::/0\"", json!([])),
        ] {
            let call = format!("net.cidr_contains_matches({arguments})");
            assert_eq!(ask(&call), Ok(Some(expected)), "{call}");
        }
        for arguments in [
            "[[]], [\"::1\"]",
            "[1], [\"::1\"]",
            "[\"::/0\"], {[]}",
            "[\"::/0\"], [\"x\"]",
            "[\"::\"], [\"::1\"]",
        ] {
            assert!(
                ask(&format!("net.cidr_contains_matches({arguments})")).is_err(),
                "{arguments}"
            );
        }
    }
}
