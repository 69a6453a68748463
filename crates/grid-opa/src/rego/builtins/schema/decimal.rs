//! Exact decimal numbers, as in Go's big.Rat.

use crate::rego::value::{Value, number};
use num_bigint::{BigInt, Sign};
use std::cmp::Ordering;

/// Digits times a power of ten. The last of several digits is not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: BigInt,
    /// The number of digits.
    count: i64,
    power: i64,
}

impl Decimal {
    pub(super) fn of(value: &Value) -> Option<Self> {
        let Value::Number(number) = value else {
            return None;
        };
        let text = number.text();
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let (integer, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [integer, part].concat();
        let kept = all.trim_end_matches('0');
        let dropped = i64::try_from(all.len() - kept.len()).ok()?;
        let part = i64::try_from(part.len()).ok()?;
        let digits: BigInt = match kept {
            "" | "-" => BigInt::ZERO,
            kept => kept.parse().ok()?,
        };
        let count = kept.trim_start_matches(['-', '+', '0']).len();
        let power = match digits.sign() {
            Sign::NoSign => 0,
            _ => exponent.parse::<i64>().ok()? - part + dropped,
        };
        Some(Self {
            digits,
            count: i64::try_from(count).ok()?,
            power,
        })
    }

    pub(super) fn is_integer(&self) -> bool {
        self.power >= 0
    }

    pub(super) fn is_positive(&self) -> bool {
        self.digits.sign() == Sign::Plus
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let size = |decimal: &Self| decimal.count + decimal.power;
        let by_sign = self.digits.sign().cmp(&other.digits.sign());
        by_sign.then_with(|| match size(self).cmp(&size(other)) {
            Ordering::Equal => {
                let (left, right) = self.aligned(other);
                left.cmp(&right)
            }
            by_size if self.digits.sign() == Sign::Minus => by_size.reverse(),
            by_size => by_size,
        })
    }

    /// Whether it is a multiple of `other`. `false` if `other` is zero.
    pub(super) fn is_multiple_of(&self, other: &Self) -> bool {
        let (left, right) = self.aligned(other);
        right.sign() != Sign::NoSign && (left % right).sign() == Sign::NoSign
    }

    // The digits of both numbers, scaled to the lower power.
    fn aligned(&self, other: &Self) -> (BigInt, BigInt) {
        let least = self.power.min(other.power);
        let scaled = |decimal: &Self| {
            let more = u32::try_from(decimal.power - least).unwrap_or(u32::MAX);
            &decimal.digits * BigInt::from(10).pow(more)
        };
        (scaled(self), scaled(other))
    }

    /// The number as Go prints a big.Float.
    pub(super) fn text(&self) -> String {
        let text = self.digits.to_string();
        let first = text.len() - text.trim_start_matches('-').len() + 1;
        let (begin, rest) = text.split_at_checked(first).unwrap_or((&text, ""));
        let point = if rest.is_empty() { "" } else { "." };
        let exponent = if self.count == 0 {
            0
        } else {
            self.count + self.power - 1
        };
        number::general_text(&format!("{begin}{point}{rest}e{exponent}"))
    }
}
