//! `net.cidr_contains_matches`.

use super::network::Network;
use super::{Answer, Builtin, Context, Failure, any, builtin, string_of};
use crate::rego::value::{Set, Value};

pub(super) const ALL: &[Builtin] = &[builtin("net.cidr_contains_matches", 2, contains_matches)];

// Compares each item of one operand with each item of the other.
fn contains_matches(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let right = members(any(operands, 2)?);
    let mut parsed: Vec<(Network, &Member<'_>)> = Vec::new();
    let mut matches = Set::default();
    for member in members(any(operands, 1)?) {
        let name = network_of(member.value, 1)?;
        let mut network = None;
        if parsed.len() < right.len() {
            // The first item on the left is parsed with the items on the right, so that errors come in OPA's order.
            for other in &right {
                let other_name = network_of(other.value, 2)?;
                network = Some(Network::of(string_of(name, 1)?)?);
                parsed.push((Network::of_any(string_of(other_name, 1)?)?, other));
            }
        } else if !right.is_empty() {
            network = Some(Network::of(string_of(name, 1)?)?);
        }
        let Some(network) = network else { continue };
        for (index, (other, other_member)) in parsed.iter().enumerate() {
            if index % 256 == 255 {
                context.in_time()?;
            }
            if network.contains(other) {
                context.charge_values(8)?;
                let pair = vec![member.index.clone(), other_member.index.clone()];
                matches.insert(pair.into());
            }
        }
        context.in_time()?;
    }
    Ok(Some(matches.into()))
}

/// An item of an operand, and its name in the result.
struct Member<'v> {
    value: &'v Value,
    index: Value,
}

// Other values have no members, as in OPA.
fn members(operand: &Value) -> Vec<Member<'_>> {
    match operand {
        Value::Array(items) => {
            let places = (0_u64..).map(Value::from);
            items
                .iter()
                .zip(places)
                .map(|(value, index)| Member { value, index })
                .collect()
        }
        Value::Set(items) => {
            let items = items.iter();
            items
                .map(|value| Member {
                    value,
                    index: value.clone(),
                })
                .collect()
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            fields
                .map(|(key, value)| Member {
                    value,
                    index: key.clone(),
                })
                .collect()
        }
        Value::String(_) => vec![Member {
            value: operand,
            index: operand.clone(),
        }],
        _ => Vec::new(),
    }
}

// A string, or the first item of an array.
fn network_of(item: &Value, number: usize) -> Result<&Value, Failure> {
    let found = match item {
        Value::String(_) => Some(item),
        Value::Array(parts) => parts.first(),
        _ => None,
    };
    found.ok_or_else(|| {
        format!("operand {number}: element must be string or non-empty array").into()
    })
}
