//! Parses pipelines: commands, their operands and the variables that get the value.

use super::super::functions::Function;
use super::super::tree::{Operand, Pipeline};
use super::super::{fails, unsure};
use super::lexer::{Kind as Of, Token};
use super::{Parser, constants, unexpected};
use crate::rego::builtins::Failure;

impl<'s> Parser<'s, '_, '_> {
    // Reads a pipeline up to its end, which is taken too.
    pub(super) fn pipeline(&mut self, place: &str, end: Of) -> Result<Pipeline<'s>, Failure> {
        let (names, assigns) = self.declared(place)?;
        let mut commands: Vec<Vec<Operand<'s>>> = Vec::new();
        loop {
            let token = self.next_non_space()?;
            match token.kind {
                kind if kind == end => break,
                Of::Bool
                | Of::CharConstant
                | Of::Complex
                | Of::Dot
                | Of::Field
                | Of::Identifier
                | Of::LeftParenthesis
                | Of::Nil
                | Of::Number
                | Of::RawString
                | Of::String
                | Of::Variable => {
                    self.back.push(token);
                    let command = self.command()?;
                    let is_constant = command.first().is_some_and(Operand::is_constant);
                    if is_constant && !commands.is_empty() {
                        let stage = commands.len() + 1;
                        let text = format!("non executable command in pipeline stage {stage}");
                        return Err(fails(text));
                    }
                    self.charge::<Vec<Operand<'_>>>()?;
                    commands.push(command);
                }
                _ => return Err(unexpected(token, place)),
            }
        }
        if commands.is_empty() {
            return Err(fails(format!("missing value for {place}")));
        }
        Ok(Pipeline {
            names,
            assigns,
            commands,
        })
    }

    // The variables at the begin of a pipeline, and whether they are assigned. They are known from here on.
    fn declared(&mut self, place: &str) -> Result<(Vec<&'s str>, bool), Failure> {
        let mut names = Vec::new();
        loop {
            let variable = self.peek_non_space()?;
            if variable.kind != Of::Variable {
                return Ok((names, false));
            }
            self.next()?;
            let after = self.peek()?;
            let next = self.peek_non_space()?;
            let is_comma = next.kind == Of::Char && next.text == ",";
            if !is_comma && !matches!(next.kind, Of::Assign | Of::Declare) {
                if after.kind == Of::Space {
                    self.back.push(after);
                }
                self.back.push(variable);
                return Ok((names, false));
            }
            self.next()?;
            self.charge::<[&str; 2]>()?;
            names.push(variable.text);
            self.names.push(variable.text);
            if !is_comma {
                return Ok((names, next.kind == Of::Assign));
            }
            if place != "range" || names.len() > 1 {
                return Err(fails(format!("too many declarations in {place}")));
            }
            let next = self.peek_non_space()?.kind;
            if !matches!(
                next,
                Of::Variable | Of::RightDelimiter | Of::RightParenthesis
            ) {
                return Err(fails("range can only initialize variables"));
            }
        }
    }

    fn command(&mut self) -> Result<Vec<Operand<'s>>, Failure> {
        let mut words = Vec::new();
        loop {
            self.peek_non_space()?;
            if let Some(word) = self.operand()? {
                self.charge::<Operand<'_>>()?;
                words.push(word);
            }
            let token = self.next()?;
            match token.kind {
                Of::Space => continue,
                Of::RightDelimiter | Of::RightParenthesis => self.back.push(token),
                Of::Pipe => {}
                _ => return Err(unexpected(token, "operand")),
            }
            if words.is_empty() {
                return Err(fails("empty command"));
            }
            return Ok(words);
        }
    }

    fn operand(&mut self) -> Result<Option<Operand<'s>>, Failure> {
        let Some(mut operand) = self.term()? else {
            return Ok(None);
        };
        let mut more = Vec::new();
        while self.peek()?.kind == Of::Field {
            self.charge::<&str>()?;
            more.push(field(self.next()?));
        }
        if more.is_empty() {
            return Ok(Some(operand));
        }
        match &mut operand {
            Operand::Field(fields) | Operand::Variable(_, fields) => fields.extend(more),
            operand if operand.is_constant() => {
                return Err(fails("unexpected . after term"));
            }
            _ => operand = Operand::Chain(Box::new(operand), more),
        }
        Ok(Some(operand))
    }

    fn term(&mut self) -> Result<Option<Operand<'s>>, Failure> {
        let token = self.next_non_space()?;
        let text = token.text;
        Ok(Some(match token.kind {
            Of::Identifier => {
                let undefined = || fails(format!("function \"{text}\" not defined"));
                Operand::Function(Function::of(text).ok_or_else(undefined)?)
            }
            Of::Dot => Operand::Dot,
            Of::Nil => Operand::Nil,
            Of::Variable if self.names.contains(&text) => Operand::Variable(text, Vec::new()),
            Of::Variable => return Err(fails(format!("undefined variable \"{text}\""))),
            Of::Field => Operand::Field(vec![field(token)]),
            Of::Bool => Operand::Bool(text == "true"),
            Of::CharConstant => Operand::Int(constants::character(text)?),
            Of::Complex => return Err(unsure("complex numbers")),
            Of::Number => constants::number(text)?,
            Of::LeftParenthesis => {
                let inside = |parser: &mut Self| {
                    parser.pipeline("parenthesized pipeline", Of::RightParenthesis)
                };
                let pipeline = self.nested(inside)?;
                self.charge::<Pipeline<'_>>()?;
                Operand::Pipeline(Box::new(pipeline))
            }
            Of::String | Of::RawString => Operand::Text(self.string(text)?),
            _ => {
                self.back.push(token);
                return Ok(None);
            }
        }))
    }
}

fn field(token: Token<'_>) -> &str {
    token.text.strip_prefix('.').unwrap_or(token.text)
}
