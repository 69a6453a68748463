//! A doubly linked list through the slots, so that every move takes constant time: the order of use, or a queue.

use crate::slab::{Link, NONE, Slots};

/// The list; `prev` of a slot is newer, `next` older.
pub(crate) struct List {
    newest: u32,
    oldest: u32,
}

impl List {
    /// An empty list.
    pub(crate) const fn new() -> Self {
        Self {
            newest: NONE,
            oldest: NONE,
        }
    }

    /// The oldest slot.
    pub(crate) fn oldest(&self) -> Option<u32> {
        (self.oldest != NONE).then_some(self.oldest)
    }

    /// Links a slot as the newest.
    pub(crate) fn push_newest(&mut self, slots: &mut Slots, number: u32) {
        let link = Link {
            prev: NONE,
            next: self.newest,
        };
        slots.set_order(number, link);
        match slots.order_mut(self.newest) {
            Some(second) => second.prev = number,
            None => self.oldest = number,
        }
        self.newest = number;
    }

    /// Unlinks a slot.
    pub(crate) fn unlink(&mut self, slots: &mut Slots, number: u32) {
        let Link { prev, next } = slots.order(number);
        match slots.order_mut(prev) {
            Some(newer) => newer.next = next,
            None => self.newest = next,
        }
        match slots.order_mut(next) {
            Some(older) => older.prev = prev,
            None => self.oldest = prev,
        }
    }

    /// Moves a slot to the newest end.
    pub(crate) fn touch(&mut self, slots: &mut Slots, number: u32) {
        if self.newest != number {
            self.unlink(slots, number);
            self.push_newest(slots, number);
        }
    }

    /// All slots, the oldest first.
    pub(crate) fn iter(&self, slots: &Slots) -> impl Iterator<Item = u32> {
        std::iter::successors(self.oldest(), |&number| {
            let newer = slots.order(number).prev;
            (newer != NONE).then_some(newer)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::{NO_DEADLINE, Slab};
    use crate::value::Value;

    /// The numbers from the oldest to the newest, read through both directions of the links.
    fn order(list: &List, slots: &Slots) -> Vec<u32> {
        let walk = |from: u32, step: fn(&Link) -> u32| {
            std::iter::successors((from != NONE).then_some(from), |&n| {
                Some(step(&slots.order(n))).filter(|&n| n != NONE)
            })
            .collect::<Vec<u32>>()
        };
        let forth = walk(list.oldest, |link| link.prev);
        let mut back = walk(list.newest, |link| link.next);
        back.reverse();
        assert_eq!(forth, back);
        forth
    }

    #[test]
    fn keeps_the_order_of_use() {
        let mut slab = Slab::new();
        let mut list = List::new();
        for _ in 0..4 {
            let number = slab.insert(Value::new("", "".into()).unwrap(), 0, NO_DEADLINE);
            list.push_newest(&mut slab.slots, number);
        }
        list.touch(&mut slab.slots, 3);
        assert_eq!(order(&list, &slab.slots), [0, 1, 2, 3]);
        list.touch(&mut slab.slots, 0);
        list.touch(&mut slab.slots, 2);
        assert_eq!(order(&list, &slab.slots), [1, 3, 0, 2]);
        for (number, rest) in [
            (3, vec![1, 0, 2]),
            (1, vec![0, 2]),
            (2, vec![0]),
            (0, vec![]),
        ] {
            list.unlink(&mut slab.slots, number);
            assert_eq!(order(&list, &slab.slots), rest);
        }
        assert_eq!(list.oldest(), None);
    }
}
