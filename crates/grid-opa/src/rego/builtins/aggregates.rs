//! Builtins that look at all items of a collection.

use super::operands::{any, items, wrong_item, wrong_type};
use super::{Answer, Builtin, Context, Failure, arithmetic, builtin};
use crate::rego::value::float::Float;
use crate::rego::value::number::{self, Operand};
use crate::rego::value::{Value, compare, sort};
use num_bigint::BigInt;

pub(super) const ALL: &[Builtin] = &[
    builtin("all", 1, |operands, _| {
        let value = any(operands, 1)?;
        let items = items(value).ok_or_else(|| wrong_type(1, value, &["array", "set"]))?;
        Ok(Some(
            items
                .into_iter()
                .all(|item| *item == Value::Bool(true))
                .into(),
        ))
    }),
    builtin("any", 1, |operands, _| {
        let value = any(operands, 1)?;
        let items = items(value).ok_or_else(|| wrong_type(1, value, &["array", "set"]))?;
        Ok(Some(
            items
                .into_iter()
                .any(|item| *item == Value::Bool(true))
                .into(),
        ))
    }),
    builtin("count", 1, |operands, _| {
        let count = match any(operands, 1)? {
            Value::Array(items) => items.len(),
            Value::Object(fields) => fields.len(),
            Value::Set(items) => items.len(),
            Value::String(text) => text.chars().count(),
            other => return Err(wrong_type(1, other, &["array", "object", "set", "string"])),
        };
        Ok(Some(count.into()))
    }),
    builtin("internal.member_2", 2, |operands, _| {
        let item = any(operands, 1)?;
        let found = match any(operands, 2)? {
            Value::Set(items) => items.contains(item),
            Value::Array(items) => items.contains(item),
            Value::Object(fields) => fields.values().any(|value| value == item),
            _ => false,
        };
        Ok(Some(found.into()))
    }),
    builtin("internal.member_3", 3, |operands, _| {
        let (key, item) = (any(operands, 1)?, any(operands, 2)?);
        let found = match any(operands, 3)? {
            Value::Set(items) => key == item && items.contains(key),
            Value::Array(items) => index(key).and_then(|index| items.get(index)) == Some(item),
            Value::Object(fields) => fields.get(key) == Some(item),
            _ => false,
        };
        Ok(Some(found.into()))
    }),
    builtin("max", 1, |operands, _| {
        Ok(collection(operands)?
            .into_iter()
            .max_by(|left, right| compare(left, right))
            .cloned())
    }),
    builtin("min", 1, |operands, _| {
        Ok(collection(operands)?
            .into_iter()
            .min_by(|left, right| compare(left, right))
            .cloned())
    }),
    builtin("product", 1, product),
    builtin("sort", 1, |operands, context| {
        let items = collection(operands)?;
        context.charge_values(items.len())?;
        let mut items: Vec<Value> = items.into_iter().cloned().collect();
        sort(&mut items);
        Ok(Some(items.into()))
    }),
    builtin("sum", 1, sum),
];

fn collection(operands: &[Value]) -> Result<Vec<&Value>, Failure> {
    let value = any(operands, 1)?;
    items(value).ok_or_else(|| wrong_type(1, value, &["set", "array"]))
}

/// The place in an array that a key means.
pub(super) fn index(key: &Value) -> Option<usize> {
    number::i64_of(key).and_then(|index| usize::try_from(index).ok())
}

// The numbers of a collection; what OPA says of another item.
fn numbers<'v>(operands: &'v [Value]) -> Result<Vec<Operand>, Failure> {
    let value = any(operands, 1)?;
    let number = |item: &'v Value| {
        number::operand(item).ok_or_else(|| wrong_item(1, value, item, &["number"]))
    };
    collection(operands)?.into_iter().map(number).collect()
}

// The integers that all of them are.
fn integers<'n>(numbers: &'n [Operand]) -> Option<Vec<BigInt>> {
    let integer = |number: &'n Operand| match number {
        Operand::Small(small) => Some(BigInt::from(*small)),
        Operand::Big(big) => Some((**big).clone()),
        Operand::Float(_) => None,
    };
    numbers.iter().map(integer).collect()
}

fn sum(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let numbers = numbers(operands)?;
    let small = numbers.iter().try_fold(0_i64, |sum, number| match number {
        Operand::Small(small) => sum.checked_add(*small),
        _ => None,
    });
    if let Some(sum) = small {
        return Ok(Some(sum.into()));
    }
    if let Some(integers) = integers(&numbers) {
        return Ok(Some(number::of_big(integers.into_iter().sum())));
    }
    let sum = numbers
        .iter()
        .fold(Float::ZERO, |sum, number| sum.add(number.to_float()));
    arithmetic::result(sum).map(Some)
}

fn product(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let numbers = numbers(operands)?;
    if let Some(integers) = integers(&numbers) {
        let mut product = BigInt::from(1);
        for integer in integers {
            context.in_time()?;
            product = arithmetic::times(&product, &integer)?;
        }
        return Ok(Some(number::of_big(product)));
    }
    // OPA begins with a number of 53 bits here, and goes on with as many.
    let first = Float::of_integer(1);
    let product = numbers
        .iter()
        .fold(first, |product, number| product.mul(number.to_float(), 53));
    let value = number::of_float(product, 53).ok_or_else(arithmetic::beyond)?;
    Ok(Some(value))
}
