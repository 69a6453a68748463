//! Numbers.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::token::Token;

/// OPA rejects numbers whose binary exponent is larger.
const MAX_POWER_OF_TWO: f64 = 1e5;
/// The binary exponents of Go's big floats.
const POWERS_OF_TWO: std::ops::RangeInclusive<f64> = -2_147_483_648.0..=2_147_483_647.0;

/// Why a text is not a valid number.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Invalid,
    TooBig,
}

impl Parser<'_> {
    /// A number, from its minus or its decimal point on. Spaces may follow these.
    pub(crate) fn number(&mut self) -> Option<Term> {
        let span = self.now.span;
        let mut text = String::new();
        if self.now.token == Token::Sub {
            text.push('-');
            self.scan();
            if !matches!(self.now.token, Token::Number | Token::Dot) {
                self.illegal("expected number");
                return None;
            }
        }
        let begins_with_point = self.now.token == Token::Dot;
        if begins_with_point {
            text.push('.');
            self.scan();
            if self.now.token != Token::Number {
                self.illegal("expected number");
                return None;
            }
        }
        let literal = self.literal();
        if !begins_with_point && has_leading_zero(literal) {
            self.illegal("expected number without leading zero");
            return None;
        }
        text.push_str(&String::from_utf8_lossy(literal));
        match check(&text) {
            Ok(()) => {
                self.limits.height = 1;
                Some(Term::new(TermKind::Number(text.into()), span))
            }
            Err(Refusal::TooBig) => {
                self.error(self.now.span, "number too big");
                None
            }
            Err(Refusal::Invalid) => {
                self.illegal("invalid float");
                None
            }
        }
    }
}

fn has_leading_zero(literal: &[u8]) -> bool {
    match literal {
        [b'0', b'.', ..] | [b'0', b'e' | b'E', _, ..] => false,
        [b'0', _, ..] => true,
        _ => false,
    }
}

/// Checks a number in the same way as OPA, which reads it as one of Go's big floats.
fn check(text: &str) -> Result<(), Refusal> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut all = integer.bytes().chain(fraction.bytes());
    if integer.len() + fraction.len() == 0 || !all.clone().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::Invalid);
    }
    let exponent: i64 = exponent
        .strip_prefix('+')
        .unwrap_or(exponent)
        .parse()
        .map_err(|_| Refusal::Invalid)?;
    let Some(zeros) = all.position(|digit| digit != b'0') else {
        return Ok(());
    };
    // The digits as an integer: 0.d1d2d3... * 10^length.
    let leading = integer.bytes().chain(fraction.bytes()).skip(zeros).take(18);
    let (mantissa, _) = leading.fold((0.0, 1.0), |(sum, scale): (f64, f64), digit| {
        let scale = scale / 10.0;
        (sum + f64::from(digit - b'0') * scale, scale)
    });
    let length = integer.len() + fraction.len() - zeros;
    let digits_power = mantissa.log2() + approximate(length) * std::f64::consts::LOG2_10;
    let scale = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
    if !POWERS_OF_TWO.contains(&(digits_power.floor() + 1.0 + approximate(scale))) {
        return Err(Refusal::Invalid);
    }
    let power = (digits_power + approximate(scale) * std::f64::consts::LOG2_10).floor() + 1.0;
    // Go reads a number that is too small as zero.
    if power.abs() > MAX_POWER_OF_TWO && power >= *POWERS_OF_TWO.start() {
        return Err(Refusal::TooBig);
    }
    Ok(())
}

fn approximate(number: impl TryInto<i64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "only the size of it counts")]
    let approximate = number.try_into().unwrap_or(i64::MAX) as f64;
    approximate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_refused_where_go_refuses_them() {
        for (text, result) in [
            ("0", Ok(())),
            ("-1.5e3", Ok(())),
            (".5", Ok(())),
            ("1e1000", Ok(())),
            ("1e30102", Ok(())),
            ("1e30103", Err(Refusal::TooBig)),
            ("1e-30103", Ok(())),
            ("1e-30104", Err(Refusal::TooBig)),
            ("0e99999999999", Ok(())),
            ("1e-840354372", Ok(())),
            ("1e840354372", Err(Refusal::TooBig)),
            ("1e99999999999", Err(Refusal::Invalid)),
            ("0e99999999999999999999", Err(Refusal::Invalid)),
            (".1.5", Err(Refusal::Invalid)),
            (".", Err(Refusal::Invalid)),
        ] {
            assert_eq!(check(text), result, "{text}");
        }
    }

    #[test]
    fn a_zero_leads_only_fractions_and_powers() {
        for (text, leads) in [
            ("0", false),
            ("0.1", false),
            ("0e1", false),
            ("01", true),
            ("0e", true),
        ] {
            assert_eq!(has_leading_zero(text.as_bytes()), leads, "{text}");
        }
    }
}
