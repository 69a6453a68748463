//! Builtins of numbers that take long, grow without end, or panic in the core: `numbers.range_step` with a step of 0, say.

use super::{Extension, Failure, argument, guarded, items, wrong};
use crate::deadline;
use num_bigint::{BigInt, Sign};
use regorus::Value;

/// The longest integer that comes of a builtin, in bits.
const MOST_BITS: u64 = 1 << 20;

pub(super) const ALL: [Extension; 5] = [
    guarded("bits.lsh", 2, |arguments| {
        let (number, by) = (big(arguments, 1)?, big(arguments, 2)?);
        if by.sign() == Sign::Minus {
            return Err("argument 2 is less than 0".into());
        }
        let by = u64::try_from(&by).unwrap_or(u64::MAX);
        if number.sign() != Sign::NoSign && number.bits().saturating_add(by) > MOST_BITS {
            return Err(too_long());
        }
        // Of zero too, which stays zero.
        Ok(Value::Number((number << by.min(MOST_BITS)).into()))
    }),
    guarded("bits.rsh", 2, |arguments| {
        let (number, by) = (big(arguments, 1)?, big(arguments, 2)?);
        if by.sign() == Sign::Minus {
            return Err("argument 2 is less than 0".into());
        }
        let by = u64::try_from(&by).unwrap_or(u64::MAX);
        Ok(Value::Number((number >> by).into()))
    }),
    guarded("numbers.range", 2, |arguments| {
        range(&big(arguments, 1)?, &big(arguments, 2)?, &BigInt::from(1))
    }),
    guarded("numbers.range_step", 3, |arguments| {
        let step = big(arguments, 3)?;
        if step.sign() != Sign::Plus {
            return Err("step must be a positive integer".into());
        }
        range(&big(arguments, 1)?, &big(arguments, 2)?, &step)
    }),
    guarded("product", 1, |arguments| {
        let one = Value::from(1);
        let mut product = one.as_number().map_err(text_of)?.clone();
        for item in items(arguments, 1)? {
            if deadline::has_passed() {
                return Err(Failure::Always("it took too long".to_owned()));
            }
            let Value::Number(number) = item else {
                return Err(wrong(1, "numbers", item).into());
            };
            product.mul_assign(number).map_err(text_of)?;
            if product.as_big().is_some_and(|big| big.bits() > MOST_BITS) {
                return Err(too_long());
            }
        }
        Ok(Value::Number(product))
    }),
];

fn too_long() -> Failure {
    Failure::Always(format!("the number has more than {MOST_BITS} bits"))
}

fn text_of(error: anyhow::Error) -> String {
    error.to_string()
}

fn big(arguments: &[Value], number: usize) -> Result<BigInt, String> {
    match argument(arguments, number)? {
        Value::Number(value) => value
            .as_big()
            .map(|big| (*big).clone())
            .ok_or_else(|| format!("argument {number} is no integer")),
        other => Err(wrong(number, "a number", other)),
    }
}

// From one number to the other, both with it, in either direction.
fn range(from: &BigInt, to: &BigInt, step: &BigInt) -> Result<Value, Failure> {
    let step = if from <= to { step.clone() } else { -step };
    let mut numbers: Vec<Value> = Vec::new();
    let push = |numbers: &mut Vec<Value>, value: Value| {
        if numbers.len() % 1024 == 1023 && deadline::has_passed() {
            return Err(Failure::Always("it took too long".to_owned()));
        }
        numbers.push(value);
        Ok(())
    };
    let small = |number: &BigInt| i64::try_from(number).ok().map(i128::from);
    if let (Some(mut number), Some(to), Some(step)) = (small(from), small(to), small(&step)) {
        while if step > 0 { number <= to } else { number >= to } {
            push(
                &mut numbers,
                i64::try_from(number).map_or(Value::Null, Value::from),
            )?;
            number += step;
        }
    } else {
        let mut number = from.clone();
        while if step.sign() == Sign::Plus {
            number <= *to
        } else {
            number >= *to
        } {
            push(&mut numbers, Value::Number(number.clone().into()))?;
            number += &step;
        }
    }
    Ok(numbers.into())
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            ("numbers.range(3, 1)", json!([3, 2, 1])),
            ("numbers.range(1, 1)", json!([1])),
            ("numbers.range(1e2, 101)", json!([100, 101])),
            (
                "count(numbers.range(100000000000000000000, 100000000000000000002))",
                json!(3),
            ),
            ("numbers.range_step(0, 5, 2)", json!([0, 2, 4])),
            ("numbers.range_step(5, 0, 2)", json!([5, 3, 1])),
            (
                "numbers.range_step(0, 10, 99999999999999999999)",
                json!([0]),
            ),
            (
                "numbers.range(9223372036854775806, 9223372036854775807)",
                json!([9223372036854775806_i64, 9223372036854775807_i64]),
            ),
            ("bits.lsh(1, 10)", json!(1024)),
            ("bits.lsh(-3, 2)", json!(-12)),
            ("bits.rsh(-5, 1)", json!(-3)),
            ("bits.rsh(-1, 100000000000000000000)", json!(-1)),
            ("bits.rsh(5, 3.0)", json!(0)),
            ("bits.lsh(0, 100000000000000000000)", json!(0)),
            ("product([2, 3.5])", json!(7)),
            ("product(set())", json!(1)),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        for call in [
            "numbers.range(0.5, 1)",
            "numbers.range_step(0, 1, 0)",
            "numbers.range_step(0, 1, -1)",
            "numbers.range_step(0, 1, 0.5)",
            "bits.lsh(1, -1)",
            "bits.lsh(1, 10000000000)",
            "bits.lsh(1, 0.5)",
            "bits.rsh(1, -1)",
            "product([\"1\"])",
            "product([x | some i in numbers.range(1, 2); x := bits.lsh(i, 600000)])",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
