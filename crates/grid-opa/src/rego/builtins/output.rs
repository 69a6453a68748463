//! Builds texts within the limits of memory and time.

use super::{Context, Failure};
use crate::rego::value::text::Sink;

/// A text that charges memory before it allocates it.
pub(crate) struct Text<'t, 'c> {
    context: &'t mut Context<'c>,
    text: String,
    /// The bytes charged so far.
    granted: usize,
}

impl<'t, 'c> Text<'t, 'c> {
    pub(crate) const fn new(context: &'t mut Context<'c>) -> Self {
        Self {
            context,
            text: String::new(),
            granted: 0,
        }
    }

    pub(crate) fn push(&mut self, text: &str) -> Result<(), Failure> {
        let length = self.text.len().saturating_add(text.len());
        if length > self.granted {
            self.grow(length)?;
        }
        self.text.push_str(text);
        Ok(())
    }

    pub(crate) fn push_char(&mut self, character: char) -> Result<(), Failure> {
        self.push(character.encode_utf8(&mut [0; 4]))
    }

    /// Appends a text `count` times.
    pub(crate) fn repeat(&mut self, text: &str, count: usize) -> Result<(), Failure> {
        let length = self
            .text
            .len()
            .saturating_add(text.len().saturating_mul(count));
        if length > self.granted {
            self.grow(length)?;
        }
        for _ in 0..count {
            self.text.push_str(text);
        }
        Ok(())
    }

    // Grows to at least twice the size, as `String` does.
    fn grow(&mut self, length: usize) -> Result<(), Failure> {
        self.context.in_time()?;
        let wanted = length.max(self.granted.saturating_mul(2)).max(64);
        self.context.charge(wanted - self.granted)?;
        self.text.reserve_exact(wanted - self.text.len());
        self.granted = wanted;
        Ok(())
    }

    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn context(&mut self) -> &mut Context<'c> {
        self.context
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }
}

impl Sink for Text<'_, '_> {
    type Refusal = Failure;

    fn put(&mut self, text: &str) -> Result<(), Failure> {
        self.push(text)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Failure> {
        self.context.in_time()?;
        Ok(self.context.charge(bytes)?)
    }

    fn refusal(&self, why: &str) -> Failure {
        Failure::unsure(why)
    }
}
