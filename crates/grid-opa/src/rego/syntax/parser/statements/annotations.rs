//! Reads the annotations of a source, after its statements.

use crate::rego::syntax::annotations::{Block, Unread, blocks};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::Parser;

/// The memory limit for reading annotations, per byte of the source. YAML needs about that much.
const BYTES_PER_BYTE: u64 = 256;
/// The additional bytes that aliases may take.
const BYTES: u64 = 16 << 20;

impl Parser<'_> {
    /// Reads the annotations, if the options request them. Their errors are added to those of the statements.
    pub(crate) fn annotations(&mut self) -> Vec<Block> {
        let mut read = Vec::new();
        let Some(notation) = self.options.annotations else {
            return read;
        };
        let comments = std::mem::take(&mut self.comments);
        let mut left = BYTES + BYTES_PER_BYTE * self.text.len() as u64;
        for block in blocks(&comments, notation, &mut left) {
            match block {
                Ok(block) => read.push(block),
                Err((Unread::Wrong(message), span)) => self.error(span, message),
                Err((Unread::Limit(message), span)) => {
                    self.limits.stopped = Some(Fault::new(Code::Limit, message, span));
                    break;
                }
            }
        }
        self.comments = comments;
        read
    }
}
