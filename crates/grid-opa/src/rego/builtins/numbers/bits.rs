//! `bits.*`, on integers of any length.

use super::operands::{beyond, big, wrong};
use super::{Builtin, Failure, builtin};
use crate::rego::value::number::{MOST_BITS, of_big};
use num_bigint::{BigInt, Sign};

pub(super) const ALL: &[Builtin] = &[
    builtin("bits.and", 2, |operands, _| {
        Ok(Some(of_big(big(operands, 1)? & big(operands, 2)?)))
    }),
    builtin("bits.lsh", 2, |operands, context| {
        let (integer, by) = (big(operands, 1)?, places(&big(operands, 2)?)?);
        if integer.sign() != Sign::NoSign && integer.bits().saturating_add(by) > MOST_BITS {
            return Err(beyond());
        }
        let by = by.min(MOST_BITS);
        context.charge(usize::try_from(by / 8).unwrap_or(usize::MAX))?;
        Ok(Some(of_big(integer << by)))
    }),
    builtin("bits.negate", 1, |operands, _| {
        Ok(Some(of_big(!big(operands, 1)?)))
    }),
    builtin("bits.or", 2, |operands, _| {
        Ok(Some(of_big(big(operands, 1)? | big(operands, 2)?)))
    }),
    builtin("bits.rsh", 2, |operands, _| {
        let (integer, by) = (big(operands, 1)?, places(&big(operands, 2)?)?);
        Ok(Some(of_big(integer >> by)))
    }),
    builtin("bits.xor", 2, |operands, _| {
        Ok(Some(of_big(big(operands, 1)? ^ big(operands, 2)?)))
    }),
];

fn places(by: &BigInt) -> Result<u64, Failure> {
    if by.sign() == Sign::Minus {
        return Err(wrong(
            2,
            "must be an unsigned integer number but got a negative integer",
        ));
    }
    // OPA uses only the lowest 64 bits of a larger count, and so shifts by the wrong number of bits.
    u64::try_from(by).map_err(|_| beyond())
}
