//! What a thread compiled, to be had again. It is shared and not copied: the copy of a pattern begins with empty scratch space, and making
//! that takes more than ten times as long as a match.

use std::cell::RefCell;
use std::rc::Rc;

/// How many values are kept.
const MOST: usize = 64;

/// The values that were used last, by the text that they were made of; the last used is the first.
pub(super) struct Kept<T>(RefCell<Vec<(String, Rc<T>)>>);

impl<T> Kept<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// Forgets all values.
    /// The value of a text, made if it is not here.
    pub(super) fn get<E>(
        &self,
        text: &str,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        let mut values = self.0.borrow_mut();
        if let Some(place) = values.iter().position(|(kept, _)| kept == text)
            && let Some(used) = values.get_mut(..=place)
        {
            used.rotate_right(1);
            if let Some((_, value)) = used.first() {
                return Ok(value.clone());
            }
        }
        let value = Rc::new(make()?);
        values.truncate(MOST - 1);
        values.insert(0, (text.to_owned(), value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_and_the_last_used_stay() {
        let kept = Kept::new();
        let get = |text: &str| {
            let mut made = false;
            let value = kept.get(text, || {
                made = true;
                Ok::<_, ()>(text.len())
            });
            assert_eq!(value, Ok(Rc::new(text.len())));
            made
        };
        assert!(get("a") && get("bc") && !get("a"));
        for length in 3..MOST + 2 {
            assert!(get(&"x".repeat(length)));
            assert!(!get("a"));
        }
        assert!(get("bc"));
        assert_eq!(kept.get("d", || Err("no")), Err("no"));
    }
}
