//! The violations of a document, and their places.

use super::super::{Context, Failure};

/// A place in a document.
pub(super) struct Place<'p> {
    pub(super) head: Step<'p>,
    pub(super) above: Option<&'p Place<'p>>,
}

pub(super) enum Step<'p> {
    Root,
    Field(&'p str),
    Item(usize),
}

impl Place<'_> {
    fn field(&self) -> String {
        let mut steps = Vec::new();
        let mut place = Some(self);
        while let Some(Place { head, above }) = place {
            match head {
                Step::Root => {}
                Step::Field(name) => steps.push((*name).to_owned()),
                Step::Item(index) => steps.push(index.to_string()),
            }
            place = *above;
        }
        steps.reverse();
        if self.above.is_none() {
            "(Root)".to_owned()
        } else {
            steps.join(".")
        }
    }
}

/// One violation.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: &'static str,
    pub(super) field: String,
    pub(super) text: String,
}

/// The result of a check. If all alternatives fail, the faults of the one with the highest score are reported.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) faults: Vec<Fault>,
    pub(super) score: i64,
}

impl Outcome {
    pub(super) fn is_valid(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.score = self.score.saturating_add(other.score);
    }

    /// Keeps `other` if it has a higher score than `best`.
    pub(super) fn keep_best(best: &mut Option<Self>, other: Self) {
        if best.as_ref().is_none_or(|best| other.score > best.score) {
            *best = Some(other);
        }
    }

    /// Adds a fault. `text` gets the name of the field.
    pub(super) fn add(
        &mut self,
        kind: &'static str,
        place: &Place<'_>,
        text: impl FnOnce(&str) -> String,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let field = place.field();
        let text = text(&field);
        // The error repeats both texts.
        let size = field.len().saturating_add(text.len()).saturating_mul(2);
        context.charge(size.saturating_add(size_of::<Fault>()))?;
        self.faults.push(Fault { kind, field, text });
        self.score = self.score.saturating_sub(2);
        Ok(())
    }
}
