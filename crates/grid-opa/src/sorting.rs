//! Sorts that share their code.
//!
//! std's sort takes 4 KB of code per item type and order, and collecting into a tree sorts too. One shared sort serves all types if the
//! lists are small or sorted rarely, such as at a load. Lists that evaluations sort often use std's sort.

use std::cmp::Ordering;

/// Sorts as [`slice::sort_by`] does: equal items stay in their order.
pub(crate) fn sort_by<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    if items.is_sorted_by(|one, other| compare(one, other).is_le()) {
        return;
    }
    let order = order(
        items.len(),
        &mut |one, other| match (items.get(one), items.get(other)) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        },
    );
    let mut places: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(
        order
            .into_iter()
            .filter_map(|place| places.get_mut(place)?.take()),
    );
}

/// Sorts as [`slice::sort`] does.
pub(crate) fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
}

/// Collects items one at a time, without the sort of `collect`.
pub(crate) fn gathered<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}

/// The indices of `count` items in sorted order; equal items keep their order.
pub(crate) fn order(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|&one, &other| compare(one, other));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_std_does() {
        fastrand::seed(7);
        for count in 0..if cfg!(miri) { 40 } else { 200 } {
            let mut items: Vec<(u8, usize)> =
                (0..count).map(|place| (fastrand::u8(..9), place)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort_by(&mut items, |(one, _), (other, _)| one.cmp(other));
            assert_eq!(items, expected);
        }
    }
}
