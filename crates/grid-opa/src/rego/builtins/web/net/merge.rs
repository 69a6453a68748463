//! `net.cidr_merge`.

use super::super::operands::items;
use super::network::{Network, host_mask};
use super::{Builtin, Context, Failure, any, builtin};
use crate::rego::value::{Set, Value};
use crate::sorting::sort_by;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const ALL: &[Builtin] = &[builtin("net.cidr_merge", 1, |operands, context| {
    let items = items(any(operands, 1)?).ok_or("operand must be an array")?;
    // A merged range has at most two networks per bit of an address.
    context.charge(items.len().saturating_mul(256))?;
    let merged = merge(items, context)?;
    context.in_time()?;
    Ok(Some(
        merged.into_iter().map(Value::from).collect::<Set>().into(),
    ))
})];

/// A range of addresses. It has a name if it is one unchanged network of the operand.
struct Range {
    first: u128,
    last: u128,
    name: Option<String>,
}

// The smallest list of networks with the same addresses.
fn merge(items: Vec<&Value>, context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for (index, item) in items.into_iter().enumerate() {
        if index % 64 == 63 {
            context.in_time()?;
        }
        let Value::String(name) = item else {
            return Err("element must be string".into());
        };
        let network = match name.parse().map(|address: IpAddr| address.to_canonical()) {
            Ok(IpAddr::V4(address)) => {
                // An address without a prefix is the network of its class. It keeps its name if nothing is merged with it.
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
            return Err(Failure::unsure(format!(
                "{name} has IPv4-mapped addresses, which OPA merges wrongly; write it as IPv4"
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
    context.in_time()?;
    let mapped = Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().to_bits();
    let near = |range: &Range| range.first <= mapped + (1 << 32) && range.last >= mapped;
    if !v4.is_empty() && v6.iter().any(near) {
        // OPA treats IPv4 addresses as IPv4-mapped ones here, and its result contains networks that match neither.
        return Err(Failure::unsure(
            "IPv4 networks cannot be merged with an IPv6 network of their IPv4-mapped addresses",
        ));
    }
    let v4 = v4.into_iter().flat_map(|range| networks(range, false));
    Ok(v4
        .chain(v6.into_iter().flat_map(|range| networks(range, true)))
        .collect())
}

// Merges ranges that overlap or are adjacent.
fn joined(mut ranges: Vec<Range>) -> Vec<Range> {
    sort_by(&mut ranges, |one, other| {
        (one.first, one.last).cmp(&(other.first, other.last))
    });
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

// The networks of a range, at most two per bit of an address.
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
