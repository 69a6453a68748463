//! The shortest decimal digits of a float.

use super::Float;
use crate::rego::value::text::zeros;
use num_bigint::BigUint;

/// Decimal digits after a point, times ten to the power of `point`.
pub(crate) struct Digits {
    pub(crate) negative: bool,
    /// Without zeros at either end; empty for zero.
    pub(crate) digits: String,
    pub(crate) point: i64,
}

impl Float {
    /// The fewest decimal digits for which this is the closest float with `precision` bits.
    pub(crate) fn digits(&self, precision: u32) -> Digits {
        let mut found = Digits {
            negative: self.negative,
            digits: String::new(),
            point: 0,
        };
        if self.is_zero() {
            return found;
        }
        // Counts in steps of half the last of `precision` bits.
        let cut = 64_u32.saturating_sub(precision);
        let twice = (u128::from(self.mantissa) >> cut) << 1;
        let exponent = self.exponent + i64::from(cut) - 1;
        // Converts to integers times ten to a power: 2^-n is 5^n times 10^-n.
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
        // One of them may be a digit longer or shorter.
        let width = value.len().max(upper.len());
        let padded = |text: String| (zeros(&text, width) + &text).into_bytes();
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

// Adds one to the last digit. A carry always fits, because a padded number is less than its upper bound.
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
    /// The decimal text with one digit before the point and an exponent.
    pub(crate) fn scientific(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        match self.digits.split_at_checked(1) {
            None => format!("{sign}0e0"),
            Some((first, "")) => format!("{sign}{first}e{}", self.point - 1),
            Some((first, rest)) => format!("{sign}{first}.{rest}e{}", self.point - 1),
        }
    }
}
