//! Parses GraphQL documents.

mod definitions;
mod extensions;
mod queries;
mod terms;

use super::lexer::{Kind, Lexer, Token};
use super::syntax::document::{Query, SchemaDocument};
use super::syntax::{Comments, Place};
use super::{Context, Failure, located};
use crate::rego::value::text::quoted;

/// The maximum nesting of selections, values and types, each.
const MAX_DEPTH: usize = 120;

/// The approximate number of bytes that a token takes, in the text of its node and in the node.
const BYTES_OF_TOKEN: usize = 160;

pub(super) fn query(text: &str, context: &mut Context<'_>) -> Result<Query, Failure> {
    Parser::new(text, false, context).query_document()
}

pub(super) fn schema(
    text: &str,
    is_built_in: bool,
    context: &mut Context<'_>,
) -> Result<SchemaDocument, Failure> {
    let mut document = Parser::new(text, is_built_in, context).schema_document()?;
    let extensions = document.extensions.iter_mut();
    for definition in document.definitions.iter_mut().chain(extensions) {
        definition.is_built_in = is_built_in;
    }
    Ok(document)
}

struct Parser<'s, 'c, 'b> {
    lexer: Lexer<'s>,
    context: &'c mut Context<'b>,
    /// The next token, if it has been read.
    peeked: Option<Token<'s>>,
    /// The comments before the next token.
    comments: Comments,
    depth: usize,
    count: usize,
}

impl<'s, 'c, 'b> Parser<'s, 'c, 'b> {
    const fn new(text: &'s str, is_built_in: bool, context: &'c mut Context<'b>) -> Self {
        Self {
            lexer: Lexer::new(text, is_built_in),
            context,
            peeked: None,
            comments: Comments::new(),
            depth: 0,
            count: 0,
        }
    }

    fn read(&mut self) -> Result<Token<'s>, Failure> {
        self.count += 1;
        if self.count.is_multiple_of(1024) {
            self.context.in_time()?;
        }
        let token = self.lexer.read();
        let bytes = token.value.len().saturating_mul(2);
        self.context.charge(bytes.saturating_add(BYTES_OF_TOKEN))?;
        Ok(token)
    }

    fn peek(&mut self) -> Result<Token<'s>, Failure> {
        if let Some(token) = &self.peeked {
            return Ok(token.clone());
        }
        let mut token = self.read()?;
        while token.kind == Kind::Comment {
            self.comments.push(token.value.into_owned());
            token = self.read()?;
        }
        self.peeked = Some(token.clone());
        Ok(token)
    }

    fn kind(&mut self) -> Result<Kind, Failure> {
        Ok(self.peek()?.kind)
    }

    fn place(&mut self) -> Result<Place, Failure> {
        Ok(self.peek()?.place)
    }

    /// The comments before the next token.
    fn comments(&mut self) -> Result<Comments, Failure> {
        self.peek()?;
        Ok(self.comments.clone())
    }

    fn next(&mut self) -> Result<Token<'s>, Failure> {
        let token = self.peek()?;
        self.peeked = None;
        self.comments.clear();
        Ok(token)
    }

    fn is_name(&mut self, name: &str) -> Result<bool, Failure> {
        let token = self.peek()?;
        Ok(token.kind == Kind::Name && token.value == name)
    }

    /// Returns the comments before the keyword.
    fn keyword(&mut self, keyword: &str) -> Result<Comments, Failure> {
        let token = self.peek()?;
        if !self.is_name(keyword)? {
            let (wanted, found) = (quoted(keyword), shown(&token));
            return Err(wrong(&token, &format!("Expected {wanted}, found {found}")));
        }
        let comments = self.comments()?;
        self.next()?;
        Ok(comments)
    }

    /// Returns the comments before the token.
    fn expect(&mut self, kind: Kind) -> Result<(Token<'s>, Comments), Failure> {
        let token = self.peek()?;
        if token.kind != kind {
            return Err(expected(kind, &token));
        }
        let comments = self.comments()?;
        Ok((self.next()?, comments))
    }

    fn skip(&mut self, kind: Kind) -> Result<bool, Failure> {
        let found = self.kind()? == kind;
        if found {
            self.next()?;
        }
        Ok(found)
    }

    fn unexpected<T>(&mut self) -> Result<T, Failure> {
        let token = self.peek()?;
        Err(unexpected(&token))
    }

    /// A list in brackets, or nothing. Returns the comments before the closing bracket.
    fn some<T>(
        &mut self,
        [open, close]: [Kind; 2],
        item: impl FnMut(&mut Self) -> Result<T, Failure>,
    ) -> Result<(Vec<T>, Comments), Failure> {
        if !self.skip(open)? {
            return Ok((Vec::new(), Comments::new()));
        }
        let token = self.peek()?;
        if token.kind == close {
            let text = format!("expected at least one definition, found {}", close.text());
            return Err(wrong(&token, &text));
        }
        self.rest(close, item)
    }

    /// The same, where the list may be empty.
    fn many<T>(
        &mut self,
        [open, close]: [Kind; 2],
        item: impl FnMut(&mut Self) -> Result<T, Failure>,
    ) -> Result<Vec<T>, Failure> {
        if !self.skip(open)? {
            return Ok(Vec::new());
        }
        Ok(self.rest(close, item)?.0)
    }

    fn rest<T>(
        &mut self,
        close: Kind,
        mut item: impl FnMut(&mut Self) -> Result<T, Failure>,
    ) -> Result<(Vec<T>, Comments), Failure> {
        let mut items = Vec::new();
        while self.kind()? != close {
            items.push(item(self)?);
        }
        let comments = self.comments()?;
        self.next()?;
        Ok((items, comments))
    }

    /// Parses something one level deeper.
    fn deeper<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if self.depth >= MAX_DEPTH {
            return Err(Failure::unsure("a GraphQL document nests too deep"));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }
}

fn shown(token: &Token<'_>) -> String {
    match &*token.value {
        "" => token.kind.text().to_owned(),
        value => format!("{} {}", token.kind.text(), quoted(value)),
    }
}

fn unexpected(token: &Token<'_>) -> Failure {
    wrong(token, &format!("Unexpected {}", shown(token)))
}

fn expected(kind: Kind, found: &Token<'_>) -> Failure {
    let (kind, text) = (kind.text(), found.kind.text());
    wrong(found, &format!("Expected {kind}, found {text}"))
}

fn wrong(token: &Token<'_>, text: &str) -> Failure {
    let Place { line, column, .. } = token.place;
    located(&format!("input:{line}:{column}: {text}"))
}
