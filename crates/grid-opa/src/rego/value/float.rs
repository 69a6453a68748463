//! Binary floats with more digits than an f64: OPA calculates with 64 bits if a number is not an integer.

mod digits;

use num_bigint::{BigInt, BigUint, Sign};

/// The default number of bits of a mantissa.
pub(crate) const PRECISION: u32 = 64;

/// A mantissa times a power of two. The highest bit of a mantissa is set, unless it is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Float {
    negative: bool,
    mantissa: u64,
    exponent: i64,
}

// Rounds to `precision` bits, half to even. `more` says that further bits follow `value`.
fn round(negative: bool, value: u128, exponent: i64, more: bool, precision: u32) -> Float {
    let length = 128 - value.leading_zeros();
    if length == 0 {
        return Float {
            negative,
            mantissa: 0,
            exponent: 0,
        };
    }
    let mut top = value;
    let mut exponent = exponent;
    if length > precision {
        let cut = length - precision;
        top = value >> cut;
        let rest = value & !(u128::MAX << cut);
        let half = 1_u128 << (cut - 1);
        if rest > half || (rest == half && (more || top & 1 == 1)) {
            top += 1;
        }
        exponent += i64::from(cut);
    }
    // After a carry the value is a power of two, one bit longer.
    let length = 128 - top.leading_zeros();
    if length > 64 {
        top >>= length - 64;
        exponent += i64::from(length - 64);
    }
    let mantissa = top as u64;
    let shift = mantissa.leading_zeros();
    Float {
        negative,
        mantissa: mantissa << shift,
        exponent: exponent - i64::from(shift),
    }
}

// The highest 128 bits of an integer, the number of bits below them, and whether one of those is set.
fn highest(value: &BigUint) -> (u128, u64, bool) {
    let cut = value.bits().saturating_sub(128);
    let top = u128::try_from(value >> cut).unwrap_or_default();
    let more = value.trailing_zeros().is_some_and(|zeros| zeros < cut);
    (top, cut, more)
}

impl Float {
    pub(crate) const ZERO: Self = Self {
        negative: false,
        mantissa: 0,
        exponent: 0,
    };

    pub(crate) fn of_integer(value: i64) -> Self {
        round(value < 0, value.unsigned_abs().into(), 0, false, PRECISION)
    }

    pub(crate) fn of_big(value: &BigInt) -> Self {
        Self::of_magnitude(value.sign() == Sign::Minus, value.magnitude())
    }

    fn of_magnitude(negative: bool, value: &BigUint) -> Self {
        let (top, cut, more) = highest(value);
        let cut = i64::try_from(cut).unwrap_or(i64::MAX);
        round(negative, top, cut, more, PRECISION)
    }

    /// An integer times ten to a power.
    pub(crate) fn of_decimal(negative: bool, digits: &BigUint, power: i64) -> Self {
        if *digits == BigUint::ZERO {
            return Self {
                negative,
                ..Self::ZERO
            };
        }
        let ten = BigUint::from(10_u8);
        let scale = |power: i64| ten.pow(u32::try_from(power.unsigned_abs()).unwrap_or(u32::MAX));
        if power >= 0 {
            return Self::of_magnitude(negative, &(digits * scale(power)));
        }
        let divisor = scale(power);
        // A shift so that the quotient has more bits than the mantissa.
        let shift = (divisor.bits() + 70).saturating_sub(digits.bits());
        let dividend = digits << shift;
        let quotient = &dividend / &divisor;
        let inexact = &quotient * &divisor != dividend;
        let (top, cut, more) = highest(&quotient);
        let exponent =
            i64::try_from(cut).unwrap_or(i64::MAX) - i64::try_from(shift).unwrap_or(i64::MAX);
        round(negative, top, exponent, more || inexact, PRECISION)
    }

    /// A decimal with at most 18 digits; fast for small powers.
    pub(crate) fn of_short_decimal(negative: bool, digits: u64, power: i64) -> Self {
        match u32::try_from(power.unsigned_abs()) {
            Ok(places) if power < 0 && places <= 18 => {
                let divisor = u128::from(10_u64.pow(places));
                let shift = u128::from(digits).leading_zeros().min(127);
                let dividend = u128::from(digits) << shift;
                let (quotient, rest) = (dividend / divisor, dividend % divisor);
                round(negative, quotient, -i64::from(shift), rest != 0, PRECISION)
            }
            Ok(places) if power >= 0 && places <= 19 => {
                let product = u128::from(digits) * 10_u128.pow(places);
                round(negative, product, 0, false, PRECISION)
            }
            _ => Self::of_decimal(negative, &BigUint::from(digits), power),
        }
    }

    pub(crate) const fn is_zero(&self) -> bool {
        self.mantissa == 0
    }

    pub(crate) const fn is_negative(&self) -> bool {
        self.negative
    }

    pub(crate) const fn negated(self) -> Self {
        Self {
            negative: !self.negative,
            ..self
        }
    }

    pub(crate) const fn abs(self) -> Self {
        Self {
            negative: false,
            ..self
        }
    }

    pub(crate) fn add(self, other: Self) -> Self {
        let (large, small) = match (self.is_zero(), other.is_zero()) {
            (true, true) => {
                return Self {
                    negative: self.negative && other.negative,
                    ..self
                };
            }
            (false, true) => return self,
            (true, false) => return other,
            // For mantissas of the same length, the greater exponent is the greater number.
            (false, false)
                if (self.exponent, self.mantissa) >= (other.exponent, other.mantissa) =>
            {
                (self, other)
            }
            (false, false) => (other, self),
        };
        // 62 bits below the greater number suffice for rounding, with a flag for further bits.
        let distance = u32::try_from(large.exponent - small.exponent).unwrap_or(u32::MAX);
        let left = u128::from(large.mantissa) << 62;
        let low = u128::from(small.mantissa) << 62;
        let right = low.checked_shr(distance).unwrap_or(0);
        let more = right.checked_shl(distance).unwrap_or(0) != low;
        let exponent = large.exponent - 62;
        if large.negative == small.negative {
            return round(large.negative, left + right, exponent, more, PRECISION);
        }
        let mut difference = left - right;
        if more {
            // The exact difference is a little smaller.
            difference -= 1;
        }
        let negative = large.negative && (difference != 0 || more);
        round(negative, difference, exponent, more, PRECISION)
    }

    pub(crate) fn sub(self, other: Self) -> Self {
        self.add(other.negated())
    }

    /// The product, rounded to `precision` bits.
    pub(crate) fn mul(self, other: Self, precision: u32) -> Self {
        let product = u128::from(self.mantissa) * u128::from(other.mantissa);
        let exponent = self.exponent + other.exponent;
        round(
            self.negative != other.negative,
            product,
            exponent,
            false,
            precision,
        )
    }

    /// The quotient; `None` for a division by zero.
    pub(crate) fn quo(self, other: Self) -> Option<Self> {
        let dividend = u128::from(self.mantissa) << 64;
        let divisor = u128::from(other.mantissa);
        let (high, left) = (dividend.checked_div(divisor)?, dividend % divisor);
        // `high` may have only 64 bits; the bits after it decide the rounding.
        let (low, left) = ((left << 62) / divisor, (left << 62) % divisor);
        Some(round(
            self.negative != other.negative,
            (high << 62) | low,
            self.exponent - other.exponent - 64 - 62,
            left != 0,
            PRECISION,
        ))
    }

    pub(crate) fn is_integer(&self) -> bool {
        self.exponent >= 0
            || u32::try_from(self.exponent.unsigned_abs())
                .is_ok_and(|places| self.mantissa.trailing_zeros() >= places)
    }

    /// The integer part.
    pub(crate) fn truncated(&self) -> BigInt {
        let magnitude = BigUint::from(self.mantissa);
        let magnitude = match u64::try_from(self.exponent) {
            Ok(places) => magnitude << places,
            Err(_) => magnitude >> self.exponent.unsigned_abs(),
        };
        let sign = if self.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        BigInt::from_biguint(sign, magnitude)
    }

    /// The length of its integer part in bits; not positive if it is less than one.
    pub(crate) const fn integer_bits(&self) -> i64 {
        if self.mantissa == 0 {
            0
        } else {
            self.exponent + 64
        }
    }

    /// The nearest f64, if it is certainly the f64 of its shortest digits and normal.
    pub(crate) fn quick_f64(&self) -> Option<f64> {
        if self.is_zero() {
            return Some(if self.negative { -0.0 } else { 0.0 });
        }
        // Exactly halfway between two floats the digits decide.
        let cut = self.mantissa & 0x7ff;
        let power = self.exponent + 63;
        if cut == 0x400 || !(-1000..1000).contains(&power) {
            return None;
        }
        let top = (self.mantissa >> 11) + u64::from(cut > 0x400);
        let value = top as f64 * 2_f64.powi(i32::try_from(self.exponent + 11).ok()?);
        Some(if self.negative { -value } else { value })
    }
}
