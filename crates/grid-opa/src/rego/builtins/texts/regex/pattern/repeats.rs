//! Repetitions: `*`, `+`, `?` and counts.

use super::{Failure, Translation, wrong};

/// The maximum product of a repetition count and the counts of the repetitions around it.
const MAX_REPEATED: u32 = 1000;

impl<'p> Translation<'p> {
    // Records a repetition after its sign. `before` is the rest that starts with the sign.
    pub(super) fn repeat(
        &mut self,
        before: &'p str,
        repeated: Option<&'p str>,
        most: u32,
        check: Option<u32>,
    ) -> Result<(), Failure> {
        if self.take("?") {
            self.output.push('?');
        }
        if let Some(last) = repeated {
            return Err(wrong("invalid nested repetition operator", self.read(last)));
        }
        let group = self.groups.last().copied().unwrap_or_default();
        if !group.repeatable {
            return Err(wrong(
                "missing argument to repetition operator",
                self.read(before),
            ));
        }
        if group.flags_after {
            return Err(Failure::unsure(
                "a pattern has a repetition directly after flags",
            ));
        }
        let product = match check {
            // Zero repetitions.
            Some(0) => 0,
            Some(times) => group.last_product.max(1).saturating_mul(times),
            None => group.last_product,
        };
        if check.is_some_and(|times| times > 1) && product > MAX_REPEATED {
            return Err(wrong("invalid repeat count", self.read(before)));
        }
        let more = group.last_size.saturating_mul(u64::from(most.max(1)) - 1);
        let size = group.last_size.saturating_add(more);
        self.element(product, more);
        if let Some(group) = self.groups.last_mut() {
            group.last_size = size;
        }
        Ok(())
    }

    pub(super) fn counted(
        &mut self,
        before: &'p str,
        repeated: Option<&'p str>,
        least: Option<u32>,
        most: Option<Option<u32>>,
    ) -> Result<(), Failure> {
        let size = || wrong("invalid repeat count", self.read(before));
        let least = least
            .filter(|least| *least <= MAX_REPEATED)
            .ok_or_else(size)?;
        let greatest = match most {
            None => None,
            Some(most) => Some(
                most.filter(|most| (least..=MAX_REPEATED).contains(most))
                    .ok_or_else(size)?,
            ),
        };
        self.output.push_str(self.read(before));
        let times = greatest.unwrap_or(least);
        // `{0,}` is the same as a star.
        let check = if greatest.is_none() && least == 0 {
            None
        } else {
            Some(times)
        };
        self.repeat(before, repeated, times, check)
    }

    // Reads {2}, {2,} or {2,3} after the brace. A number is `None` if it is too large. Any other form is literal text.
    pub(super) fn counts(&mut self) -> Option<(Option<u32>, Option<Option<u32>>)> {
        let least = self.count()?;
        let most = if self.take(",") {
            if self.rest.starts_with('}') {
                None
            } else {
                Some(self.count()?)
            }
        } else {
            Some(least)
        };
        self.take("}").then_some((least, most))
    }

    fn count(&mut self) -> Option<Option<u32>> {
        let after = self
            .rest
            .trim_start_matches(|one: char| one.is_ascii_digit());
        let digits = self.read_until(after);
        // A number with a leading zero is literal text.
        if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
            return None;
        }
        self.rest = after;
        Some(digits.parse().ok())
    }
}
