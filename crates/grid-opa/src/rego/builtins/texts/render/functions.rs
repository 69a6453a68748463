//! The functions of templates, as Go's text/template has them.

mod compare;
mod escape;

use super::datum::{Datum, bound};
use super::{fails, format, print, unsure};
use crate::rego::builtins::percent::{self, Part};
use crate::rego::builtins::{Context, Failure, Text};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    And,
    Call,
    Eq,
    Ge,
    Gt,
    Html,
    Index,
    Js,
    Le,
    Len,
    Lt,
    Ne,
    Not,
    Or,
    Print,
    Printf,
    Println,
    Slice,
    Urlquery,
}

/// The functions by name, with the minimum of their arguments and whether that is the maximum too.
const ALL: [(&str, Function, usize, bool); 19] = [
    ("and", Function::And, 1, false),
    ("call", Function::Call, 1, false),
    ("eq", Function::Eq, 1, false),
    ("ge", Function::Ge, 2, true),
    ("gt", Function::Gt, 2, true),
    ("html", Function::Html, 0, false),
    ("index", Function::Index, 1, false),
    ("js", Function::Js, 0, false),
    ("le", Function::Le, 2, true),
    ("len", Function::Len, 1, true),
    ("lt", Function::Lt, 2, true),
    ("ne", Function::Ne, 2, true),
    ("not", Function::Not, 1, true),
    ("or", Function::Or, 1, false),
    ("print", Function::Print, 0, false),
    ("printf", Function::Printf, 1, false),
    ("println", Function::Println, 0, false),
    ("slice", Function::Slice, 1, false),
    ("urlquery", Function::Urlquery, 0, false),
];

impl Function {
    pub(super) fn of(name: &str) -> Option<Self> {
        let mut all = ALL.iter();
        all.find(|row| row.0 == name).map(|row| row.1)
    }

    /// Fails unless the function takes that many arguments.
    pub(super) fn takes(self, count: usize) -> Result<(), Failure> {
        let Some((name, _, least, is_exact)) = ALL.iter().find(|row| row.1 == self) else {
            return Ok(());
        };
        if count >= *least && (count == *least || !is_exact) {
            return Ok(());
        }
        let wanted = if *is_exact { "" } else { "at least " };
        Err(fails(format!(
            "wrong number of args for {name}: want {wanted}{least} got {count}"
        )))
    }

    /// Calls any function but `and` and `or`, with as many arguments as it takes.
    pub(super) fn call<'v>(
        self,
        arguments: &[Datum<'v>],
        context: &mut Context<'_>,
    ) -> Result<Datum<'v>, Failure> {
        let (first, others) = match arguments {
            [first, others @ ..] => (first, others),
            [] => (&Datum::Nothing, arguments),
        };
        let second = others.first().unwrap_or(&Datum::Nothing);
        Ok(match self {
            Self::And | Self::Or => return Err(unsure("this call")),
            Self::Call => return Err(fails("error calling call: not a function")),
            Self::Eq => Datum::Bool(compare::is_any(first, others)?),
            Self::Ne => Datum::Bool(!compare::is_any(first, others)?),
            Self::Lt => Datum::Bool(compare::is_less(first, second)?),
            Self::Ge => Datum::Bool(!compare::is_less(first, second)?),
            Self::Le => Datum::Bool(compare::is_less_or_equal(first, second)?),
            Self::Gt => Datum::Bool(!compare::is_less_or_equal(first, second)?),
            Self::Not => Datum::Bool(!first.is_true()),
            Self::Len => length(first)?,
            Self::Index => index(first, others)?,
            Self::Slice => slice(first, others, context)?,
            Self::Html | Self::Js | Self::Print | Self::Println | Self::Urlquery => {
                let mut text = Text::new(context);
                let for_escape = !matches!(self, Self::Print | Self::Println);
                print::all(&mut text, arguments, self == Self::Println, for_escape)?;
                let text = text.into_string();
                self.escaped(text, context)?
            }
            Self::Printf => {
                let Datum::Text(pattern) = first else {
                    let kind = first.type_name();
                    let text = format!("wrong type for value; expected string; got {kind}");
                    return Err(fails(text));
                };
                let mut text = Text::new(context);
                format::write(&mut text, pattern, others)?;
                kept(text.into_string(), context)?
            }
        })
    }

    fn escaped<'v>(self, text: String, context: &mut Context<'_>) -> Result<Datum<'v>, Failure> {
        let mut output = Text::new(context);
        match self {
            Self::Html => escape::html(&mut output, &text)?,
            Self::Js => escape::js(&mut output, &text)?,
            Self::Urlquery => {
                output.context().charge(text.len().saturating_mul(3))?;
                return kept(percent::escape(text.as_bytes(), Part::Query), context);
            }
            _ => return kept(text, context),
        }
        kept(output.into_string(), context)
    }
}

// Shares a text, which copies it.
fn kept<'v>(text: String, context: &mut Context<'_>) -> Result<Datum<'v>, Failure> {
    context.charge(text.len())?;
    Ok(Datum::Text(text.into()))
}

fn length<'v>(of: &Datum<'_>) -> Result<Datum<'v>, Failure> {
    let length = match of {
        Datum::List(list) => list.len(),
        Datum::Map(fields) => fields.len(),
        other => match other.text() {
            Some(text) => text.len(),
            None => return Err(fails(format!("len of type {}", other.type_name()))),
        },
    };
    Ok(Datum::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn index<'v>(of: &Datum<'v>, indexes: &[Datum<'v>]) -> Result<Datum<'v>, Failure> {
    if of.is_nothing() {
        return Err(fails("error calling index: index of untyped nil"));
    }
    let mut item = of.clone();
    for index in indexes {
        item = match (&item, index) {
            (Datum::Map(fields), Datum::Text(key)) => {
                fields.field(key).map_or(Datum::Null, Datum::of)
            }
            (Datum::Map(_), other) => {
                let kind = other.type_name();
                let text = format!("value has type {kind}; should be string");
                return Err(fails(text));
            }
            (Datum::List(list), index) => {
                let items = list.items();
                let found = items.get(bound(index, items.len())?);
                Datum::of(found.ok_or_else(|| fails("reflect: slice index out of range"))?)
            }
            (other, index) => {
                let Some(text) = other.text() else {
                    let kind = other.type_name();
                    return Err(fails(format!("can't index item of type {kind}")));
                };
                let found = text.as_bytes().get(bound(index, text.len())?);
                let missing = || fails("reflect: string index out of range");
                Datum::Byte(*found.ok_or_else(missing)?)
            }
        };
    }
    Ok(item)
}

fn slice<'v>(
    of: &Datum<'v>,
    indexes: &[Datum<'v>],
    context: &mut Context<'_>,
) -> Result<Datum<'v>, Failure> {
    if indexes.len() > 3 {
        return Err(fails(format!("too many slice indexes: {}", indexes.len())));
    }
    let length = match of {
        Datum::List(list) => list.len(),
        other => match other.text() {
            Some(_) if indexes.len() == 3 => return Err(fails("cannot 3-index slice a string")),
            Some(text) => text.len(),
            None => {
                let kind = other.type_name();
                return Err(fails(format!("can't slice item of type {kind}")));
            }
        },
    };
    let mut bounds = [0, length, usize::MAX];
    for (place, index) in bounds.iter_mut().zip(indexes) {
        *place = match of {
            Datum::List(list) => list.bound(index)?,
            _ => bound(index, length)?,
        };
    }
    let [from, to, end] = bounds;
    if from > to || to > end {
        return Err(fails(format!("invalid slice index: {from} > {to}")));
    }
    let other_bytes = || unsure("a text that is not UTF-8");
    Ok(match of {
        Datum::List(list) => {
            let end = (indexes.len() == 3).then_some(end);
            Datum::List(list.part(from, to, end)?)
        }
        Datum::Number(text) => {
            let part = text.get(from..to).ok_or_else(other_bytes)?;
            Datum::Number(part.to_owned().into())
        }
        other => {
            context.charge(to - from)?;
            let part = other.text().and_then(|text| text.get(from..to));
            Datum::Text(part.ok_or_else(other_bytes)?.into())
        }
    })
}
