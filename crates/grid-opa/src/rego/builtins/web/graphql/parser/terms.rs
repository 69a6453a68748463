//! Names, values, directives and references to types.

use super::super::lexer::Kind;
use super::super::syntax::document::{Argument, Directive};
use super::super::syntax::literal::{self, Child, Literal, Notes};
use super::super::syntax::{At, Comments, Type};
use super::{Failure, Parser};
use std::cell::Cell;
use std::rc::Rc;

pub(super) const BRACES: [Kind; 2] = [Kind::BraceL, Kind::BraceR];
pub(super) const BRACKETS: [Kind; 2] = [Kind::BracketL, Kind::BracketR];
pub(super) const PARENS: [Kind; 2] = [Kind::ParenL, Kind::ParenR];

impl Parser<'_, '_, '_> {
    pub(super) fn name(&mut self) -> Result<String, Failure> {
        Ok(self.expect(Kind::Name)?.0.value.into_owned())
    }

    pub(super) fn variable_name(&mut self) -> Result<String, Failure> {
        self.expect(Kind::Dollar)?;
        self.name()
    }

    pub(super) fn arguments(&mut self, is_constant: bool) -> Result<Vec<Argument>, Failure> {
        let argument = |parser: &mut Self| {
            let (place, comments) = (parser.place()?, parser.comments()?);
            let name = parser.name()?;
            parser.expect(Kind::Colon)?;
            Ok(Argument {
                name,
                value: parser.literal(is_constant)?,
                place: Some(place),
                comments,
            })
        };
        Ok(self.some(PARENS, argument)?.0)
    }

    pub(super) fn directives(&mut self, is_constant: bool) -> Result<Vec<Directive>, Failure> {
        let mut directives = Vec::new();
        while self.skip(Kind::At)? {
            directives.push(Directive {
                place: Some(self.place()?),
                name: self.name()?,
                arguments: self.arguments(is_constant)?,
                definition: Cell::default(),
                location: Cell::new(""),
            });
        }
        Ok(directives)
    }

    pub(super) fn type_reference(&mut self) -> Result<Rc<Type>, Failure> {
        let is_list = self.skip(Kind::BracketL)?;
        let place = Some(self.place()?);
        let (named, item) = if is_list {
            let item = self.deeper(Self::type_reference)?;
            self.expect(Kind::BracketR)?;
            (String::new(), Some(item))
        } else {
            (self.name()?, None)
        };
        Ok(Rc::new(Type {
            named,
            item,
            is_non_null: self.skip(Kind::Bang)?,
            place,
        }))
    }

    pub(super) fn literal(&mut self, is_constant: bool) -> Result<Literal, Failure> {
        let token = self.peek()?;
        let place = Some(token.place);
        let kind = match token.kind {
            Kind::BracketL => {
                let comments = self.comments()?;
                let item = |parser: &mut Self| {
                    Ok(Child {
                        name: String::new(),
                        value: parser.literal(is_constant)?,
                        place: None,
                        comments: Comments::new(),
                    })
                };
                let items = self.deeper(|parser| parser.many(BRACKETS, item))?;
                return Ok(Literal {
                    comments,
                    children: items,
                    ..new(literal::Kind::List, "", place)
                });
            }
            Kind::BraceL => {
                let comments = self.comments()?;
                let field = |parser: &mut Self| parser.literal_field(is_constant);
                let fields = self.deeper(|parser| parser.many(BRACES, field))?;
                return Ok(Literal {
                    comments,
                    children: fields,
                    ..new(literal::Kind::Object, "", place)
                });
            }
            Kind::Dollar if !is_constant => {
                let name = self.variable_name()?;
                return Ok(new(literal::Kind::Variable, &name, place));
            }
            Kind::Int => literal::Kind::Int,
            Kind::Float => literal::Kind::Float,
            Kind::String => literal::Kind::String,
            Kind::BlockString => literal::Kind::Block,
            Kind::Name => match &*token.value {
                "true" | "false" => literal::Kind::Boolean,
                "null" => literal::Kind::Null,
                _ => literal::Kind::Enum,
            },
            _ => return self.unexpected(),
        };
        self.next()?;
        Ok(new(kind, &token.value, place))
    }

    fn literal_field(&mut self, is_constant: bool) -> Result<Child, Failure> {
        let (place, comments) = (self.place()?, self.comments()?);
        let name = self.name()?;
        self.expect(Kind::Colon)?;
        Ok(Child {
            name,
            value: self.literal(is_constant)?,
            place: Some(place),
            comments,
        })
    }
}

fn new(kind: literal::Kind, raw: &str, place: At) -> Literal {
    Literal {
        raw: raw.to_owned(),
        children: Vec::new(),
        kind,
        place,
        comments: Comments::new(),
        notes: Notes::default(),
    }
}
