//! Reads the operands of calls, with OPA's errors for wrong ones. Operands are counted from 1.

use super::{Failure, Halt};
use crate::rego::value::number::Operand;
use crate::rego::value::{Array, Number, Object, Set, Value, type_name};
use num_bigint::BigInt;

/// An operand of any type.
pub(super) fn any(operands: &[Value], number: usize) -> Result<&Value, Failure> {
    // The evaluator passes exactly `arity` operands.
    let missing = || Failure::Halt(Halt::Unsure(format!("operand {number} is missing")));
    operands.get(number.wrapping_sub(1)).ok_or_else(missing)
}

/// The failure for a number that OPA can represent and this build cannot.
pub(super) fn beyond() -> Failure {
    Failure::unsure("this build cannot represent the resulting number")
}

/// The failure for a wrong operand.
pub(super) fn wrong(number: usize, what: &str) -> Failure {
    Failure::Type(format!("operand {number} {what}"))
}

/// The failure for an operand of another type than the wanted ones.
pub(super) fn wrong_type(number: usize, found: &Value, wanted: &[&str]) -> Failure {
    wrong(
        number,
        &format!("must be {} but got {}", one_of(wanted), type_name(found)),
    )
}

fn one_of(names: &[&str]) -> String {
    match names {
        [name] => (*name).to_owned(),
        names => format!("one of {{{}}}", names.join(", ")),
    }
}

/// The failure for an item of another type than the wanted ones.
pub(super) fn wrong_item(number: usize, operand: &Value, item: &Value, wanted: &[&str]) -> Failure {
    let kind = type_name(operand);
    let items = match wanted {
        [name] => format!("{name}s"),
        names => format!("(any of) {{{}}}", names.join(", ")),
    };
    let found = type_name(item);
    wrong(
        number,
        &format!("must be {kind} of {items} but got {kind} containing {found}"),
    )
}

pub(super) fn string(operands: &[Value], number: usize) -> Result<&str, Failure> {
    string_of(any(operands, number)?, number)
}

pub(super) fn string_of(value: &Value, number: usize) -> Result<&str, Failure> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong_type(number, other, &["string"])),
    }
}

pub(super) fn array(operands: &[Value], number: usize) -> Result<&Array, Failure> {
    match any(operands, number)? {
        Value::Array(items) => Ok(items),
        other => Err(wrong_type(number, other, &["array"])),
    }
}

pub(super) fn set(operands: &[Value], number: usize) -> Result<&Set, Failure> {
    set_of(any(operands, number)?, number)
}

pub(super) fn set_of(value: &Value, number: usize) -> Result<&Set, Failure> {
    match value {
        Value::Set(items) => Ok(items),
        other => Err(wrong_type(number, other, &["set"])),
    }
}

pub(super) fn object(operands: &[Value], number: usize) -> Result<&Object, Failure> {
    object_of(any(operands, number)?, number)
}

pub(super) fn object_of(value: &Value, number: usize) -> Result<&Object, Failure> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(wrong_type(number, other, &["object"])),
    }
}

/// A number of any kind.
pub(super) fn number(operands: &[Value], position: usize) -> Result<&Number, Failure> {
    match any(operands, position)? {
        Value::Number(number) => Ok(number),
        other => Err(wrong_type(position, other, &["number"])),
    }
}

/// A 64-bit integer. OPA's error for larger integers is the one for floats.
pub(super) fn int(operands: &[Value], position: usize) -> Result<i64, Failure> {
    let number = number(operands, position)?;
    number.to_i64().ok_or_else(|| wrong(position, FLOATING))
}

const FLOATING: &str = "must be integer number but got floating-point number";

/// An integer of any length.
pub(super) fn big(operands: &[Value], position: usize) -> Result<BigInt, Failure> {
    let value = any(operands, position)?;
    let Value::Number(number) = value else {
        return Err(wrong_type(position, value, &["integer"]));
    };
    match number.operand() {
        Operand::Small(small) => Ok(small.into()),
        Operand::Big(big) => Ok(big),
        Operand::MinusZero => Ok(BigInt::ZERO),
        Operand::Fraction(_) => Err(wrong(position, FLOATING)),
        Operand::Beyond => Err(beyond()),
    }
}

/// The items of an array or a set, in OPA's order. OPA's error for other types differs between builtins.
pub(super) fn items(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Set(items) => Some(items.iter().collect()),
        _ => None,
    }
}

/// The strings of an array or a set.
pub(super) fn strings<'v>(value: &'v Value, number: usize) -> Result<Vec<&'v str>, Failure> {
    let Some(items) = items(value) else {
        return Err(wrong_type(number, value, &["array", "set"]));
    };
    let text = |item: &'v Value| match item {
        Value::String(text) => Ok(&**text),
        other => Err(wrong_item(number, value, other, &["string"])),
    };
    items.into_iter().map(text).collect()
}
