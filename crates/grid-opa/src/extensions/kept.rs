//! Compiled patterns that a thread keeps. They are used in place: a copy of one would begin with empty scratch space, and making that
//! takes more than ten times as long as the match.

use std::cell::RefCell;
use std::thread::LocalKey;

/// How many of a kind a thread keeps.
const KEPT: usize = 64;

/// Patterns by their texts, the last used first.
pub(super) type Kept<P> = RefCell<Vec<(String, P)>>;

/// Uses the pattern of a text, made if it is not kept.
pub(super) fn with_pattern<P: 'static, E, T>(
    kept: &'static LocalKey<Kept<P>>,
    text: &str,
    make: impl FnOnce() -> Result<P, E>,
    work: impl FnOnce(&P) -> T,
) -> Result<T, E> {
    kept.with_borrow_mut(|patterns| {
        let kept = patterns.iter().position(|(kept, _)| kept == text);
        let (text, pattern) = match kept {
            Some(place) => patterns.remove(place),
            None => (text.to_owned(), make()?),
        };
        let answer = work(&pattern);
        patterns.truncate(KEPT - 1);
        patterns.insert(0, (text, pattern));
        Ok(answer)
    })
}
