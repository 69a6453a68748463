//! `object.subset`.

use super::{Answer, Context, Failure, any};
use crate::rego::value::{Array, Value, type_name};

/// Whether the second value lies in the first: objects by keys and the values under them, sets and arrays by their items, an array in an
/// array in a row.
pub(super) fn subset(operands: &[Value], context: &mut Context<'_>) -> Answer {
    match lies_in(any(operands, 1)?, any(operands, 2)?, context)? {
        Some(found) => Ok(Some(found.into())),
        None => Err(Failure::Type(
            "both arguments object.subset must be of the same type or array and set".to_owned(),
        )),
    }
}

// None where the two are not of types that fit.
fn lies_in(
    whole: &Value,
    part: &Value,
    context: &mut Context<'_>,
) -> Result<Option<bool>, Failure> {
    context.in_time()?;
    Ok(Some(match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part.iter() {
                let Some(found) = whole.get(key) else {
                    return Ok(Some(false));
                };
                // An array in which a set would lie is no such thing below the top.
                let same_type = type_name(found) == type_name(value);
                if found != value && !(same_type && lies_in(found, value, context)? == Some(true)) {
                    return Ok(Some(false));
                }
            }
            true
        }
        (Value::Set(whole), Value::Set(part)) => part.is_subset(whole),
        (Value::Array(whole), Value::Array(part)) => in_a_row(whole, part, context)?,
        (Value::Array(whole), Value::Set(part)) => {
            // OPA counts an item as often as it is in the array.
            let mut missing = i64::try_from(part.len()).unwrap_or(i64::MAX);
            whole.iter().any(|item| {
                missing -= i64::from(part.contains(item));
                missing == 0
            })
        }
        _ => return Ok(None),
    }))
}

fn in_a_row(whole: &Array, part: &Array, context: &mut Context<'_>) -> Result<bool, Failure> {
    if part.is_empty() {
        return Ok(true);
    }
    let part = part.as_slice();
    // OPA starts anew behind where it started, which is the same.
    for (index, window) in whole.as_slice().windows(part.len()).enumerate() {
        if index % 64 == 63 {
            context.in_time()?;
        }
        if window == part {
            return Ok(true);
        }
    }
    Ok(false)
}
