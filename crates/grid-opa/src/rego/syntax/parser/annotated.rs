//! The annotations of a source are read when its statements are.

use crate::rego::syntax::annotations::{Block, Unread, blocks};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::Parser;

/// Bytes for each byte of a source that reading its annotations may take. YAML needs about as many.
const BYTES_PER_BYTE: u64 = 256;
/// Bytes that aliases may take beyond these.
const BYTES: u64 = 16 << 20;

impl Parser<'_> {
    /// Reads the annotations, if they are asked for. What is wrong with them is an error beside those of the statements.
    pub(super) fn annotations(&mut self) -> Vec<Block> {
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
