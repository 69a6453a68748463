use crate::policy::Policy;
use crate::table::{Life, Table};
use crate::value::Value;

use super::*;

/// A table of the keys 0 to `entries`; each key is its own hash.
fn filled(entries: u32, usage: Option<Usage>) -> Table {
    let mut table = Table::new(Policy::S3Fifo, false);
    (0..entries).for_each(|n| insert(&mut table, n, usage));
    table
}

fn insert(table: &mut Table, n: u32, usage: Option<Usage>) {
    let life = Life {
        deadline: u64::MAX,
        ttl: u64::MAX,
    };
    table.reserve(usize::MAX).unwrap();
    let value = Value::new(&n.to_string(), "".into()).unwrap();
    table.insert(n, value, life, usage);
}

fn touch(table: &mut Table, n: u32, times: u8) {
    let number = table.find(n, &n.to_string()).unwrap();
    (0..times).for_each(|_| table.touch(number, 0));
}

fn evict(table: &mut Table) -> u32 {
    let number = table.victim(Measure::Entries).unwrap();
    let value = table.remove(number, true).unwrap();
    assert_eq!(table.fault(), None);
    value.key().parse().unwrap()
}

#[test]
#[cfg_attr(miri, ignore = "Miri takes minutes for it")]
fn an_eviction_passes_over_so_many_entries_at_most() {
    let (passed, entries) = (MOST_PASSED as u32, 3 * MOST_PASSED as u32);
    let mut table = filled(entries, Some(Usage::RESTORED));
    (0..entries).for_each(|n| touch(&mut table, n, MOST_USES));
    assert_eq!(
        evict(&mut table),
        passed,
        "the next one, though it was used"
    );
    let uses: u32 = table
        .by_leaving()
        .map(|number| u32::from(table.usage(number).unwrap().uses()))
        .sum();
    let most = u32::from(MOST_USES);
    assert_eq!(
        uses,
        (entries - 1) * most - passed,
        "each passed has one less"
    );
}

#[test]
#[cfg_attr(miri, ignore = "Miri takes minutes for it")]
fn packing_keeps_queues_uses_and_ghosts() {
    let mut table = filled(1000, None);
    (0..1000).step_by(2).for_each(|n| touch(&mut table, n, 3));
    for n in 1000..1700 {
        evict(&mut table);
        insert(&mut table, n, None);
    }
    let gone = |table: &Table, n: u32| table.find(n, &n.to_string()).is_none();
    let ghosts: Vec<u32> = (0..1700).filter(|&n| gone(&table, n)).collect();
    let order = |table: &Table| -> Vec<(String, Option<Usage>)> {
        let numbers = table.by_leaving();
        let usage = |number| {
            let key = table.value(number).unwrap().key();
            (key.to_owned(), table.usage(number))
        };
        numbers.map(usage).collect()
    };
    let last: Vec<String> = order(&table).into_iter().map(|(key, _)| key).collect();
    for key in &last[..900] {
        let n: u32 = key.parse().unwrap();
        let number = table.find(n, key).unwrap();
        table.remove(number, false);
    }
    let before = order(&table);
    table.compact_if_sparse();
    assert_eq!((order(&table), table.fault()), (before, None));
    // The last hundred evicted keys are ghosts, and return to the main queue.
    for &n in ghosts.iter().rev().take(100) {
        insert(&mut table, n, None);
        let number = table.find(n, &n.to_string()).unwrap();
        assert!(table.usage(number).unwrap().is_main(), "{n}");
    }
}
