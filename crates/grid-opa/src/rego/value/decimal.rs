//! The exact value of a decimal text.

use super::float::Float;
use num_bigint::{BigInt, BigUint, Sign};
use std::cmp::Ordering;

/// A decimal number: 0.digits times ten to the power of `point`.
pub(super) struct Decimal<'t> {
    negative: bool,
    /// Digits before and after the point, without leading zeros, and without trailing zeros.
    integer: &'t [u8],
    fraction: &'t [u8],
    point: i64,
}

impl<'t> Decimal<'t> {
    /// Parses a text that is a number.
    pub(super) fn of(text: &'t str) -> Self {
        let unsigned = text.trim_start_matches(['-', '+']);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // Larger than the number of digits of any text, and far from the ends of 64 bits.
        let most = i64::MAX >> 8;
        let size = exponent
            .trim_start_matches(['-', '+'])
            .parse()
            .unwrap_or(most)
            .min(most);
        let exponent: i64 = if exponent.starts_with('-') {
            -size
        } else {
            size
        };
        let integer = integer.trim_start_matches('0');
        let significant = fraction.trim_end_matches('0');
        let (mut integer, mut fraction) = (integer.as_bytes(), significant.as_bytes());
        let mut point = exponent.saturating_add(length(integer));
        if integer.is_empty() {
            let zeros = fraction.iter().take_while(|digit| **digit == b'0').count();
            fraction = fraction.get(zeros..).unwrap_or_default();
            point = exponent.saturating_sub(length_of(zeros));
        }
        if fraction.is_empty() {
            let zeros = integer
                .iter()
                .rev()
                .take_while(|digit| **digit == b'0')
                .count();
            integer = integer.get(..integer.len() - zeros).unwrap_or_default();
        }
        let is_zero = integer.is_empty() && fraction.is_empty();
        Self {
            negative: text.starts_with('-') && !is_zero,
            integer,
            fraction,
            point: if is_zero { 0 } else { point },
        }
    }

    /// The number of digits.
    pub(super) const fn digits(&self) -> usize {
        self.integer.len() + self.fraction.len()
    }

    const fn is_zero(&self) -> bool {
        self.digits() == 0
    }

    fn iter(&self) -> impl Iterator<Item = &u8> {
        self.integer.iter().chain(self.fraction)
    }

    pub(super) fn is_integer(&self) -> bool {
        self.is_zero() || self.point >= length_of(self.digits())
    }

    /// Whether the absolute value of its binary exponent exceeds a limit.
    pub(super) fn is_beyond(&self, most: i64) -> bool {
        if self.is_zero() {
            return false;
        }
        // A digit is 3.32 bits: numbers close to the limit are converted.
        let size = self.point.unsigned_abs();
        let most_digits = most.unsigned_abs() / 10 * 3;
        if size < most_digits {
            return false;
        }
        if size > most_digits + most_digits / 100 {
            return true;
        }
        self.to_float()
            .is_none_or(|float| float.integer_bits().abs() > most)
    }

    fn magnitude(&self) -> BigUint {
        let digits: Vec<u8> = self.iter().copied().collect();
        BigUint::parse_bytes(&digits, 10).unwrap_or_default()
    }

    /// The integer value; `None` if it is not an integer or has more than `most_bits` bits.
    pub(super) fn to_big(&self, most_bits: u64) -> Option<BigInt> {
        if self.is_zero() {
            return Some(BigInt::ZERO);
        }
        // A digit is at least three bits.
        let digits = u64::try_from(self.point).ok()?;
        if digits > most_bits / 3 {
            return None;
        }
        let zeros = digits.checked_sub(u64::try_from(self.digits()).ok()?)?;
        let scale = BigUint::from(10_u8).pow(u32::try_from(zeros).ok()?);
        let sign = if self.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        let value = BigInt::from_biguint(sign, self.magnitude() * scale);
        (value.bits() <= most_bits).then_some(value)
    }

    /// The float that OPA calculates with; `None` far outside the range of numbers.
    pub(super) fn to_float(&self) -> Option<Float> {
        if self.point.unsigned_abs() > 100_000 || self.digits() > 100_000 {
            return None;
        }
        let power = self.point - length_of(self.digits());
        if self.digits() <= 18 {
            let digits = self
                .iter()
                .fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            return Some(Float::of_short_decimal(self.negative, digits, power));
        }
        Some(Float::of_decimal(self.negative, &self.magnitude(), power))
    }

    fn cmp_size(&self, other: &Self) -> Ordering {
        self.point
            .cmp(&other.point)
            .then_with(|| self.iter().cmp(other.iter()))
    }

    /// Compares two by value.
    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) if other.negative => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, true) if self.negative => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => match (self.negative, other.negative) {
                (false, false) => self.cmp_size(other),
                (true, true) => other.cmp_size(self),
                (false, true) => Ordering::Greater,
                (true, false) => Ordering::Less,
            },
        }
    }
}

fn length(digits: &[u8]) -> i64 {
    length_of(digits.len())
}

fn length_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX >> 8)
}
