//! JSON as Go's encoding/json reads and writes it, with its errors.

#[cfg(feature = "jwt")]
mod bytes;
mod read;
mod scan;
mod write;

#[cfg(feature = "jwt")]
pub(crate) use bytes::{read_bytes, replaced};
#[cfg(feature = "jwt")]
pub(crate) use read::first;
pub(crate) use read::{Unread, read};
pub(crate) use scan::is_valid;
pub(crate) use write::{Style, key_text, quoted, text_of, write};
