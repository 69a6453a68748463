//! Parses templates, as Go's text/template/parse does.

mod constants;
mod lexer;
mod pipeline;

use super::tree::{Branch, Kind, Node, Templates, Word, is_empty};
use super::{STEPS_PER_CLOCK, deeper, fails, located, unsure};
use crate::rego::builtins::{Context, Failure};
use lexer::{Kind as Of, Lexer, Token};
use std::sync::Arc;

/// The maximum nesting of parentheses, `if`, `range` and `with`.
const MAX_DEPTH: usize = 200;

/// The name of the template that is not in a definition.
pub(super) const ROOT: &str = "template";

pub(super) fn parse<'s>(
    source: &'s str,
    context: &mut Context<'_>,
) -> Result<Templates<'s>, Failure> {
    let mut parser = Parser {
        context,
        lexer: Lexer::of(source),
        back: Vec::new(),
        names: vec!["$"],
        ranges: 0,
        depth: 0,
        steps: 0,
        templates: Vec::new(),
    };
    let result = parser.all();
    result.map_err(|failure| located(failure, source, parser.lexer.place()))?;
    Ok(parser.templates)
}

/// What follows a left delimiter.
enum Action<'s> {
    Node(Node<'s>),
    End,
    Else,
}

struct Parser<'s, 'p, 'c> {
    context: &'p mut Context<'c>,
    lexer: Lexer<'s>,
    /// Tokens that come before those of the lexer, last first.
    back: Vec<Token<'s>>,
    /// The variables that are known here. Some of them may have no value when the template is rendered.
    names: Vec<&'s str>,
    /// The number of ranges around.
    ranges: usize,
    depth: usize,
    /// The steps since the clock was read.
    steps: u32,
    templates: Templates<'s>,
}

impl<'s> Parser<'s, '_, '_> {
    fn next(&mut self) -> Result<Token<'s>, Failure> {
        match self.back.pop() {
            Some(token) => Ok(token),
            None => self.lexer.next(),
        }
    }

    fn next_non_space(&mut self) -> Result<Token<'s>, Failure> {
        loop {
            let token = self.next()?;
            if token.kind != Of::Space {
                return Ok(token);
            }
        }
    }

    fn peek(&mut self) -> Result<Token<'s>, Failure> {
        let token = self.next()?;
        self.back.push(token);
        Ok(token)
    }

    // Drops the space before it.
    fn peek_non_space(&mut self) -> Result<Token<'s>, Failure> {
        let token = self.next_non_space()?;
        self.back.push(token);
        Ok(token)
    }

    fn right_delimiter(&mut self, place: &str) -> Result<(), Failure> {
        let token = self.next_non_space()?;
        if token.kind == Of::RightDelimiter {
            Ok(())
        } else {
            Err(unexpected(token, place))
        }
    }

    // A list may allocate twice the size of its items.
    fn charge<T>(&mut self) -> Result<(), Failure> {
        self.steps += 1;
        if self.steps == STEPS_PER_CLOCK {
            self.steps = 0;
            self.context.in_time()?;
        }
        Ok(self.context.charge(2 * size_of::<T>())?)
    }

    fn node(&mut self, place: usize, kind: Kind<'s>) -> Result<Node<'s>, Failure> {
        self.charge::<Node<'_>>()?;
        Ok(Node { place, kind })
    }

    fn all(&mut self) -> Result<(), Failure> {
        let mut nodes = Vec::new();
        loop {
            let token = self.next()?;
            match token.kind {
                Of::End => return self.add(ROOT.into(), nodes),
                Of::Text => nodes.push(self.node(token.place, Kind::Text(token.text))?),
                Of::LeftDelimiter => {
                    let first = self.next_non_space()?;
                    if first.kind == Of::Keyword && first.text == "define" {
                        self.definition()?;
                        continue;
                    }
                    self.back.push(first);
                    match self.action()? {
                        Action::Node(node) => nodes.push(node),
                        Action::End => return Err(fails("unexpected {{end}}")),
                        Action::Else => return Err(fails("unexpected {{else}}")),
                    }
                }
                _ => return Err(unexpected(token, "input")),
            }
        }
    }

    // Adds a template. Another one with its name must be empty.
    fn add(&mut self, name: Arc<str>, nodes: Vec<Node<'s>>) -> Result<(), Failure> {
        self.context.in_time()?;
        let known = |(known, _): &(Arc<str>, _)| known.cmp(&name);
        match self.templates.binary_search_by(known) {
            Err(at) => {
                self.charge::<(Arc<str>, Vec<Node<'_>>)>()?;
                self.templates.insert(at, (name, nodes));
            }
            Ok(at) => match self.templates.get_mut(at) {
                Some((_, existing)) if is_empty(existing) => *existing = nodes,
                _ if is_empty(&nodes) => {}
                _ => {
                    let text = format!("template: multiple definition of template \"{name}\"");
                    return Err(fails(text));
                }
            },
        }
        Ok(())
    }

    fn definition(&mut self) -> Result<(), Failure> {
        let place = "define clause";
        let name = self.template_name(place)?;
        self.right_delimiter(place)?;
        self.body(name, place)
    }

    // The nodes of a template up to its end, which see no variables from outside.
    fn body(&mut self, name: Arc<str>, place: &str) -> Result<(), Failure> {
        let names = std::mem::replace(&mut self.names, vec!["$"]);
        let ranges = std::mem::take(&mut self.ranges);
        let (nodes, end) = self.list()?;
        if !matches!(end, Action::End) {
            return Err(fails(format!("unexpected {{{{else}}}} in {place}")));
        }
        self.add(name, nodes)?;
        (self.names, self.ranges) = (names, ranges);
        Ok(())
    }

    fn template_name(&mut self, place: &str) -> Result<Arc<str>, Failure> {
        let token = self.next_non_space()?;
        match token.kind {
            Of::String | Of::RawString => self.string(token.text),
            _ => Err(unexpected(token, place)),
        }
    }

    fn string(&mut self, token: &str) -> Result<Arc<str>, Failure> {
        self.context.charge(token.len().saturating_mul(2))?;
        constants::string(token)
    }

    // The nodes up to an end or an else, and which of them it is.
    fn list(&mut self) -> Result<(Vec<Node<'s>>, Action<'s>), Failure> {
        let mut nodes = Vec::new();
        loop {
            let token = self.next_non_space()?;
            match token.kind {
                Of::End => return Err(fails("unexpected EOF")),
                Of::Text => nodes.push(self.node(token.place, Kind::Text(token.text))?),
                Of::LeftDelimiter => match self.action()? {
                    Action::Node(node) => nodes.push(node),
                    end => return Ok((nodes, end)),
                },
                _ => return Err(unexpected(token, "input")),
            }
        }
    }

    fn action(&mut self) -> Result<Action<'s>, Failure> {
        let token = self.next_non_space()?;
        let word = if token.kind == Of::Keyword {
            token.text
        } else {
            ""
        };
        let kind = match word {
            "end" => {
                self.right_delimiter("end")?;
                return Ok(Action::End);
            }
            "else" => {
                let next = self.peek_non_space()?;
                // It stays, because it begins a branch that ends with the one around.
                if next.kind != Of::Keyword || !matches!(next.text, "if" | "with") {
                    self.right_delimiter("else")?;
                }
                return Ok(Action::Else);
            }
            "if" => self.branch(Word::If)?,
            "range" => self.branch(Word::Range)?,
            "with" => self.branch(Word::With)?,
            "break" => self.leave("break", Kind::Break)?,
            "continue" => self.leave("continue", Kind::Continue)?,
            "template" => self.call()?,
            "block" => self.block()?,
            _ => {
                self.back.push(token);
                Kind::Action(self.pipeline("command", Of::RightDelimiter)?)
            }
        };
        Ok(Action::Node(self.node(token.place, kind)?))
    }

    fn leave(&mut self, word: &str, kind: Kind<'s>) -> Result<Kind<'s>, Failure> {
        self.right_delimiter(&format!("{{{{{word}}}}}"))?;
        if self.ranges == 0 {
            return Err(fails(format!("{{{{{word}}}}} outside {{{{range}}}}")));
        }
        Ok(kind)
    }

    fn call(&mut self) -> Result<Kind<'s>, Failure> {
        let place = "template clause";
        let name = self.template_name(place)?;
        let token = self.next_non_space()?;
        let mut of = None;
        if token.kind != Of::RightDelimiter {
            self.back.push(token);
            of = Some(self.pipeline(place, Of::RightDelimiter)?);
        }
        Ok(Kind::Template(name, of))
    }

    // Defines a template and calls it.
    fn block(&mut self) -> Result<Kind<'s>, Failure> {
        let place = "block clause";
        let name = self.template_name(place)?;
        let of = self.pipeline(place, Of::RightDelimiter)?;
        self.nested(|parser| parser.body(name.clone(), place))?;
        Ok(Kind::Template(name, Some(of)))
    }

    fn nested<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if self.depth == MAX_DEPTH {
            return Err(unsure("so many levels"));
        }
        self.depth += 1;
        let result = deeper(|| work(self));
        self.depth -= 1;
        result
    }

    fn branch(&mut self, word: Word) -> Result<Kind<'s>, Failure> {
        self.nested(|parser| parser.branch_inside(word))
    }

    fn branch_inside(&mut self, word: Word) -> Result<Kind<'s>, Failure> {
        let count = self.names.len();
        let name = match word {
            Word::If => "if",
            Word::Range => "range",
            Word::With => "with",
        };
        let of = self.pipeline(name, Of::RightDelimiter)?;
        let is_range = usize::from(word == Word::Range);
        self.ranges += is_range;
        let (then, end) = self.list()?;
        self.ranges -= is_range;
        let mut other = Vec::new();
        if matches!(end, Action::Else) {
            let next = self.peek()?;
            if next.kind == Of::Keyword && next.text == name && word != Word::Range {
                self.next()?;
                let inside = self.branch(word)?;
                other.push(self.node(next.place, inside)?);
            } else {
                let end;
                (other, end) = self.list()?;
                if !matches!(end, Action::End) {
                    return Err(fails("expected end; found {{else}}"));
                }
            }
        }
        self.names.truncate(count);
        self.charge::<Branch<'_>>()?;
        Ok(Kind::Branch(Box::new(Branch {
            word,
            of,
            then,
            other,
        })))
    }
}

fn unexpected(token: Token<'_>, place: &str) -> Failure {
    let text = match token.kind {
        Of::End => "EOF".to_owned(),
        Of::Keyword => format!("<{}>", token.text),
        _ => format!("\"{}\"", token.text.chars().take(10).collect::<String>()),
    };
    fails(format!("unexpected {text} in {place}"))
}
