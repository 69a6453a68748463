//! Arithmetic. Integers are exact. With a float operand, and in divisions, OPA has a precision of 64 bits.

use super::operands::{any, beyond, number, wrong_type};
use super::{Answer, Builtin, Failure, builtin};
use crate::rego::value::Value;
use crate::rego::value::float::{Float, PRECISION};
use crate::rego::value::number::{MOST_BITS, Number, Operand, of_big};
use num_bigint::BigInt;

pub(super) const ALL: &[Builtin] = &[
    builtin("abs", 1, |operands, _| {
        match number(operands, 1)?.operand() {
            Operand::Small(small) if small != i64::MIN => Ok(Some(small.abs().into())),
            other => result(float(&other)?.abs()).map(Some),
        }
    }),
    builtin("ceil", 1, |operands, _| {
        rounded(operands, |value| {
            let truncated = value.truncated();
            let found = Float::of_big(&truncated);
            // As in OPA, the result for -0.5 is 1.
            if found.is_negative() || found == value {
                truncated
            } else {
                truncated + 1
            }
        })
    }),
    builtin("div", 2, |operands, _| two(operands, divide)),
    builtin("floor", 1, |operands, _| {
        rounded(operands, |value| {
            let truncated = value.truncated();
            let found = Float::of_big(&truncated);
            // As in OPA, the result for -0.5 is 0.
            if !found.is_negative() || found == value {
                truncated
            } else {
                truncated - 1
            }
        })
    }),
    builtin("minus", 2, |operands, context| {
        let (left, right) = (any(operands, 1)?, any(operands, 2)?);
        match (left, right) {
            (Value::Number(left), Value::Number(right)) => minus(left, right).map(Some),
            (Value::Set(left), Value::Set(right)) => {
                context.charge_values(left.len())?;
                Ok(Some(left.difference(right).into()))
            }
            (Value::Number(_), other) => Err(wrong_type(2, other, &["number"])),
            (Value::Set(_), other @ Value::Number(_)) => Err(wrong_type(2, other, &["set"])),
            (Value::Set(_), other) => Err(wrong_type(2, other, &["number"])),
            (other, _) => Err(wrong_type(1, other, &["number", "set"])),
        }
    }),
    builtin("mul", 2, |operands, _| two(operands, multiply)),
    builtin("plus", 2, |operands, _| two(operands, plus)),
    builtin("rem", 2, |operands, _| two(operands, remainder)),
    builtin("round", 1, |operands, _| {
        rounded(operands, |value| {
            let half = Float::of_short_decimal(value.is_negative(), 5, -1);
            value.add(half).truncated()
        })
    }),
];

type Operation = fn(&Number, &Number) -> Result<Value, Failure>;

fn two(operands: &[Value], operation: Operation) -> Answer {
    operation(number(operands, 1)?, number(operands, 2)?).map(Some)
}

/// The result of a calculation with floats.
pub(in crate::rego::builtins) fn result(float: Float) -> Result<Value, Failure> {
    let number = Number::of_float(float, PRECISION).ok_or_else(beyond)?;
    Ok(number.into())
}

fn float(operand: &Operand) -> Result<Float, Failure> {
    operand.to_float().ok_or_else(beyond)
}

/// The product of two integers, unless it is too long.
pub(in crate::rego::builtins) fn times(left: &BigInt, right: &BigInt) -> Result<BigInt, Failure> {
    if left.bits().saturating_add(right.bits()) > MOST_BITS {
        return Err(beyond());
    }
    Ok(left * right)
}

fn big(integer: BigInt) -> Result<Value, Failure> {
    if integer.bits() > MOST_BITS {
        return Err(beyond());
    }
    Ok(of_big(integer))
}

/// The sum of two numbers.
fn plus(left: &Number, right: &Number) -> Result<Value, Failure> {
    let (left, right) = (left.operand(), right.operand());
    if let (Operand::Small(left), Operand::Small(right)) = (&left, &right)
        && let Some(sum) = left.checked_add(*right)
    {
        return Ok(sum.into());
    }
    match (left.to_big(), right.to_big()) {
        (Some(left), Some(right)) => big(&*left + &*right),
        _ => result(float(&left)?.add(float(&right)?)),
    }
}

/// The difference of two numbers.
fn minus(left: &Number, right: &Number) -> Result<Value, Failure> {
    let (left, right) = (left.operand(), right.operand());
    if let (Operand::Small(left), Operand::Small(right)) = (&left, &right)
        && let Some(difference) = left.checked_sub(*right)
    {
        return Ok(difference.into());
    }
    match (left.to_big(), right.to_big()) {
        (Some(left), Some(right)) => big(&*left - &*right),
        _ => result(float(&left)?.sub(float(&right)?)),
    }
}

/// The product of two numbers.
fn multiply(left: &Number, right: &Number) -> Result<Value, Failure> {
    let (left, right) = (left.operand(), right.operand());
    if let (Operand::Small(left), Operand::Small(right)) = (&left, &right)
        && let Some(product) = left.checked_mul(*right)
    {
        return Ok(product.into());
    }
    match (left.to_big(), right.to_big()) {
        (Some(left), Some(right)) => times(&left, &right).map(of_big),
        _ => result(float(&left)?.mul(float(&right)?, PRECISION)),
    }
}

/// The quotient of two numbers.
fn divide(left: &Number, right: &Number) -> Result<Value, Failure> {
    let (left, right) = (left.operand(), right.operand());
    if let (Operand::Small(left), Operand::Small(right)) = (&left, &right)
        && *left != 0
        && left.checked_rem(*right) == Some(0)
    {
        return Ok((left / right).into());
    }
    match float(&left)?.quo(float(&right)?) {
        Some(quotient) => result(quotient),
        None => Err("divide by zero".into()),
    }
}

/// The remainder of an integer division, with the sign of the dividend.
fn remainder(left: &Number, right: &Number) -> Result<Value, Failure> {
    let (left, right) = (left.operand(), right.operand());
    if let (Operand::Small(left), Operand::Small(right)) = (&left, &right)
        && *right != 0
    {
        return Ok(left.checked_rem(*right).unwrap_or(0).into());
    }
    match (left.to_big(), right.to_big()) {
        (Some(_), Some(right)) if *right == BigInt::ZERO => Err("modulo by zero".into()),
        (Some(left), Some(right)) => Ok(of_big(&*left % &*right)),
        _ if matches!(left, Operand::Beyond) || matches!(right, Operand::Beyond) => Err(beyond()),
        _ => Err("modulo on floating-point number".into()),
    }
}

// Rounds a number to an integer with `of`.
fn rounded(operands: &[Value], of: fn(Float) -> BigInt) -> Answer {
    match number(operands, 1)?.operand() {
        Operand::Small(small) => Ok(Some(small.into())),
        other => big(of(float(&other)?)).map(Some),
    }
}
