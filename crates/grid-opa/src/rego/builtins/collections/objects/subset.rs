//! `object.subset`.

use super::{Answer, Context, Failure, any};
use crate::rego::value::{Array, Value, type_name};

/// Whether the first value includes the second: an object by keys and values, a set by items, and an array as a contiguous part of an
/// array.
pub(super) fn subset(operands: &[Value], context: &mut Context<'_>) -> Answer {
    match includes(any(operands, 1)?, any(operands, 2)?, context)? {
        Some(found) => Ok(Some(found.into())),
        None => Err(Failure::Type(
            "both arguments object.subset must be of the same type or array and set".to_owned(),
        )),
    }
}

// `None` if the types do not match.
fn includes(
    container: &Value,
    part: &Value,
    context: &mut Context<'_>,
) -> Result<Option<bool>, Failure> {
    context.in_time()?;
    Ok(Some(match (container, part) {
        (Value::Object(container), Value::Object(part)) => {
            for (key, value) in part.iter() {
                let Some(found) = container.get(key) else {
                    return Ok(Some(false));
                };
                // Below the top level, an array does not include a set.
                let same_type = type_name(found) == type_name(value);
                if found != value && !(same_type && includes(found, value, context)? == Some(true))
                {
                    return Ok(Some(false));
                }
            }
            true
        }
        (Value::Set(container), Value::Set(part)) => part.is_subset(container),
        (Value::Array(container), Value::Array(part)) => has_slice(container, part, context)?,
        (Value::Array(container), Value::Set(part)) => {
            // OPA counts duplicate items of the array.
            let mut missing = i64::try_from(part.len()).unwrap_or(i64::MAX);
            container.iter().any(|item| {
                missing -= i64::from(part.contains(item));
                missing == 0
            })
        }
        _ => return Ok(None),
    }))
}

fn has_slice(container: &Array, part: &Array, context: &mut Context<'_>) -> Result<bool, Failure> {
    if part.is_empty() {
        return Ok(true);
    }
    let part = part.as_slice();
    // This gives the result of OPA's search, which continues one item after each mismatch.
    for (index, window) in container.as_slice().windows(part.len()).enumerate() {
        if index % 64 == 63 {
            context.in_time()?;
        }
        if window == part {
            return Ok(true);
        }
    }
    Ok(false)
}
