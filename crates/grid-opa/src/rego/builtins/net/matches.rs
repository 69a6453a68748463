//! `net.cidr_contains_matches`.

use super::network::Network;
use super::{Answer, Builtin, Context, Failure, any, builtin, string_of};
use crate::rego::value::{Set, Value, sorted, sorted_fields};

pub(super) const ALL: &[Builtin] = &[builtin("net.cidr_contains_matches", 2, contains_matches)];

// As many pairs as the product of both lengths.
fn contains_matches(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let right = members(any(operands, 2)?);
    let mut parsed: Vec<(Network, &Member<'_>)> = Vec::new();
    let mut matches = Set::new();
    for member in members(any(operands, 1)?) {
        let name = network_of(member.value, 1)?;
        let mut network = None;
        if parsed.len() < right.len() {
            // The first time, errors come in the order of OPA: of the left one before those of the right ones.
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
    Ok(Some(matches.into_value()))
}

/// An item of an operand, and what it is called in the result.
struct Member<'v> {
    value: &'v Value,
    index: Value,
}

// Of what is no collection there are none, as in OPA.
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
            let items = sorted(items).into_iter();
            items
                .map(|value| Member {
                    value,
                    index: value.clone(),
                })
                .collect()
        }
        Value::Object(fields) => {
            let fields = sorted_fields(fields).into_iter();
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

// A text, or the first item of an array.
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
