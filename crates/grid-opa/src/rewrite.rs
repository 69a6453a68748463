//! What OPA evaluates before a `not` and before a head, written out for the core.
//!
//! In OPA `not f(input.x)` has no value where `input.x` has none: operands are evaluated first, and where one is undefined the body
//! is. The core takes the `not` to hold, so a caller that leaves a member of the input out would pass `not input.user in
//! data.blocked`. And where the head of a rule is undefined for one solution of its body, OPA drops that solution; the core drops
//! them all. An `in` with an undefined operand is false to it, or true where it has a key, and undefined to OPA. So the text
//! `not f(input.x)` becomes `v := input.x; not f(v)`, and `s contains x.name if { ... }` becomes
//! `s contains v if { ...; v := x.name }`. Lines stay; [`Moves`] tells where columns were.

mod moves;
mod negated;
#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostic;
use crate::edits::Edits;
use crate::error::{Error, ErrorKind};
use crate::rewrite::negated::Walk;
use crate::syntax::{self, piece};
use crate::tokens::{Kind, Tokens};
use regorus::unstable::{Expr, Literal, LiteralStmt, Module, Query, Ref, Rule, RuleHead, Span};
use std::collections::BTreeSet;
use std::ops::Range;

pub(crate) use moves::Moves;

/// A change of a text by a pass, with what it takes to find places in the text before.
pub(crate) struct Rewritten {
    pub(crate) text: String,
    pub(crate) moves: Moves,
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

/// The next pass over a source that the core has parsed; nothing where there is nothing left to do.
///
/// # Errors
/// `GRID_COMPILE` for a `_` under a `not`: as in OPA it is an unsafe variable.
pub(crate) fn of_module(module: &Module, names: &mut Names) -> Result<Option<Rewritten>, Error> {
    let text = module.package.span.source.contents();
    let mut pass = Pass::of(text, names, module.rego_v1);
    for rule in &module.policy {
        pass.rule(rule)?;
    }
    Ok(pass.done())
}

/// A query of the user written out. Places of errors in it are those of what was written.
///
/// # Errors
/// As [`of_module`].
pub(crate) fn query(text: &str) -> Result<String, Error> {
    let mut text = text.to_owned();
    let mut names = Names::of(&text);
    let mut moves = Vec::new();
    // What does not parse is the core's to tell.
    while let Some(query) = syntax::query(&text) {
        let rewritten =
            of_query(&query, &mut names).map_err(|error| placed_error(error, &moves))?;
        let Some(rewritten) = rewritten else { break };
        text = rewritten.text;
        moves.push(rewritten.moves);
        if moves.len() > MOST_PASSES {
            return Err(too_deep(&"it nests too deep"));
        }
    }
    Ok(text)
}

fn of_query(query: &Query, names: &mut Names) -> Result<Option<Rewritten>, Error> {
    let text = query.span.source.contents();
    let mut pass = Pass::of(text, names, true);
    pass.query(query, None, &BTreeSet::new())?;
    Ok(pass.done())
}

struct Pass<'t> {
    text: &'t str,
    edits: Edits,
    names: &'t mut Names,
    /// Whether bodies begin with `if`.
    v1: bool,
}

/// Names of variables, which have a value wherever they are used.
type Variables<'s> = BTreeSet<&'s str>;

impl<'t> Pass<'t> {
    fn of(text: &'t str, names: &'t mut Names, v1: bool) -> Self {
        Self {
            text,
            edits: Edits::default(),
            names,
            v1,
        }
    }

    fn done(self) -> Option<Rewritten> {
        if self.edits.is_empty() {
            return None;
        }
        let edits = self.edits.sorted();
        Some(Rewritten {
            text: edits.applied(self.text),
            moves: Moves::of(self.text, &edits),
        })
    }

    fn rule(&mut self, rule: &Rule) -> Result<(), Error> {
        let Rule::Spec { head, bodies, .. } = rule else {
            return Ok(());
        };
        let mut variables = Variables::new();
        if let RuleHead::Func { args, .. } = head {
            args.iter()
                .for_each(|arg| negated::names(arg, &mut variables));
        }
        let (refr, value) = match head {
            RuleHead::Set { refr, key, .. } => (refr, key.as_ref()),
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                (refr, assign.as_ref().map(|assign| &assign.value))
            }
        };
        let mut parts = Vec::new();
        let mut path = refr;
        while let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = &**path {
            if let Expr::RefBrack { index, .. } = &**path {
                parts.push(index);
            }
            path = refr;
        }
        parts.extend(value);
        // What the head is computed of goes behind the body. The runner of tests tells cases by heads as they are written.
        let mut behind = String::new();
        if bodies.is_empty() {
            return self.bodyless(head, &parts);
        }
        if !path.span().text().starts_with("test_") {
            for part in parts {
                behind.push_str(&self.moved(part));
            }
        }
        for body in bodies {
            let behind = match &body.assign {
                Some(assign) if body.is_else => self.moved(&assign.value),
                _ if body.is_else => String::new(),
                _ => behind.clone(),
            };
            self.query(&body.query, Some(&behind), &variables)?;
        }
        Ok(())
    }

    // A head without a body is never one of several solutions: only an `in` in it needs a body.
    fn bodyless(&mut self, head: &RuleHead, parts: &[&Ref<Expr>]) -> Result<(), Error> {
        let mut behind = String::new();
        for part in parts {
            let mut walk = Walk::default();
            walk.memberships(part);
            if walk.operands.is_empty() && !matches!(***part, Expr::Membership { .. }) {
                self.inside(part, &Variables::new())?;
            } else {
                behind.push_str(&self.moved(part));
            }
        }
        if !behind.is_empty() {
            let (RuleHead::Compr { span, .. }
            | RuleHead::Set { span, .. }
            | RuleHead::Func { span, .. }) = head;
            let end = self.whole(span).end;
            let word = if self.v1 { " if" } else { "" };
            let body = behind.trim_start_matches("; ");
            self.edits
                .replace(end..end, &format!("{word} {{ {body} }}"));
        }
        Ok(())
    }

    // Gives an expression a name, where it may be undefined and is none; tells the statement that does so.
    fn moved(&mut self, expr: &Ref<Expr>) -> String {
        if matches!(**expr, Expr::Var { .. }) || !may_be_undefined(expr) {
            return String::new();
        }
        let name = self.names.fresh();
        let place = self.whole(expr.span());
        let statement = format!("; {name} := {}", self.at(&place));
        self.edits.replace(place, &name);
        statement
    }

    // `behind` is what comes behind the last statement of the body of a rule, which may have no brackets.
    fn query(
        &mut self,
        query: &Query,
        behind: Option<&str>,
        outer: &Variables<'_>,
    ) -> Result<(), Error> {
        let mut variables = outer.clone();
        negated::declared(query, &mut variables);
        let bare = match query.stmts.as_slice() {
            [only] => behind.is_some() && only.span.start == query.span.start,
            _ => false,
        };
        let behind = behind.unwrap_or_default();
        let last = query.stmts.len().checked_sub(1);
        for (number, statement) in query.stmts.iter().enumerate() {
            let place = piece(&statement.span);
            let mut before = self.before(statement, &variables)?;
            let mut after = String::new();
            if Some(number) == last {
                after.push_str(behind);
            }
            if bare && !(before.is_empty() && after.is_empty()) {
                before.insert_str(0, "{ ");
                after.push_str(" }");
            }
            if !before.is_empty() {
                self.edits.replace(place.start..place.start, &before);
            }
            if !after.is_empty() {
                self.edits.replace(place.end..place.end, &after);
            }
        }
        Ok(())
    }

    // The statements before one, and changes inside of it.
    fn before(
        &mut self,
        statement: &LiteralStmt,
        variables: &Variables<'_>,
    ) -> Result<String, Error> {
        match &statement.literal {
            Literal::SomeVars { .. } => Ok(String::new()),
            Literal::SomeIn { collection, .. } => {
                self.inside(collection, variables)?;
                Ok(String::new())
            }
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                self.inside(domain, variables)?;
                let mut variables = variables.clone();
                variables.extend(key.iter().chain([value]).map(|name| name.text()));
                self.query(query, None, &variables)?;
                Ok(String::new())
            }
            Literal::Expr { expr, .. } => {
                let mut walk = Walk::default();
                walk.memberships(expr);
                self.apart(walk, statement, variables)
            }
            Literal::NotExpr { expr, .. } => {
                let mut walk = Walk::default();
                walk.negated(expr);
                if let Some(span) = walk.wildcard {
                    return Err(unsafe_wildcard(span));
                }
                self.apart(walk, statement, variables)
            }
        }
    }

    // Statements that give the operands of one names.
    fn apart(
        &mut self,
        walk: Walk<'_>,
        statement: &LiteralStmt,
        variables: &Variables<'_>,
    ) -> Result<String, Error> {
        let with = statement.with_mods.first().map_or("", |with| {
            let end = piece(&statement.span).end;
            self.text
                .get(with.span.start as usize..end)
                .unwrap_or_default()
        });
        let mut before = String::new();
        for operand in walk.operands {
            if is_variable(operand, variables) {
                continue;
            }
            let place = self.whole(operand.span());
            let name = self.names.fresh();
            let text = self.at(&place);
            before.push_str(&format!("{name} := {text}{}{with}; ", gap(with)));
            self.edits.replace(place, &name);
        }
        for inner in walk.queries {
            self.query(inner, None, variables)?;
        }
        Ok(before)
    }

    // Changes in the comprehensions of an expression.
    fn inside(&mut self, expr: &Ref<Expr>, variables: &Variables<'_>) -> Result<(), Error> {
        let mut walk = Walk::default();
        walk.comprehensions(expr);
        walk.queries
            .into_iter()
            .try_for_each(|inner| self.query(inner, None, variables))
    }

    fn at(&self, place: &Range<usize>) -> String {
        self.text.get(place.clone()).unwrap_or_default().to_owned()
    }

    // Where an expression stands. The core's spans may have one round bracket of two.
    fn whole(&self, span: &Span) -> Range<usize> {
        let mut place = piece(span);
        loop {
            let (opened, closed) = unmatched(self.text.get(place.clone()).unwrap_or_default());
            if closed > 0 {
                let before = self.text.get(..place.start).unwrap_or_default();
                match before.rfind('(') {
                    Some(open) => place.start = open,
                    None => return place,
                }
            } else if opened > 0 {
                let after = self.text.get(place.end..).unwrap_or_default();
                match after.find(')') {
                    Some(close) => place.end += close + 1,
                    None => return place,
                }
            } else {
                return place;
            }
        }
    }
}

fn gap(with: &str) -> &'static str {
    if with.is_empty() { "" } else { " " }
}

// Round brackets that are opened and not closed, and the other way round.
fn unmatched(text: &str) -> (usize, usize) {
    let (mut opened, mut closed) = (0_usize, 0_usize);
    for token in Tokens::of(text) {
        match token.kind {
            Kind::Open if token.is("(") => opened += 1,
            Kind::Close if token.is(")") && opened == 0 => closed += 1,
            Kind::Close if token.is(")") => opened -= 1,
            _ => {}
        }
    }
    (opened, closed)
}

/// Whether an expression may have no value: it names something, or calls something, outside of comprehensions.
fn may_be_undefined(expr: &Ref<Expr>) -> bool {
    match &**expr {
        Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Call { .. } => true,
        Expr::BoolExpr { .. } | Expr::ArithExpr { .. } | Expr::BinExpr { .. } => true,
        Expr::Membership { .. } | Expr::AssignExpr { .. } => true,
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().any(may_be_undefined),
        Expr::Object { fields, .. } => fields
            .iter()
            .any(|(_, key, value)| may_be_undefined(key) || may_be_undefined(value)),
        _ => false,
    }
}

fn is_variable(expr: &Expr, variables: &Variables<'_>) -> bool {
    matches!(expr, Expr::Var { span, .. } if variables.contains(span.text()))
}

fn unsafe_wildcard(span: &Span) -> Error {
    let text = "the variable _ is unsafe: it stands under a `not`, and nothing gives it a value; look for items in a rule or a comprehension, and negate that";
    let column = span.col;
    Error::new(ErrorKind::Compile, text).at(span.line, column)
}
