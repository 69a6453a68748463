//! PEM, read as by Go's encoding/pem.

use crate::rego::builtins::encoding::base64::{Alphabet, decode};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "\n-----END ";
const DASHES: &str = "-----";

/// A block: its type and its bytes.
pub(super) struct Block<'t> {
    pub(super) of: &'t str,
    pub(super) bytes: Vec<u8>,
}

/// The first block of a text, and the rest after it. Text that is no block is skipped.
pub(super) fn find(text: &str) -> Option<(Block<'_>, &str)> {
    let mut rest = text;
    loop {
        // The first end, and the last begin before it.
        let end = rest.find(END)?;
        let after_end = rest.get(end + END.len()..)?;
        let before = rest.get(..end)?;
        let begin = before.rfind(BEGIN);
        let begin = begin.filter(|at| *at == 0 || before.as_bytes().get(at - 1) == Some(&b'\n'));
        if let Some(begin) = begin
            && let Some(found) = block(before.get(begin + BEGIN.len()..)?, after_end)
        {
            return Some(found);
        }
        rest = after_end;
    }
}

/// Whether there could be a block in bytes that are not UTF-8.
pub(super) fn can_be(bytes: &[u8]) -> bool {
    bytes.windows(10).any(|window| window == b"-----BEGIN")
}

// The block between a begin and an end.
fn block<'t>(inside: &'t str, after_end: &'t str) -> Option<(Block<'t>, &'t str)> {
    let (first, mut body) = inside.split_once('\n').unwrap_or((inside, ""));
    let of = line(first).strip_suffix(DASHES)?;
    // Headers are skipped.
    while let Some((header, next)) = body.split_once('\n').or(Some((body, "")))
        && header.contains(':')
    {
        body = next;
    }
    let after = after_end.strip_prefix(of)?.strip_prefix(DASHES)?;
    let (last, rest) = after.split_once('\n').unwrap_or((after, ""));
    if !line(last).is_empty() {
        return None;
    }
    let data: String = body
        .chars()
        .filter(|one| !matches!(one, ' ' | '\t'))
        .collect();
    let bytes = decode(&data, Alphabet::Standard).ok()?;
    Some((Block { of, bytes }, rest))
}

// A line without the space at its end.
fn line(text: &str) -> &str {
    text.strip_suffix('\r')
        .unwrap_or(text)
        .trim_end_matches([' ', '\t'])
}
