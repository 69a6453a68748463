//! Checks a query against a schema: the rules of the GraphQL specification, as gqlparser has them.
//!
//! A walk through the query notes the definitions of its parts, and calls the rules of a part after its parts, in the order of their names.
//! The first error decides; its text has all of them.

mod arguments;
mod cycles;
mod fields;
mod fragments;
mod operations;
mod overlap;
mod same;
mod suggest;
mod values;
mod walk;

use super::schema::Schema;
use super::syntax::At;
use super::syntax::document::{Operation, Query};
use super::{Context, Failure, located};
use overlap::Pairs;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The maximum nesting of selections, also through fragments.
const MAX_DEPTH: usize = 300;

pub(super) fn check(
    schema: &Schema,
    query: &Query,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let mut check = Check {
        schema,
        query,
        context,
        errors: String::new(),
        depth: 0,
        ticks: 0,
        operation: None,
        walked: BTreeSet::new(),
        misplaced: BTreeSet::new(),
        in_fragments: false,
        used_fragments: BTreeSet::new(),
        seen_fragments: BTreeSet::new(),
        searched_fragments: BTreeSet::new(),
        seen_operations: BTreeSet::new(),
        pairs: Pairs::default(),
        compared: BTreeSet::new(),
    };
    check.document()?;
    match &*check.errors {
        "" => Ok(()),
        errors => Err(located(errors)),
    }
}

struct Check<'q, 'c, 'b> {
    schema: &'q Schema,
    query: &'q Query,
    context: &'c mut Context<'b>,
    /// The texts of all errors, a line each.
    errors: String,
    depth: usize,
    ticks: u32,
    /// The index of the operation whose parts are walked through.
    operation: Option<usize>,
    /// The fragments that were walked through for this operation.
    walked: BTreeSet<&'q str>,
    /// Directives that are known to stand at a wrong place: their names, lines and columns.
    misplaced: BTreeSet<(&'q str, i64, i64)>,
    /// Whether all operations were walked through.
    in_fragments: bool,
    used_fragments: BTreeSet<&'q str>,
    seen_fragments: BTreeSet<&'q str>,
    /// The fragments that were searched for cycles.
    searched_fragments: BTreeSet<&'q str>,
    seen_operations: BTreeSet<&'q str>,
    pairs: Pairs<'q>,
    /// The fragments that a set of fields was compared with.
    compared: BTreeSet<&'q str>,
}

impl<'q> Check<'q, '_, '_> {
    fn error(&mut self, at: At, text: &str) -> Result<(), Failure> {
        // The search for suggestions takes time.
        self.context.in_time()?;
        self.context
            .charge(text.len().saturating_add(64).saturating_mul(2))?;
        self.errors.push_str("input");
        if let Some(at) = at {
            // Writing to a string cannot fail.
            let _ = write!(self.errors, ":{}:{}", at.line, at.column);
        }
        self.errors.push_str(": ");
        self.errors.push_str(text);
        self.errors.push('\n');
        Ok(())
    }

    /// Called for each step of work.
    fn tick(&mut self) -> Result<(), Failure> {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks.is_multiple_of(64) {
            self.context.in_time()?;
        }
        Ok(())
    }

    /// Does something one level deeper.
    fn deeper<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if self.depth >= MAX_DEPTH {
            return Err(Failure::unsure("a GraphQL query nests too deep"));
        }
        self.tick()?;
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }

    fn operation(&self) -> Option<&'q Operation> {
        self.query.operations.get(self.operation?)
    }
}
