//! A cache for values that a thread compiles, such as patterns. Values are shared and not copied: a copied pattern starts with empty
//! scratch space, and allocating that takes more than ten times as long as a match.

use std::cell::RefCell;
use std::rc::Rc;

/// The maximum number of values.
const MAX: usize = 64;

/// The most recently used values, with the texts that they were made from. The most recent one comes first.
pub(super) struct Cache<T>(RefCell<Vec<(String, Rc<T>)>>);

impl<T> Cache<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// Returns the value of a text. Makes it if it is not in the cache.
    pub(super) fn get<E>(
        &self,
        text: &str,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        if let Some(value) = self.find(text) {
            return Ok(value);
        }
        let value = Rc::new(make()?);
        self.keep(text, value.clone());
        Ok(value)
    }

    /// The value of a text, if it is in the cache.
    pub(super) fn find(&self, text: &str) -> Option<Rc<T>> {
        let mut values = self.0.borrow_mut();
        let place = values.iter().position(|(key, _)| key == text)?;
        let used = values.get_mut(..=place)?;
        used.rotate_right(1);
        used.first().map(|(_, value)| value.clone())
    }

    /// Stores the value of a text that is not in the cache.
    pub(super) fn keep(&self, text: &str, value: Rc<T>) {
        let mut values = self.0.borrow_mut();
        values.truncate(MAX - 1);
        values.insert(0, (text.to_owned(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_and_recent_values_stay() {
        let cache = Cache::new();
        let get = |text: &str| {
            let mut made = false;
            let value = cache.get(text, || {
                made = true;
                Ok::<_, ()>(text.len())
            });
            assert_eq!(value, Ok(Rc::new(text.len())));
            made
        };
        assert!(get("a") && get("bc") && !get("a"));
        for length in 3..MAX + 2 {
            assert!(get(&"x".repeat(length)));
            assert!(!get("a"));
        }
        assert!(get("bc"));
        assert_eq!(cache.get("d", || Err("no")), Err("no"));
    }
}
