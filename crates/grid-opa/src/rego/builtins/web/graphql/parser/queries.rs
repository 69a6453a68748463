//! Queries and their fragments.

use super::super::lexer::Kind;
use super::super::syntax::Comments;
use super::super::syntax::document::{
    Field, Fragment, Inline, Operation, Query, Selection, Spread, Variable,
};
use super::terms::{BRACES, PARENS};
use super::{Failure, Parser, expected};
use std::cell::Cell;

impl Parser<'_, '_, '_> {
    pub(super) fn query_document(&mut self) -> Result<Query, Failure> {
        let mut query = Query::default();
        loop {
            let token = self.peek()?;
            match (token.kind, &*token.value) {
                (Kind::End, _) => return Ok(query),
                (Kind::BraceL, _) | (Kind::Name, "query" | "mutation" | "subscription") => {
                    query.operations.push(self.operation()?);
                }
                (Kind::Name, "fragment") => query.fragments.push(self.fragment()?),
                _ => return self.unexpected(),
            }
        }
    }

    fn operation(&mut self) -> Result<Operation, Failure> {
        let place = Some(self.place()?);
        let mut operation = Operation {
            kind: "query".to_owned(),
            name: String::new(),
            variables: Vec::new(),
            directives: Vec::new(),
            selections: Vec::new(),
            place,
            comments: Comments::new(),
        };
        // As in gqlparser, the comments before a query without a keyword are lost.
        if self.kind()? != Kind::BraceL {
            operation.comments = self.comments()?;
            operation.kind = self.next()?.value.into_owned();
            if self.kind()? == Kind::Name {
                operation.name = self.name()?;
            }
            operation.variables = self.variables()?;
            operation.directives = self.directives(false)?;
        }
        operation.selections = self.selections()?;
        Ok(operation)
    }

    fn variables(&mut self) -> Result<Vec<Variable>, Failure> {
        let variable = |parser: &mut Self| {
            let (place, comments) = (parser.place()?, parser.comments()?);
            let name = parser.variable_name()?;
            parser.expect(Kind::Colon)?;
            let of = parser.type_reference()?;
            let default = match parser.skip(Kind::Equals)? {
                true => Some(parser.literal(true)?),
                false => None,
            };
            Ok(Variable {
                name,
                of,
                default,
                directives: parser.directives(false)?,
                place: Some(place),
                comments,
                definition: Cell::default(),
                is_used: Cell::default(),
            })
        };
        Ok(self.some(PARENS, variable)?.0)
    }

    fn selections(&mut self) -> Result<Vec<Selection>, Failure> {
        let token = self.peek()?;
        if token.kind != Kind::BraceL {
            return Err(expected(Kind::BraceL, &token));
        }
        let selections = self.deeper(|parser| parser.some(BRACES, Self::selection))?;
        Ok(selections.0)
    }

    fn selection(&mut self) -> Result<Selection, Failure> {
        if self.kind()? == Kind::Spread {
            self.spread()
        } else {
            self.field().map(Selection::Field)
        }
    }

    fn field(&mut self) -> Result<Field, Failure> {
        let (place, comments) = (self.place()?, self.comments()?);
        let alias = self.name()?;
        let name = match self.skip(Kind::Colon)? {
            true => self.name()?,
            false => alias.clone(),
        };
        let arguments = self.arguments(false)?;
        let directives = self.directives(false)?;
        let selections = match self.kind()? {
            Kind::BraceL => self.selections()?,
            _ => Vec::new(),
        };
        Ok(Field {
            alias,
            name,
            arguments,
            directives,
            selections,
            place: Some(place),
            comments,
            definition: Cell::default(),
            parent: Cell::default(),
        })
    }

    fn spread(&mut self) -> Result<Selection, Failure> {
        let (_, comments) = self.expect(Kind::Spread)?;
        let (token, is_on) = (self.peek()?, self.is_on()?);
        let place = Some(token.place);
        if token.kind == Kind::Name && !is_on {
            return Ok(Selection::Spread(Spread {
                name: self.fragment_name()?,
                directives: self.directives(false)?,
                place,
                comments,
                definition: Cell::default(),
                parent: Cell::default(),
            }));
        }
        let condition = match is_on {
            true => {
                self.next()?;
                self.name()?
            }
            false => String::new(),
        };
        Ok(Selection::Inline(Inline {
            condition,
            directives: self.directives(false)?,
            selections: self.selections()?,
            place,
            comments,
            parent: Cell::default(),
        }))
    }

    fn fragment(&mut self) -> Result<Fragment, Failure> {
        let place = Some(self.place()?);
        let comments = self.keyword("fragment")?;
        let name = self.fragment_name()?;
        let variables = self.variables()?;
        self.keyword("on")?;
        Ok(Fragment {
            name,
            variables,
            condition: self.name()?,
            directives: self.directives(false)?,
            selections: self.selections()?,
            place,
            comments,
            definition: Cell::default(),
        })
    }

    fn fragment_name(&mut self) -> Result<String, Failure> {
        if self.is_on()? {
            return self.unexpected();
        }
        self.name()
    }

    // Whether the next token has the text `on`. As in gqlparser, it may also be a string.
    fn is_on(&mut self) -> Result<bool, Failure> {
        Ok(self.peek()?.value == "on")
    }
}
