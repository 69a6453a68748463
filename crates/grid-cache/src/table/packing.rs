//! Packing: entries move into a smaller block when most of theirs is unused.

use super::Table;
use crate::order::Order;
use crate::slab::expiry::Expiry;

impl Table {
    /// Moves the entries into a block of their size if more than half of it is unused: otherwise the slots of many small entries would
    /// stay after a few large ones have replaced them. At least as many removals pay for each move. Without memory for the move nothing
    /// changes.
    pub(crate) fn compact_if_sparse(&mut self) {
        if !self.slab.is_sparse() {
            return;
        }
        let mut packed = Table {
            expiry: Expiry::new(self.expiry.elapsed()),
            ..self.new_alike()
        };
        for number in self.order.linked(&self.slab.slots) {
            let Some(value) = self.value(number).cloned() else {
                continue;
            };
            if packed.reserve(self.len()).is_err() {
                return;
            }
            let hash = self.slab.slots[number].hash;
            packed.insert(hash, value, self.life(number), self.usage(number));
        }
        if let (Order::S3Fifo(to), Order::S3Fifo(from)) = (&mut packed.order, &self.order) {
            to.take_ghosts(from);
        }
        *self = packed;
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;
    use crate::table::{Life, Table};
    use crate::value::Value;

    #[test]
    #[cfg_attr(miri, ignore = "Miri takes minutes for it")]
    fn the_block_shrinks_with_its_entries_and_keeps_them() {
        let mut table = Table::new(Policy::Lru, true);
        let key = |n: u32| n.to_string();
        let life = |n: u32| Life {
            deadline: 1000 + u64::from(n),
            ttl: 1024,
        };
        for n in 0..10_000 {
            table.reserve(10_000).unwrap();
            let value = Value::new(&key(n), "v".into()).unwrap();
            table.insert(n, value, life(n), None);
        }
        for n in 0..9_900 {
            let number = table.find(n, &key(n)).unwrap();
            table.remove(number, false).unwrap();
            table.compact_if_sparse();
        }
        assert_eq!((table.len(), table.fault()), (100, None));
        assert!(table.slab.slots.len() <= 200, "half idle at most");
        let order: Vec<Life> = table
            .by_leaving()
            .map(|number| table.life(number))
            .collect();
        assert_eq!(order, (9_900..10_000).map(life).collect::<Vec<_>>());
        assert_eq!(table.due(10_900).map(|n| table.deadline(n)), Some(10_900));
    }
}
