//! The builtin `net.cidr_merge`.

use super::cidr::{Network, host_mask};
use super::{Extension, Failure, guarded, items};
use regorus::Value;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const ALL: [Extension; 1] = [guarded("net.cidr_merge", 1, |arguments| {
    let items = items(arguments, 1)?;
    let names = items.into_iter().map(|item| match item {
        Value::String(name) => Ok(&**name),
        _ => Err("element must be string".to_owned()),
    });
    let merged = merge(names.collect::<Result<Vec<_>, _>>()?)?;
    Ok(merged
        .into_iter()
        .map(Value::from)
        .collect::<BTreeSet<_>>()
        .into())
})];

/// Addresses from the first to the last, and what their network is called if it is but one that was given.
struct Range {
    first: u128,
    last: u128,
    name: Option<String>,
}

// The fewest networks that hold the same addresses.
fn merge(names: Vec<&str>) -> Result<BTreeSet<String>, Failure> {
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for name in names {
        let network = match name.parse().map(|address: IpAddr| address.to_canonical()) {
            Ok(IpAddr::V4(address)) => {
                // An address without a prefix is the network of its class, and keeps its name if nothing is merged with it.
                let [first, ..] = address.octets();
                let length = match first {
                    ..0x80 => 8,
                    0x80..0xc0 => 16,
                    _ => 24,
                };
                let name = format!("{address}/{length}");
                let network = Network::of(&name)?;
                v4.push(Range {
                    first: network.first,
                    last: network.last(),
                    name: Some(name),
                });
                continue;
            }
            Ok(IpAddr::V6(_)) => return Err("IPv6 invalid: needs prefix length".into()),
            Err(_) => Network::of(name)?,
        };
        if network.mapped {
            return Err(Failure::Always(format!(
                "{name} is of IPv4-mapped addresses, which OPA merges wrongly; write it as IPv4"
            )));
        }
        let name = Some(cidr(network.v6, network.first, network.host_bits));
        let ranges = if network.v6 { &mut v6 } else { &mut v4 };
        ranges.push(Range {
            first: network.first,
            last: network.last(),
            name,
        });
    }
    let (v4, v6) = (joined(v4), joined(v6));
    let mapped = Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().to_bits();
    let near = |range: &Range| range.first <= mapped + (1 << 32) && range.last >= mapped;
    if !v4.is_empty() && v6.iter().any(near) {
        // OPA takes IPv4 addresses for their mapped ones here, and comes to networks of neither.
        return Err(Failure::Always(
            "IPv4 networks cannot be merged with an IPv6 network of their IPv4-mapped addresses"
                .to_owned(),
        ));
    }
    let v4 = v4.into_iter().flat_map(|range| networks(range, false));
    Ok(v4
        .chain(v6.into_iter().flat_map(|range| networks(range, true)))
        .collect())
}

// Ranges that overlap or follow one another become one.
fn joined(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_by_key(|range| (range.first, range.last));
    let mut joined: Vec<Range> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(before) if range.first <= before.last.saturating_add(1) => {
                *before = Range {
                    first: before.first,
                    last: before.last.max(range.last),
                    name: None,
                };
            }
            _ => joined.push(range),
        }
    }
    joined
}

// At most two for each bit of an address.
fn networks(range: Range, v6: bool) -> Vec<String> {
    if let Some(name) = range.name {
        return vec![name];
    }
    let mut networks = Vec::new();
    let mut next = Some(range.first);
    while let Some(first) = next.filter(|first| *first <= range.last) {
        let widest = if v6 { 128 } else { 32 };
        let mut bits = first.trailing_zeros().min(widest);
        while host_mask(bits) > range.last - first {
            bits -= 1;
        }
        networks.push(cidr(v6, first, bits));
        next = (first | host_mask(bits)).checked_add(1);
    }
    networks
}

fn cidr(v6: bool, first: u128, host_bits: u32) -> String {
    match u32::try_from(first) {
        Ok(first) if !v6 => format!("{}/{}", Ipv4Addr::from_bits(first), 32 - host_bits),
        _ => format!("{}/{}", Ipv6Addr::from_bits(first), 128 - host_bits),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn networks_are_merged_as_in_opa() {
        for (networks, expected) in [
            ("[]", json!([])),
            (
                "[\"192.0.128.0/24\", \"192.0.129.0/24\"]",
                json!(["192.0.128.0/23"]),
            ),
            (
                "[\"192.0.129.0/24\", \"192.0.130.0/24\", \"192.0.130.7/32\"]",
                json!(["192.0.129.0/24", "192.0.130.0/24"]),
            ),
            (
                "[\"192.0.2.112\", \"192.0.2.116/31\"]",
                json!(["192.0.2.0/24"]),
            ),
            ("[\"192.0.2.112\"]", json!(["192.0.2.112/24"])),
            (
                "[\"10.1.1.1\", \"130.1.0.0\"]",
                json!(["10.1.1.1/8", "130.1.0.0/16"]),
            ),
            (
                "{\"::/0\", \"::192.0.2.0/124\", \"ff00::101/128\"}",
                json!(["::/0"]),
            ),
            ("[\"::/1\", \"8000::/1\"]", json!(["::/0"])),
            ("[\"0.0.0.0/1\", \"128.0.0.0/1\"]", json!(["0.0.0.0/0"])),
            ("[\"2601::e7b3/64\"]", json!(["2601::/64"])),
            (
                "[\"fe80::/120\", \"1.2.3.4/31\"]",
                json!(["1.2.3.4/31", "fe80::/120"]),
            ),
        ] {
            let answer = ask(&format!("net.cidr_merge({networks})"));
            assert_eq!(answer, Ok(Some(expected)), "{networks}");
        }
        for networks in [
            "\"::/0\"",
            "[1]",
            "[\"::1\"]",
            "[\"foo\"]",
            "[\"::ffff:1.2.3.0/120\"]",
            "[\"::/0\", \"1.2.3.0/24\"]",
            "[\"::1:0:0:0/80\", \"1.2.3.0/24\"]",
        ] {
            assert!(
                ask(&format!("net.cidr_merge({networks})")).is_err(),
                "{networks}"
            );
        }
    }
}
