//! `net.cidr_*`.

mod matches;
mod merge;
mod network;

use super::operands::{any, string, string_of};
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::{Set, Value};
use network::Network;

pub(super) const FAMILIES: [&[Builtin]; 3] = [ALL, matches::ALL, merge::ALL];

const ALL: &[Builtin] = &[
    builtin("net.cidr_contains", 2, contains),
    builtin("net.cidr_expand", 1, expand),
    builtin("net.cidr_intersects", 2, |operands, _| {
        let left = network_of(any(operands, 1)?)?;
        let right = network_of(any(operands, 2)?)?;
        Ok(Some(
            (left.contains(&right) || right.contains(&left)).into(),
        ))
    }),
    builtin("net.cidr_is_valid", 1, |operands, _| {
        let valid = matches!(any(operands, 1)?, Value::String(text) if Network::of(text).is_ok());
        Ok(Some(valid.into()))
    }),
    // A deprecated alias.
    builtin("net.cidr_overlap", 2, contains),
];

// OPA's errors name operand 1 for either operand.
fn network_of(value: &Value) -> Result<Network, Failure> {
    Network::of(string_of(value, 1)?)
}

fn contains(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let network = network_of(any(operands, 1)?)?;
    let other = Network::of_any(string_of(any(operands, 2)?, 1)?)?;
    Ok(Some(network.contains(&other).into()))
}

/// The approximate size of an address as a value.
const BYTES_OF_ADDRESS: usize = 96;

fn expand(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let network = Network::of(string(operands, 1)?)?;
    let count = 1_usize.checked_shl(network.host_bits).unwrap_or(usize::MAX);
    context.charge(count.saturating_mul(BYTES_OF_ADDRESS))?;
    // Collected first: a set sorts once what it gets at once.
    let mut addresses: Vec<Value> = Vec::new();
    for (index, address) in (network.first..=network.last()).enumerate() {
        if index % 256 == 255 {
            context.in_time()?;
        }
        addresses.push(network.address(address).into());
    }
    Ok(Some(addresses.into_iter().collect::<Set>().into()))
}
