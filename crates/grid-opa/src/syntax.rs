//! Where the rules and statements of a source lie in its text, from the core's own parser.
//!

use crate::diagnostic::QUERY;
use crate::rewrite::order;
use crate::set::Source;
use regorus::unstable::{Expr, Literal, Module, Parser, Query, Ref, Rule, RuleHead, Span};
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::Range;

/// Bytes of a source.
pub(crate) type Piece = Range<usize>;

/// What kind of rule one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Has a value, or one for each key.
    Value,
    /// A set.
    Set,
    Function,
}

/// One clause of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) kind: Kind,
    pub(crate) line: u32,
    /// Its path in the package.
    pub(crate) path: Vec<Part>,
    /// The heads, that of each `else` included.
    pub(crate) heads: Vec<Head>,
    pub(crate) bodies: Vec<Vec<Statement>>,
}

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// What it is, if that is a text.
    pub(crate) name: Option<String>,
    /// Where the name stands, without quotes.
    pub(crate) place: Piece,
    /// The whole of it.
    pub(crate) piece: Piece,
    pub(crate) constant: bool,
}

/// What a clause comes to if its body holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) piece: Piece,
    pub(crate) value: HeadValue,
}

/// Where the value of a head stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeadValue {
    At(Piece),
    /// It is `true` without being written; it could be written at the end of the head.
    Implied,
    /// It cannot be told apart from the body.
    Unknown,
}

/// A statement of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) piece: Piece,
    /// Whether it is a `some` without `in`, which does nothing.
    pub(crate) declares: bool,
}

/// The clauses of a source, in their order.
///
/// # Errors
/// What the parser says, which has taken the source before.
pub(crate) fn clauses(source: &Source) -> Result<Vec<Clause>, String> {
    let module = parsed(source).map_err(|error| error.to_string())?;
    Ok(module.policy.iter().map(|rule| clause(rule)).collect())
}

/// The query of a text that is one.
pub(crate) fn query(text: &str) -> Option<Ref<Query>> {
    let text = text_of_source(QUERY, text).ok()?;
    let mut parser = Parser::new(&text).ok()?;
    parser.set_max_col(NonZeroU32::MAX);
    parser.enable_rego_v1().ok()?;
    parser.parse_user_query().ok()
}

fn text_of_source(name: &str, text: &str) -> anyhow::Result<regorus::unstable::Source> {
    let unlimited = NonZeroUsize::MAX;
    regorus::unstable::Source::from_contents_with_limits(
        name.to_owned(),
        text.to_owned(),
        unlimited,
        unlimited,
    )
}

fn parsed(source: &Source) -> anyhow::Result<Module> {
    let text = text_of_source(&source.name, &source.text)?;
    let mut parser = Parser::new(&text)?;
    parser.set_max_col(NonZeroU32::MAX);
    if !source.v0 {
        parser.enable_rego_v1()?;
    }
    parser.parse()
}

fn clause(rule: &Rule) -> Clause {
    match rule {
        Rule::Default {
            span,
            refr,
            args,
            value,
            ..
        } => {
            let path = path_of(refr);
            let kind = if args.is_empty() {
                Kind::Value
            } else {
                Kind::Function
            };
            let head = Head {
                piece: piece(span),
                value: HeadValue::At(piece(value.span())),
            };
            Clause {
                kind,
                line: span.line,
                path,
                heads: vec![head],
                bodies: Vec::new(),
            }
        }
        Rule::Spec { span, head, bodies } => {
            let (kind, refr, first) = head_of(head);
            let path = path_of(refr);
            let others = bodies.iter().filter(|body| body.is_else).map(|body| {
                let assign = body.assign.as_ref();
                let word = piece(&body.span).start..piece(&body.span).start + "else".len();
                Head {
                    piece: word.start..assign.map_or(word.end, |assign| piece(&assign.span).end),
                    value: assign.map_or(HeadValue::Implied, |assign| {
                        HeadValue::At(piece(assign.value.span()))
                    }),
                }
            });
            let heads = std::iter::once(first).chain(others).collect();
            let bodies = bodies.iter().map(|body| {
                let statements = body.query.stmts.iter();
                statements
                    .map(|statement| Statement {
                        piece: piece(&statement.span),
                        declares: matches!(statement.literal, Literal::SomeVars { .. }),
                    })
                    .collect()
            });
            Clause {
                kind,
                line: span.line,
                path,
                heads,
                bodies: bodies.collect(),
            }
        }
    }
}

fn head_of(head: &RuleHead) -> (Kind, &Expr, Head) {
    let (kind, span, refr, value) = match head {
        RuleHead::Compr {
            span, refr, assign, ..
        } => (Kind::Value, span, refr, assign.as_ref()),
        RuleHead::Func {
            span, refr, assign, ..
        } => (Kind::Function, span, refr, assign.as_ref()),
        RuleHead::Set { span, refr, key } => {
            let value = key
                .as_ref()
                .map_or(HeadValue::Unknown, |key| HeadValue::At(piece(key.span())));
            let piece = piece(span);
            return (Kind::Set, refr, Head { piece, value });
        }
    };
    let value = value.map_or(HeadValue::Implied, |value| {
        HeadValue::At(piece(value.value.span()))
    });
    let piece = piece(span);
    (kind, refr, Head { piece, value })
}

fn path_of(refr: &Expr) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut left = refr;
    loop {
        let (name, span) = match left {
            Expr::RefDot { field, .. } => (Some(field.0.text().to_owned()), &field.0),
            Expr::RefBrack { index, .. } => (order::text(index).map(str::to_owned), index.span()),
            other => (Some(other.span().text().to_owned()), other.span()),
        };
        let place = inner(span);
        let (piece, constant) = match left {
            Expr::RefBrack { index, .. } => (piece(span), is_constant(index)),
            _ => (place.clone(), true),
        };
        parts.push(Part {
            name,
            place,
            piece,
            constant,
        });
        match left {
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => left = refr,
            _ => break,
        }
    }
    parts.reverse();
    parts
}

fn is_constant(index: &Expr) -> bool {
    matches!(
        index,
        Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. }
    )
}

// The core's spans leave the quotes of a string out where they begin or end with one. No statement, value or key stands right behind
// or before the quote of another string.
pub(crate) fn piece(span: &Span) -> Piece {
    let Range { start, end } = inner(span);
    let text = span.source.contents().as_bytes();
    let quote = |at: Option<usize>| {
        at.and_then(|at| text.get(at))
            .is_some_and(|byte| matches!(byte, b'"' | b'`'))
    };
    let before = usize::from(quote(start.checked_sub(1)));
    start - before..end + usize::from(quote(Some(end)))
}

// Without quotes: a name.
fn inner(span: &Span) -> Piece {
    span.start as usize..span.end as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, v0: bool) -> Vec<Clause> {
        let source = Source {
            name: "p".to_owned(),
            text: text.to_owned(),
            v0,
            package: Vec::new(),
        };
        clauses(&source).unwrap_or_default()
    }

    fn shown(text: &str, clause: &Clause) -> String {
        let at = |piece: &Piece| text.get(piece.clone()).unwrap_or("?").to_owned();
        let path = clause.path.iter().map(|part| match part.constant {
            true => format!("{} ", at(&part.place)),
            false => format!("[{}] ", at(&part.piece)),
        });
        let heads = clause.heads.iter().map(|head| match &head.value {
            HeadValue::At(value) => format!(" <{}> {}", at(&head.piece), at(value)),
            other => format!(" <{}> {other:?}", at(&head.piece)),
        });
        let statements = clause.bodies.iter().flatten();
        let statements = statements.map(|one| match one.declares {
            true => format!(" ({})", at(&one.piece)),
            false => format!(" {{{}}}", at(&one.piece)),
        });
        let all: String = path.chain(heads).chain(statements).collect();
        format!("{} {:?} {all}", clause.line, clause.kind)
    }

    #[test]
    fn pieces_are_those_of_the_text() {
        let text = "package p
default d := \"\"
a.b[\"c\"][k].e := v if { some k; v := k # x
\tk > 1 with input as 2 }
s contains (x) if x := \"1\"
f(x) if { x } else := `3` if { `y` == x } else if \"z\"
t[\"k\"].l if true
u[k][\"l\"] := 1 if { 1 < 2; k := 1 }
";
        let clauses = read(text, false);
        let shown: Vec<String> = clauses.iter().map(|one| shown(text, one)).collect();
        let expected = [
            "2 Value d  <default d := \"\"> \"\"",
            "3 Value a b c [k] e  <a.b[\"c\"][k].e := v> v (some k) {v := k} {k > 1 with input as 2}",
            "5 Set s  <s contains (x)> x {x := \"1\"}",
            "6 Function f  <f(x)> Implied <else := `3`> `3` <else> Implied {x} {`y` == x} {\"z\"}",
            "7 Value t k l  <t[\"k\"].l> Implied {true}",
            "8 Value u [k] l  <u[k][\"l\"] := 1> 1 {1 < 2} {k := 1}",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn v0_has_its_own_forms() {
        let text = "package p\nallow { x } { y }\np[k] { k := 1 }\na.b { true }\nq = 1 { true } else = 2 { true }";
        let clauses = read(text, true);
        let shown: Vec<String> = clauses.iter().map(|one| shown(text, one)).collect();
        let expected = [
            "2 Value allow  <allow> Implied {x} {y}",
            "3 Set p  <p[k]> k {k := 1}",
            "4 Set a b  <a.b> Unknown {true}",
            "5 Value q  <q = 1> 1 <else = 2> 2 {true} {true}",
        ];
        assert_eq!(shown, expected);
    }
}
