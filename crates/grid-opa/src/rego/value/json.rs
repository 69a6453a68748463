//! JSON as Go's encoding/json reads and writes it, with its errors.

mod read;
mod scan;
mod write;

pub(crate) use read::{Unread, read};
pub(crate) use scan::is_valid;
pub(crate) use write::{Style, key_text, quoted, text_of, write};
