//! Builtins that read all items of a collection.

use super::operands::{any, beyond, items, wrong_item, wrong_type};
use super::{Answer, Builtin, Context, Failure, arithmetic, builtin};
use crate::rego::value::Value;
use crate::rego::value::float::Float;
use crate::rego::value::number::{self, Number, Operand};
use num_bigint::BigInt;
use std::borrow::Cow;

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
        Ok(collection(operands)?.into_iter().max().cloned())
    }),
    builtin("min", 1, |operands, _| {
        Ok(collection(operands)?.into_iter().min().cloned())
    }),
    builtin("product", 1, product),
    builtin("sort", 1, |operands, context| {
        let items = collection(operands)?;
        context.charge_values(items.len())?;
        let mut items: Vec<Value> = items.into_iter().cloned().collect();
        items.sort();
        Ok(Some(items.into()))
    }),
    builtin("sum", 1, sum),
];

fn collection(operands: &[Value]) -> Result<Vec<&Value>, Failure> {
    let value = any(operands, 1)?;
    items(value).ok_or_else(|| wrong_type(1, value, &["set", "array"]))
}

/// The array index that a key denotes.
pub(super) fn index(key: &Value) -> Option<usize> {
    number::i64_of(key).and_then(|index| usize::try_from(index).ok())
}

// The numbers of a collection, or OPA's error for another item.
fn numbers<'v>(operands: &'v [Value]) -> Result<Vec<Operand>, Failure> {
    let value = any(operands, 1)?;
    let number = |item: &'v Value| match item {
        Value::Number(number) => Ok(number.operand()),
        other => Err(wrong_item(1, value, other, &["number"])),
    };
    collection(operands)?.into_iter().map(number).collect()
}

// All numbers as integers; `None` if one of them is not an integer.
fn integers(numbers: &[Operand]) -> Option<Vec<BigInt>> {
    let integer = |number: &Operand| number.to_big().map(Cow::into_owned);
    numbers.iter().map(integer).collect()
}

// Folds all numbers as floats.
fn floats(
    numbers: &[Operand],
    first: Float,
    with: impl Fn(Float, Float) -> Float,
) -> Result<Float, Failure> {
    numbers.iter().try_fold(first, |all, number| {
        let float = number.to_float().ok_or_else(beyond)?;
        Ok(with(all, float))
    })
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
    arithmetic::result(floats(&numbers, Float::ZERO, Float::add)?).map(Some)
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
    // OPA starts with a precision of 53 bits here and keeps it.
    let first = Float::of_integer(1);
    let product = floats(&numbers, first, |product, number| product.mul(number, 53))?;
    let number = Number::of_float(product, 53).ok_or_else(beyond)?;
    Ok(Some(number.into()))
}
