//! Binary floats of more digits than an f64 has: OPA calculates with 64 bits where a number is no integer.

use num_bigint::{BigInt, BigUint, Sign};

/// The bits of a mantissa, where nothing else is said.
pub(crate) const PRECISION: u32 = 64;

/// A mantissa times a power of two. The highest bit of a mantissa is set, unless it is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Float {
    negative: bool,
    mantissa: u64,
    exponent: i64,
}

/// Decimal digits with a point before them, times ten to the power of `point`.
pub(crate) struct Digits {
    pub(crate) negative: bool,
    /// Without zeros at either end; empty for zero.
    pub(crate) digits: String,
    pub(crate) point: i64,
}

// Rounds to `precision` bits, to even where it is halfway. `more` says that there are further bits behind those given.
fn round(negative: bool, value: u128, exponent: i64, more: bool, precision: u32) -> Float {
    let length = 128 - value.leading_zeros();
    if length == 0 {
        return Float {
            negative,
            mantissa: 0,
            exponent: 0,
        };
    }
    let mut kept = value;
    let mut exponent = exponent;
    if length > precision {
        let cut = length - precision;
        kept = value >> cut;
        let rest = value & !(u128::MAX << cut);
        let half = 1_u128 << (cut - 1);
        if rest > half || (rest == half && (more || kept & 1 == 1)) {
            kept += 1;
        }
        exponent += i64::from(cut);
    }
    // A carry makes it a power of two, one bit longer.
    let length = 128 - kept.leading_zeros();
    if length > 64 {
        kept >>= length - 64;
        exponent += i64::from(length - 64);
    }
    let mantissa = kept as u64;
    let shift = mantissa.leading_zeros();
    Float {
        negative,
        mantissa: mantissa << shift,
        exponent: exponent - i64::from(shift),
    }
}

// The highest 128 bits of an integer, how many follow, and whether one of them is set.
fn highest(value: &BigUint) -> (u128, u64, bool) {
    let cut = value.bits().saturating_sub(128);
    let kept = u128::try_from(value >> cut).unwrap_or_default();
    let more = value.trailing_zeros().is_some_and(|zeros| zeros < cut);
    (kept, cut, more)
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
        let (kept, cut, more) = highest(value);
        let cut = i64::try_from(cut).unwrap_or(i64::MAX);
        round(negative, kept, cut, more, PRECISION)
    }

    /// The very value of a finite f64.
    pub(crate) fn of_f64(value: f64) -> Self {
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match (bits >> 52) & 0x7ff {
            0 => (fraction, -1074),
            power => (
                fraction | (1 << 52),
                i64::try_from(power).unwrap_or_default() - 1075,
            ),
        };
        round(
            value.is_sign_negative(),
            mantissa.into(),
            exponent,
            false,
            PRECISION,
        )
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
        // So many that the quotient has more bits than are kept.
        let shift = (divisor.bits() + 70).saturating_sub(digits.bits());
        let dividend = digits << shift;
        let quotient = &dividend / &divisor;
        let inexact = &quotient * &divisor != dividend;
        let (kept, cut, more) = highest(&quotient);
        let exponent =
            i64::try_from(cut).unwrap_or(i64::MAX) - i64::try_from(shift).unwrap_or(i64::MAX);
        round(negative, kept, exponent, more || inexact, PRECISION)
    }

    /// A decimal of at most 18 digits, quickly where the power is small.
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
            // Of mantissas of the same length the greater exponent is the greater number.
            (false, false)
                if (self.exponent, self.mantissa) >= (other.exponent, other.mantissa) =>
            {
                (self, other)
            }
            (false, false) => (other, self),
        };
        // 62 bits below the greater one are enough to round by, with a mark that there are more.
        let apart = u32::try_from(large.exponent - small.exponent).unwrap_or(u32::MAX);
        let left = u128::from(large.mantissa) << 62;
        let low = u128::from(small.mantissa) << 62;
        let right = low.checked_shr(apart).unwrap_or(0);
        let more = right.checked_shl(apart).unwrap_or(0) != low;
        let exponent = large.exponent - 62;
        if large.negative == small.negative {
            return round(large.negative, left + right, exponent, more, PRECISION);
        }
        let mut difference = left - right;
        if more {
            // The true difference is a little less.
            difference -= 1;
        }
        let negative = large.negative && (difference != 0 || more);
        round(negative, difference, exponent, more, PRECISION)
    }

    pub(crate) fn sub(self, other: Self) -> Self {
        self.add(other.negated())
    }

    /// The product in so many bits.
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

    /// The quotient; none by zero.
    pub(crate) fn quo(self, other: Self) -> Option<Self> {
        let dividend = u128::from(self.mantissa) << 64;
        let divisor = u128::from(other.mantissa);
        let quotient = dividend.checked_div(divisor)?;
        let more = quotient * divisor != dividend;
        // One bit more, so that there is room for the mark.
        let exponent = self.exponent - other.exponent - 64;
        let negative = self.negative != other.negative;
        Some(round(
            negative,
            quotient << 1,
            exponent - 1,
            more,
            PRECISION,
        ))
    }

    /// The integer of it, if it is one.
    pub(crate) fn is_integer(&self) -> bool {
        self.exponent >= 0
            || u32::try_from(self.exponent.unsigned_abs())
                .is_ok_and(|places| self.mantissa.trailing_zeros() >= places)
    }

    /// Without what is behind the point.
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

    /// The length of its integer in bits; none where it is less than one.
    pub(crate) const fn integer_bits(&self) -> i64 {
        if self.mantissa == 0 {
            0
        } else {
            self.exponent + 64
        }
    }

    /// The nearest f64 where that is sure to be that of its shortest digits, and normal.
    pub(crate) fn quick_f64(&self) -> Option<f64> {
        if self.is_zero() {
            return Some(if self.negative { -0.0 } else { 0.0 });
        }
        // Halfway between two, the digits decide.
        let cut = self.mantissa & 0x7ff;
        let power = self.exponent + 63;
        if cut == 0x400 || !(-1000..1000).contains(&power) {
            return None;
        }
        let kept = (self.mantissa >> 11) + u64::from(cut > 0x400);
        let value = kept as f64 * 2_f64.powi(i32::try_from(self.exponent + 11).ok()?);
        Some(if self.negative { -value } else { value })
    }

    /// The fewest decimal digits that no other float of so many bits is closest to.
    pub(crate) fn digits(&self, precision: u32) -> Digits {
        let mut found = Digits {
            negative: self.negative,
            digits: String::new(),
            point: 0,
        };
        if self.is_zero() {
            return found;
        }
        // In steps of half of the last of `precision` bits.
        let cut = 64_u32.saturating_sub(precision);
        let twice = (u128::from(self.mantissa) >> cut) << 1;
        let exponent = self.exponent + i64::from(cut) - 1;
        // As integers times ten to a power: 2^-n is 5^n times 10^-n.
        let (scale, power) = match u64::try_from(exponent) {
            Ok(places) => (BigUint::from(1_u8) << places, 0),
            Err(_) => {
                let places = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
                (BigUint::from(5_u8).pow(places), exponent)
            }
        };
        let text = |number: u128| (BigUint::from(number) * &scale).to_string();
        let (value, lower, upper) = (text(twice), text(twice - 1), text(twice + 1));
        let inclusive = (twice >> 1) & 1 == 0;
        // One of them may have a digit more or less.
        let width = value.len().max(upper.len());
        let padded = |text: String| format!("{text:0>width$}").into_bytes();
        let (value, lower, upper) = (padded(value), padded(lower), padded(upper));
        let significant = |text: &[u8]| {
            text.iter()
                .rposition(|digit| *digit != b'0')
                .map_or(0, |at| at + 1)
        };
        let (lower_end, upper_end) = (significant(&lower), significant(&upper));
        let mut digits = value.clone();
        for (at, ((digit, below), above)) in value.iter().zip(&lower).zip(&upper).enumerate() {
            let down = below != digit || (inclusive && at + 1 == lower_end);
            let up = digit != above && (inclusive || digit + 1 < *above || at + 1 < upper_end);
            if !(down || up) {
                continue;
            }
            let nearest = match value.get(at + 1).copied().unwrap_or(b'0') {
                b'5' => value.iter().skip(at + 2).any(|digit| *digit != b'0') || digit % 2 == 1,
                next => next > b'5',
            };
            digits.truncate(at + 1);
            if if down && up { nearest } else { up } {
                carry(&mut digits);
            }
            break;
        }
        let length = i64::try_from(width).unwrap_or(i64::MAX);
        let text: String = digits.into_iter().map(char::from).collect();
        let zeros = text.len() - text.trim_start_matches('0').len();
        found.point = length + power - i64::try_from(zeros).unwrap_or(0);
        found.digits = text.trim_matches('0').to_owned();
        found
    }
}

// Adds one to the last digit; there is room for a carry, since a padded number is less than its upper bound.
fn carry(digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
}

impl Digits {
    /// As a decimal text.
    pub(crate) fn text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        if self.digits.is_empty() {
            return format!("{sign}0");
        }
        format!("{sign}0.{}e{}", self.digits, self.point)
    }
}
