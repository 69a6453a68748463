//! The copy of policies in which each head and statement has lines of its own.

use super::Lines;
use crate::edits::{Edits, LineIndex};
use crate::error::{Error, ErrorKind};
use crate::set::{PolicySet, Source};
use crate::stack;
use crate::syntax::{self, Clause, Head, HeadValue, Piece};
use std::ops::RangeInclusive;

/// The copy of one policy.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) name: String,
    pub(crate) v0: bool,
    pub(crate) text: String,
    pub(crate) items: Vec<Item>,
}

/// A head or a statement.
#[derive(Debug)]
pub(crate) struct Item {
    /// Where it stands in the policy.
    pub(crate) lines: Lines,
    pub(crate) mark: Mark,
}

/// What shows that an item was reached.
#[derive(Debug)]
pub(crate) enum Mark {
    /// That one of these lines of the copy was.
    Lines(RangeInclusive<u32>),
    /// That the function was called with this number.
    Value(u32),
}

/// Copies of the policies of a set, and the name of the function that they call.
pub(crate) fn of(set: &PolicySet) -> Result<(Vec<Copy>, String), Error> {
    let sources = set.sources()?;
    let mut function = "grid_covered".to_owned();
    while sources.iter().any(|source| source.text.contains(&function)) {
        function.push('_');
    }
    let mut values = 0;
    let copies = sources.iter().map(|source| {
        let clauses = stack::enough(set.levels(), || syntax::clauses(source));
        let clauses = clauses.map_err(|error| Error::new(ErrorKind::Internal, error))?;
        Ok(copy(source, &clauses, &function, &mut values))
    });
    Ok((copies.collect::<Result<_, Error>>()?, function))
}

fn copy(source: &Source, clauses: &[Clause], function: &str, values: &mut u32) -> Copy {
    let mut edits = Edits::default();
    let mut marked: Vec<(&Piece, Place)> = Vec::new();
    for clause in clauses {
        let (own, others) = match clause.heads.split_first() {
            Some((own, others)) => (Some(own), others),
            None => (None, &[][..]),
        };
        if let Some(place) = own.and_then(|head| own_line(head, &mut edits)) {
            marked.extend(own.map(|head| (&head.piece, place)));
        }
        for head in others {
            *values += 1;
            remembered(head, function, *values, &mut edits);
            marked.push((&head.piece, Place::Value(*values)));
        }
        for body in &clause.bodies {
            for statement in body.iter().filter(|statement| !statement.declares) {
                edits.insert(statement.piece.start, "\n");
                marked.push((&statement.piece, Place::Text(statement.piece.clone())));
            }
            if let Some(last) = body.last() {
                edits.insert(last.piece.end, "\n");
            }
        }
    }
    let edits = edits.sorted();
    let (index, shifts) = (LineIndex::of(&source.text), edits.shifts());
    let line = |place: usize| u32::try_from(index.line(place)).unwrap_or(u32::MAX);
    let shifted = |place: usize, at: bool| {
        let line = index.line(place) + shifts.before(place, at);
        u32::try_from(line).unwrap_or(u32::MAX)
    };
    let items = marked.into_iter().map(|(piece, place)| Item {
        lines: Lines {
            start: line(piece.start),
            end: line(piece.end.saturating_sub(1)),
        },
        mark: match place {
            Place::Text(piece) => {
                Mark::Lines(shifted(piece.start, true)..=shifted(piece.end, false))
            }
            Place::Behind(place) => {
                let line = shifted(place, false) + 1;
                Mark::Lines(line..=line)
            }
            Place::Value(number) => Mark::Value(number),
        },
    });
    Copy {
        name: source.name.clone(),
        v0: source.v0,
        items: items.collect(),
        text: edits.applied(&source.text),
    }
}

/// What of the policy tells the lines of an item in the copy.
enum Place {
    Text(Piece),
    /// The line that was added behind a place.
    Behind(usize),
    Value(u32),
}

// Gives the value of a head lines of its own.
fn own_line(head: &Head, edits: &mut Edits) -> Option<Place> {
    match &head.value {
        HeadValue::At(value) => {
            edits.insert(value.start, "\n");
            edits.insert(value.end, "\n");
            Some(Place::Text(value.clone()))
        }
        HeadValue::Implied => {
            edits.insert(head.piece.end, " := \ntrue\n");
            Some(Place::Behind(head.piece.end))
        }
        HeadValue::Unknown => None,
    }
}

// Passes the value of an `else` through the function that remembers it.
fn remembered(head: &Head, function: &str, number: u32, edits: &mut Edits) {
    match &head.value {
        HeadValue::At(value) => {
            edits.insert(value.start, &format!("{function}({number}, "));
            edits.insert(value.end, ")");
        }
        HeadValue::Implied | HeadValue::Unknown => {
            edits.insert(head.piece.end, &format!(" := {function}({number}, true)"));
        }
    }
}
