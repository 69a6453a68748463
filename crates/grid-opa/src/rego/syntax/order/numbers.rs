//! Compares the texts of numbers.

use std::cmp::Ordering;

/// The text of a number as digits without leading and trailing zeros, and a power of ten: 0.d1d2d3... * 10^power.
struct Decimal<'t> {
    negative: bool,
    integer: &'t str,
    fraction: &'t str,
    power: i64,
}

impl<'t> Decimal<'t> {
    fn of(text: &'t str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
        let huge = if exponent.starts_with('-') {
            i64::MIN / 4
        } else {
            i64::MAX / 4
        };
        let exponent = exponent
            .parse()
            .unwrap_or(huge)
            .clamp(i64::MIN / 4, i64::MAX / 4);
        let integer = integer.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        if integer.is_empty() {
            let short = fraction.trim_start_matches('0');
            let skipped = i64::try_from(fraction.len() - short.len()).unwrap_or(i64::MAX / 4);
            return Self {
                negative: negative && !short.is_empty(),
                integer: "",
                fraction: short,
                power: exponent - skipped,
            };
        }
        let before = i64::try_from(integer.len()).unwrap_or(i64::MAX / 4);
        Self {
            negative,
            integer,
            fraction,
            power: exponent + before,
        }
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.integer.bytes().chain(self.fraction.bytes())
    }

    fn is_zero(&self) -> bool {
        self.integer.is_empty() && self.fraction.is_empty()
    }

    /// Compares the absolute values.
    fn compare(&self, other: &Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (false, false) => self
                .power
                .cmp(&other.power)
                .then_with(|| self.compare_digits(other)),
            (a, b) => b.cmp(&a),
        }
    }

    fn compare_digits(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (self.digits(), other.digits());
        loop {
            match (a.next(), b.next()) {
                (None, None) => return Ordering::Equal,
                (a, b) => match a.unwrap_or(b'0').cmp(&b.unwrap_or(b'0')) {
                    Ordering::Equal => {}
                    order => return order,
                },
            }
        }
    }
}

/// Compares the texts of numbers by their values.
pub(crate) fn compare_numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (Decimal::of(a), Decimal::of(b));
    match (a.negative, b.negative) {
        (false, false) => a.compare(&b),
        (true, true) => b.compare(&a),
        (a, b) => b.cmp(&a),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        for (a, b, order) in [
            ("1", "1.0", Ordering::Equal),
            ("10", "1e1", Ordering::Equal),
            ("0.001", "1e-3", Ordering::Equal),
            ("-0", "0.0", Ordering::Equal),
            ("2", "10", Ordering::Less),
            ("-2", "-10", Ordering::Greater),
            ("-1", "0", Ordering::Less),
            ("0", "1e-999999999999999999999", Ordering::Less),
            ("1e999999999999999999999", "9", Ordering::Greater),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
        ] {
            assert_eq!(compare_numbers(a, b), order, "{a} {b}");
            assert_eq!(compare_numbers(b, a), order.reverse(), "{b} {a}");
        }
    }
}
