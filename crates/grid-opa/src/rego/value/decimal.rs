//! The value of a decimal text, exactly.

use super::float::Float;
use num_bigint::{BigInt, BigUint, Sign};
use std::cmp::Ordering;

/// A decimal: 0.digits times ten to the power of `point`.
pub(super) struct Decimal<'t> {
    negative: bool,
    /// Digits before and behind the point, without the zeros at the begin of both and at the end of both.
    whole: &'t [u8],
    part: &'t [u8],
    point: i64,
}

impl<'t> Decimal<'t> {
    /// The decimal of a text that is a number.
    pub(super) fn of(text: &'t str) -> Self {
        let unsigned = text.trim_start_matches(['-', '+']);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // More than a text has digits, and far from the ends of 64 bits.
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
        let whole = whole.trim_start_matches('0');
        let significant = part.trim_end_matches('0');
        let (mut whole, mut part) = (whole.as_bytes(), significant.as_bytes());
        let mut point = exponent.saturating_add(length(whole));
        if whole.is_empty() {
            let zeros = part.iter().take_while(|digit| **digit == b'0').count();
            part = part.get(zeros..).unwrap_or_default();
            point = exponent.saturating_sub(length_of(zeros));
        }
        if part.is_empty() {
            let zeros = whole
                .iter()
                .rev()
                .take_while(|digit| **digit == b'0')
                .count();
            whole = whole.get(..whole.len() - zeros).unwrap_or_default();
        }
        let is_zero = whole.is_empty() && part.is_empty();
        Self {
            negative: text.starts_with('-') && !is_zero,
            whole,
            part,
            point: if is_zero { 0 } else { point },
        }
    }

    /// How many digits it has.
    pub(super) const fn digits(&self) -> usize {
        self.whole.len() + self.part.len()
    }

    const fn is_zero(&self) -> bool {
        self.digits() == 0
    }

    fn iter(&self) -> impl Iterator<Item = &u8> {
        self.whole.iter().chain(self.part)
    }

    pub(super) fn is_integer(&self) -> bool {
        self.is_zero() || self.point >= length_of(self.digits())
    }

    /// Whether its binary exponent is beyond a limit, in either direction.
    pub(super) fn is_beyond(&self, most: i64) -> bool {
        if self.is_zero() {
            return false;
        }
        // A digit is 3.32 bits: what is near to the limit is looked at in full.
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

    /// The integer that it is; none of one of more bits.
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
        let integer = BigInt::from_biguint(sign, self.magnitude() * scale);
        (integer.bits() <= most_bits).then_some(integer)
    }

    /// As OPA calculates with it; none of what is far beyond the numbers that it takes.
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

    /// Compares two by their values.
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
