//! `numbers.*` and `rand.intn`.

use super::operands::{big, int, string};
use super::{Answer, Builtin, Context, builtin, impure, random};
use crate::rego::value::Value;
use crate::rego::value::number::of_big;
use num_bigint::{BigInt, Sign};

pub(super) const ALL: &[Builtin] = &[
    builtin("numbers.range", 2, |operands, context| {
        range(
            &big(operands, 1)?,
            &big(operands, 2)?,
            &BigInt::from(1),
            context,
        )
    }),
    builtin("numbers.range_step", 3, |operands, context| {
        let (from, to, step) = (big(operands, 1)?, big(operands, 2)?, big(operands, 3)?);
        if step.sign() != Sign::Plus {
            return Err("numbers.range_step: step must be a positive integer".into());
        }
        range(&from, &to, &step, context)
    }),
    impure("rand.intn", 2, |operands, context| {
        let (key, most) = (string(operands, 1)?, int(operands, 2)?);
        if most == 0 {
            return Ok(Some(0.into()));
        }
        let most = most.checked_abs().ok_or_else(super::operands::beyond)?;
        let key = (key.to_owned(), most);
        if let Some(known) = context.remembered.random.get(&key) {
            return Ok(Some(known.clone()));
        }
        context.charge(key.0.len() + 64)?;
        let value = Value::from(random::below(most.unsigned_abs()));
        context.remembered.random.insert(key, value.clone());
        Ok(Some(value))
    }),
];

/// The deadline is checked once per this many numbers.
const BATCH: usize = 1024;

// The numbers from `from` to `to`, both included, in either direction.
fn range(from: &BigInt, to: &BigInt, step: &BigInt, context: &mut Context<'_>) -> Answer {
    let count = if from <= to { to - from } else { from - to } / step + 1_u8;
    // A larger count exceeds any memory limit.
    let count = usize::try_from(&count).unwrap_or(usize::MAX);
    context.charge_values(count)?;
    let step = if from <= to { step.clone() } else { -step };
    let mut numbers: Vec<Value> = Vec::with_capacity(count);
    let mut next = from.clone();
    let small = |number: &BigInt| i64::try_from(number).ok();
    let mut quick = small(from).zip(small(&step));
    for index in 0..count {
        if index % BATCH == BATCH - 1 {
            context.in_time()?;
        }
        match quick {
            Some((value, step)) => {
                numbers.push(value.into());
                quick = value.checked_add(step).map(|value| (value, step));
                if quick.is_none() {
                    next = BigInt::from(value) + step;
                }
            }
            None => {
                context.charge(usize::try_from(next.bits() / 8).unwrap_or(usize::MAX))?;
                numbers.push(of_big(next.clone()));
                next += &step;
            }
        }
    }
    Ok(Some(numbers.into()))
}
