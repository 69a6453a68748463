//! Calls that read and write in one step: one of several threads wins.

use super::{entries, exhaust, explore, in_threads};
use crate::Cache;

#[test]
fn one_of_all_values_gets_in_and_all_see_that_one() {
    explore(|| {
        let cache = Cache::new(&entries(10)).unwrap();
        let seen = in_threads(4, move |number| {
            let (value, inserted) = cache.get_or_insert("k", &number.to_string(), None).unwrap();
            (value.as_str().unwrap().to_owned(), inserted)
        });
        assert_eq!(seen.iter().filter(|(_, inserted)| *inserted).count(), 1);
        assert!(seen.iter().all(|(value, _)| *value == seen[0].0));
        assert!(seen.iter().any(|(_, inserted)| *inserted));
    });
}

#[test]
fn one_of_two_values_gets_in_whatever_the_order() {
    exhaust(|| {
        let cache = Cache::new(&entries(10)).unwrap();
        let seen = in_threads(2, move |number| {
            cache.get_or_insert("k", &number.to_string(), None).unwrap()
        });
        assert!(seen[0].0 == seen[1].0 && seen[0].1 != seen[1].1);
    });
}

#[test]
fn each_entry_is_taken_once() {
    explore(|| {
        let cache = Cache::new(&entries(10)).unwrap();
        for key in ["a", "b"] {
            cache.set(key, key, None).unwrap();
        }
        let taken = in_threads(3, move |_| {
            let taken = ["a", "b"].map(|key| usize::from(cache.take(key).is_some()));
            taken.iter().sum::<usize>()
        });
        assert_eq!(taken.iter().sum::<usize>(), 2);
    });
}

#[test]
fn no_count_is_lost() {
    explore(|| {
        let cache = Cache::new(&entries(10)).unwrap();
        let shared = cache.clone();
        let mut sums = in_threads(3, move |_| {
            [(); 2].map(|()| shared.incr("k", 1, None).unwrap())
        })
        .concat();
        sums.sort_unstable();
        assert_eq!(sums, [1, 2, 3, 4, 5, 6]);
        assert_eq!(cache.get("k").unwrap().as_str(), Some("6"));
    });
}
