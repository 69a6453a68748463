//! "Did you mean" in errors.

/// Longer names have no suggestions: the time to compare grows with the square of their length.
const MAX_LENGTH: usize = 200;

/// The options that are like an input, the likest first.
pub(super) fn suggested<'o>(input: &str, options: impl Iterator<Item = &'o str>) -> Vec<&'o str> {
    // 0.4 of the length, as a whole number, and one.
    let most = input.len() * 2 / 5 + 1;
    let options = options.filter(|_| input.len() <= MAX_LENGTH);
    let near = options.filter_map(|option| Some((distance(input, option, most)?, option)));
    let mut near: Vec<_> = near.collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().map(|(_, option)| option).collect()
}

/// The end of an error that names up to five options; empty without options.
pub(super) fn hint(prefix: &str, options: &[&str]) -> String {
    let options = options.iter().take(5);
    let mut options: Vec<String> = options.map(|option| format!("\"{option}\"")).collect();
    let last = options.pop();
    let list = match (options.len(), last) {
        (_, None) => return String::new(),
        (0, Some(last)) => last,
        (1, Some(last)) => format!("{} or {last}", options.concat()),
        (_, Some(last)) => format!("{}, or {last}", options.join(", ")),
    };
    format!(" {prefix} {list}?")
}

// The number of changed characters between two texts, unless there are more than `most`. Another case is one change.
fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    if one == other {
        return Some(0);
    }
    let lower = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    let (one, other) = (lower(one), lower(other));
    if one == other {
        return Some(1);
    }
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.iter().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (right, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(left != right);
            diagonal = *cell;
            before = replaced.min(diagonal + 1).min(before + 1);
            *cell = before;
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}
