//! Objects as patterns.
//!
//! In OPA `{"a": x}` is equal to an object of just that key. To the core it is a pattern that any object with the key fits, so
//! `some {"user": u} in grants` takes grants with conditions too. So the pattern is compared once more when its variables have their
//! values: `some v in grants; some u; {"user": u} = v; {"user": u} == v`.

use crate::error::{Error, ErrorKind};
use crate::rewrite::order::{self, Variables};
use crate::rewrite::pass::Pass;
use crate::rewrite::place::whole;
use crate::syntax::piece;
use regorus::unstable::{AssignOp, Expr, Literal, Query, Ref, Span};

impl Pass<'_> {
    /// Puts a variable in the place of each object that is a pattern of an assignment, and tells the statements behind it. Nothing where
    /// there is none.
    pub(super) fn assigned_patterns(&mut self, expr: &Expr) -> Result<Option<String>, Error> {
        let Expr::AssignExpr { op, lhs, rhs, .. } = expr else {
            return Ok(None);
        };
        let own =
            |side: &Expr| matches!(side, Expr::Var { span, .. } if self.names.has(span.text()));
        if own(lhs) || own(rhs) {
            return Ok(None);
        }
        Ok(match (op, is_pattern(lhs), is_pattern(rhs)) {
            (AssignOp::ColEq, true, _) => Some(self.taken_apart(lhs, ":=", false)),
            (AssignOp::Eq, true, false) => Some(self.taken_apart(lhs, "=", false)),
            (AssignOp::Eq, false, true) => Some(self.taken_apart(rhs, "=", false)),
            (AssignOp::Eq, true, true) if !(is_flat(lhs) && is_flat(rhs)) => {
                return Err(unclear(lhs.span()));
            }
            _ => None,
        })
    }

    /// The same for what `some` or a function has as a pattern; its variables are new ones.
    pub(super) fn declared_patterns(&mut self, patterns: &[&Ref<Expr>]) -> String {
        let objects = patterns.iter().filter(|pattern| has_object(pattern));
        let each: Vec<String> = objects
            .map(|pattern| self.taken_apart(pattern, "=", true))
            .collect();
        each.join("; ")
    }

    fn taken_apart(&mut self, pattern: &Ref<Expr>, operator: &str, declares: bool) -> String {
        let place = whole(self.text, pattern.span());
        let mut text = self.at(&place);
        // From the last to the first, so that places stay.
        let mut wildcards = Vec::new();
        order::visit(pattern, &mut |expr| match expr {
            Expr::Var { span, .. } if span.text() == "_" => wildcards.push(piece(span)),
            _ => {}
        });
        wildcards.sort_by_key(|wildcard| std::cmp::Reverse(wildcard.start));
        for wildcard in wildcards {
            let range = wildcard.start - place.start..wildcard.end - place.start;
            text.replace_range(range, &self.names.fresh());
        }
        let name = self.names.fresh();
        self.edits.replace(place, &name);
        let mut variables = Variables::new();
        order::names(pattern, &mut variables);
        variables.retain(|name| !matches!(*name, "_" | "input" | "data"));
        let some = if declares && !variables.is_empty() {
            let variables: Vec<_> = variables.into_iter().collect();
            format!("some {}; ", variables.join(", "))
        } else {
            String::new()
        };
        format!("{some}{text} {operator} {name}; {text} == {name}")
    }
}

/// Whether an expression is an object, or an array with one in it.
pub(super) fn has_object(expr: &Ref<Expr>) -> bool {
    match &**expr {
        Expr::Object { .. } => true,
        Expr::Array { items, .. } => items.iter().any(has_object),
        _ => false,
    }
}

// Without variables it is a value, and compared as one.
fn is_pattern(expr: &Ref<Expr>) -> bool {
    has_object(expr) && order::gives(expr)
}

// Objects of the same keys are compared value by value; the core says so where they are not.
fn is_flat(expr: &Expr) -> bool {
    match expr {
        Expr::Object { fields, .. } => !fields.iter().any(|(_, _, value)| has_object(value)),
        _ => false,
    }
}

/// The first object that is a pattern of a query itself.
pub(super) fn first_of(query: &Query) -> Option<&Span> {
    query.stmts.iter().find_map(|statement| {
        let found = match &statement.literal {
            Literal::SomeIn { key, value, .. } => key
                .iter()
                .chain([value])
                .find(|pattern| has_object(pattern)),
            Literal::Expr { expr, .. } => match &**expr {
                Expr::AssignExpr {
                    op: AssignOp::ColEq,
                    lhs,
                    ..
                } => is_pattern(lhs).then_some(lhs),
                Expr::AssignExpr { lhs, rhs, .. } if is_pattern(lhs) != is_pattern(rhs) => {
                    [lhs, rhs].into_iter().find(|side| is_pattern(side))
                }
                _ => None,
            },
            _ => None,
        };
        found.map(|pattern| pattern.span())
    })
}

/// The error for an object that is a pattern of a query.
pub(super) fn not_in_a_query(span: &Span) -> Error {
    let text = "an object as a pattern is not supported in a query; put it into a rule, or into a comprehension of the query";
    Error::new(ErrorKind::Compile, text).at(span.line, span.col)
}

fn unclear(span: &Span) -> Error {
    let text = "two patterns with objects in them are not supported; give the values of one variables first, and compare them";
    Error::new(ErrorKind::Compile, text).at(span.line, span.col)
}

/// The error for a function with an object as a pattern and a part that cannot take it apart.
pub(super) fn not_in_a_function(span: &Span) -> Error {
    let text = "an object as a parameter is not supported beside an `else` without a body; give it a variable, and compare that";
    Error::new(ErrorKind::Compile, text).at(span.line, span.col)
}
