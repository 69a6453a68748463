//! What OPA evaluates before a `not` and before a head, written out for the core.
//!
//! In OPA `not f(input.x)` has no value where `input.x` has none: operands are evaluated first, and where one is undefined the body
//! is. The core takes the `not` to hold, so a caller that leaves a member of the input out would pass `not input.user in
//! data.blocked`. And where the head of a rule is undefined for one solution of its body, OPA drops that solution; the core drops
//! them all. An `in` with an undefined operand is false to it, or true where it has a key, and undefined to OPA. So the text
//! `not f(input.x)` becomes `v := input.x; not f(v)`, and `s contains x.name if { ... }` becomes
//! `s contains v if { ...; v := x.name }`. What holds the core to the order of statements comes to that (see `order`), and to objects as
//! patterns (see `patterns`). Lines stay;
//! [`Moves`] tells where columns were.

mod heads;
mod moves;
mod negated;
pub(crate) mod order;
mod pass;
mod patterns;
mod place;
#[cfg(test)]
mod tests;

use crate::compile;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::outline::Call;
use crate::rewrite::order::Scope;
use crate::rewrite::pass::Pass;
use crate::syntax;
use regorus::unstable::{Module, Query};

pub(crate) use moves::Moves;

/// A change of a text by a pass, with what it takes to find places in the text before.
pub(crate) struct Rewritten {
    pub(crate) text: String,
    pub(crate) moves: Moves,
}

/// What a pass found.
pub(crate) struct Passed {
    /// Nothing where there is nothing left to do.
    pub(crate) rewritten: Option<Rewritten>,
    /// Variables that only a `not` mentions, unless they are rules of the package in another source.
    pub(crate) unbound: Vec<Call>,
}

/// Names that a source has not, for what is written out.
pub(crate) struct Names {
    prefix: String,
    given: usize,
}

impl Names {
    pub(crate) fn of(text: &str) -> Self {
        let mut prefix = "__operand_".to_owned();
        while text.contains(&prefix) {
            prefix.insert(0, '_');
        }
        Self { prefix, given: 0 }
    }

    /// Whether a name is one of these.
    fn has(&self, name: &str) -> bool {
        name.starts_with(&self.prefix)
    }

    fn fresh(&mut self) -> String {
        self.given += 1;
        format!("{}{}", self.prefix, self.given)
    }
}

/// The place that one was before all passes.
pub(crate) fn place_before(moves: &[Moves], line: u32, column: u32) -> u32 {
    let passes = moves.iter().rev();
    passes.fold(column, |column, moves| moves.before(line, column))
}

/// An error of the text after these passes, with its place before them.
pub(crate) fn placed_error(error: Error, moves: &[Moves]) -> Error {
    match (error.line(), error.column()) {
        (Some(line), Some(column)) => error.at(line, place_before(moves, line, column)),
        _ => error,
    }
}

/// The error for a source that cannot be written out.
pub(crate) fn too_deep(reason: &impl std::fmt::Display) -> Error {
    let reason = Diagnostic::of(reason).message;
    let text = format!(
        "the operands of a `not` or the head of a rule cannot be told apart ({reason}); give each a variable, as in `user := input.user`"
    );
    Error::new(ErrorKind::Compile, text)
}

/// Most passes: each takes apart what the one before has moved, and so goes one bracket deeper.
pub(crate) const MOST_PASSES: usize = 64;

/// The next pass over a source that the core has parsed.
///
/// # Errors
/// `GRID_COMPILE` for a `_` under a `not`: as in OPA it is an unsafe variable.
pub(crate) fn of_module(module: &Module, names: &mut Names) -> Result<Passed, Error> {
    let mut pass = Pass::of_module(module, names);
    for rule in &module.policy {
        pass.rule(rule)?;
    }
    Ok(pass.done())
}

/// A query in the form for the core.
pub(crate) struct QueryText {
    pub(crate) text: String,
    /// How many expressions stand before those of the user.
    pub(crate) added: usize,
}

/// A query of the user written out. Places of errors in it are those of what was written.
///
/// # Errors
/// As [`of_module`], and for an object as a pattern.
pub(crate) fn query(text: &str) -> Result<QueryText, Error> {
    let mut text = text.to_owned();
    let mut names = Names::of(&text);
    let mut moves = Vec::new();
    let mut counts = (None, 0);
    // What does not parse is the core's to tell.
    while let Some(query) = syntax::query(&text) {
        counts = (counts.0.or(Some(query.stmts.len())), query.stmts.len());
        let passed = of_query(&query, &mut names).map_err(|error| placed_error(error, &moves))?;
        if let Some(variable) = passed.unbound.first() {
            return Err(placed_error(compile::unsafe_variable(variable), &moves));
        }
        let Some(rewritten) = passed.rewritten else {
            break;
        };
        text = rewritten.text;
        moves.push(rewritten.moves);
        if moves.len() > MOST_PASSES {
            return Err(too_deep(&"it nests too deep"));
        }
    }
    let added = counts.1.saturating_sub(counts.0.unwrap_or_default());
    Ok(QueryText { text, added })
}

fn of_query(query: &Query, names: &mut Names) -> Result<Passed, Error> {
    if let Some(span) = patterns::first_of(query) {
        return Err(patterns::not_in_a_query(span));
    }
    let mut pass = Pass::of_query(query, names);
    pass.query(query, None, &Scope::default())?;
    Ok(pass.done())
}
