//! Where the columns of a rewritten text were.

use crate::edits::Edits;
use std::collections::BTreeMap;

/// Columns of a rewritten text by those of the text before.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moves(BTreeMap<u32, Vec<Move>>);

/// Text that was put into a line: where it begins, and how long it and what stood there are, in characters.
#[derive(Debug, Clone, Copy)]
struct Move {
    column: u32,
    new: u32,
    old: u32,
}

impl Moves {
    /// Those of sorted changes. Of one over several lines only what stays in its line is known.
    pub(super) fn of(text: &str, edits: &Edits) -> Self {
        let mut moves = Self::default();
        // The place that was looked at last, its line, and its column from 0 in the text before; by how much columns are later there.
        let (mut looked, mut number, mut column, mut later) = (0, 1_u32, 0_i64, 0_i64);
        for (place, new) in edits.iter() {
            let mut between = text.get(looked..place.start).unwrap_or_default();
            if let Some(at) = between.rfind('\n') {
                number = number.saturating_add(count(between.matches('\n').count()));
                between = between.get(at + 1..).unwrap_or_default();
                (column, later) = (0, 0);
            }
            column += i64::from(count(between.chars().count()));
            looked = place.start;
            let old = text.get(place.clone()).unwrap_or_default();
            if new.contains('\n') || old.contains('\n') {
                continue;
            }
            let one = Move {
                column: u32::try_from(column + 1 + later).unwrap_or(u32::MAX),
                new: count(new.chars().count()),
                old: count(old.chars().count()),
            };
            later += i64::from(one.new) - i64::from(one.old);
            moves.0.entry(number).or_default().push(one);
        }
        moves
    }

    /// The column, from 1, that one of the rewritten text was; that of what was put in is where it was put.
    pub(crate) fn before(&self, line: u32, column: u32) -> u32 {
        let mut earlier: u32 = 0;
        let mut added: u32 = 0;
        for one in self.0.get(&line).into_iter().flatten() {
            if column < one.column {
                break;
            }
            if column < one.column.saturating_add(one.new) {
                return one.column.saturating_add(added).saturating_sub(earlier);
            }
            earlier = earlier.saturating_add(one.new);
            added = added.saturating_add(one.old);
        }
        column.saturating_add(added).saturating_sub(earlier)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_the_text_before() {
        let text = "a\nallow if not f(input.x) == 1";
        let mut edits = Edits::default();
        let at = |part: &str| text.find(part).unwrap_or(0);
        edits.replace(at("not")..at("not"), "{ v := input.x; ");
        edits.replace(at("input.x")..at(") =="), "v");
        let edits = edits.sorted();
        let new = edits.applied(text);
        assert_eq!(new, "a\nallow if { v := input.x; not f(v) == 1");
        let moves = Moves::of(text, &edits);
        let line = new.lines().nth(1).unwrap_or_default();
        let before = |part: &str| {
            let column = line.rfind(part).unwrap_or(0) + 1;
            moves.before(2, count(column))
        };
        assert_eq!(before("allow"), 1);
        assert_eq!(before("not"), count(at("not") - 2) + 1);
        assert_eq!(before("f("), count(at("f(") - 2) + 1);
        assert_eq!(before("v)"), count(at("input.x") - 2) + 1);
        assert_eq!(before("== 1"), count(at("== 1") - 2) + 1);
        assert_eq!(moves.before(1, 1), 1);
    }

    #[test]
    fn each_line_has_its_own() {
        let text = "ä b c\nd e f";
        let mut edits = Edits::default();
        for part in ["b", "c", "d", "f"] {
            let at = text.find(part).unwrap_or(0);
            edits.replace(at..at + 1, "new");
        }
        let moves = Moves::of(text, &edits.sorted());
        let columns = |line: u32| [1, 3, 6, 7, 9, 11].map(|column| moves.before(line, column));
        // ä new new, and new e new
        assert_eq!(columns(1), [1, 3, 4, 5, 5, 7]);
        assert_eq!(columns(2), [1, 1, 4, 5, 5, 7]);
    }
}
