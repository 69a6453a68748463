//! Terms with operators between them. Operators of the same precedence are left-associative.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::token::Token;

/// The precedence levels below `in`, the tightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Factor,
    Sum,
    Intersection,
    Union,
    Relation,
}

impl Level {
    const ALL: [Self; 5] = [
        Self::Factor,
        Self::Sum,
        Self::Intersection,
        Self::Union,
        Self::Relation,
    ];

    const fn has(self, token: Token) -> bool {
        match self {
            Self::Factor => matches!(token, Token::Mul | Token::Quo | Token::Rem),
            Self::Sum => matches!(token, Token::Add | Token::Sub),
            Self::Intersection => matches!(token, Token::And),
            Self::Union => matches!(token, Token::Or),
            Self::Relation => matches!(
                token,
                Token::Equal | Token::Neq | Token::Lt | Token::Gt | Token::Lte | Token::Gte
            ),
        }
    }
}

impl Parser<'_> {
    /// A term with operators. `key_and_value` also allows `k, v in xs`, where a comma has no other meaning.
    pub(crate) fn infix(&mut self, key_and_value: bool) -> Option<Term> {
        let offset = self.now.span.start;
        let first = self.term()?;
        Some(self.infix_behind(first, offset, key_and_value))
    }

    /// The operators after a term that is already read.
    pub(crate) fn infix_behind(&mut self, first: Term, offset: u32, key_and_value: bool) -> Term {
        let left = self.chain(first, offset, Level::Relation);
        self.membership(left, offset, key_and_value)
    }

    fn relation(&mut self, offset: u32) -> Option<Term> {
        let first = self.term()?;
        Some(self.chain(first, offset, Level::Relation))
    }

    /// The operators after a term, up to a precedence level. An operator without a right operand is an error; as in OPA, the left term
    /// stays valid.
    fn chain(&mut self, first: Term, offset: u32, loosest: Level) -> Term {
        let mut left = first;
        let mut tighter = None;
        for level in Level::ALL.into_iter().take_while(|level| *level <= loosest) {
            while level.has(self.now.token) {
                let height = self.limits.height;
                let operator = self.operator();
                let offset_right = self.now.span.start;
                let right = match (self.term(), tighter) {
                    (Some(right), Some(tighter)) => self.chain(right, offset_right, tighter),
                    (Some(right), None) => right,
                    (None, _) => {
                        self.limits.height = height;
                        break;
                    }
                };
                left = self.fold(operator, vec![left, right], offset, height);
            }
            tighter = Some(level);
        }
        left
    }

    /// `in` after a term.
    fn membership(&mut self, first: Term, offset: u32, key_and_value: bool) -> Term {
        let mut left = first;
        loop {
            let height = self.limits.height;
            if key_and_value && self.now.token == Token::Comma {
                match self.key_and_value(left, offset, height) {
                    Ok(call) if self.now.token == Token::In => {
                        left = call;
                        continue;
                    }
                    Ok(call) => return call,
                    Err(key) => left = key,
                }
            }
            self.keyword_begins_reference();
            if self.now.token != Token::In {
                return left;
            }
            let operator = self.member_operator("member_2");
            let offset_right = self.now.span.start;
            let Some(domain) = self.relation(offset_right) else {
                self.limits.height = height;
                return left;
            };
            left = self.fold(operator, vec![left, domain], offset, height);
            if self.now.token != Token::In {
                return left;
            }
        }
    }

    /// `, v in xs` after a key. If it is missing, returns the key; the parser is then after the key.
    fn key_and_value(&mut self, key: Term, offset: u32, mut height: u32) -> Result<Term, Term> {
        let (saved, height_of_key) = (self.now, height);
        self.scan();
        if let Some(value) = self.relation(offset) {
            let height_of_value = self.limits.height;
            height = height.max(height_of_value);
            if self.now.token == Token::In {
                let operator = self.member_operator("member_3");
                let offset_right = self.now.span.start;
                if let Some(domain) = self.relation(offset_right) {
                    return Ok(self.fold(operator, vec![key, value, domain], offset, height));
                }
            }
            self.give_back(value, height_of_value);
        }
        self.restore(saved);
        self.limits.height = height_of_key;
        Err(key)
    }

    /// A call of an operator. Its place is that of its first operand.
    fn fold(
        &mut self,
        operator: Term,
        operands: Vec<Term>,
        offset: u32,
        height_of_others: u32,
    ) -> Term {
        let mut height = Height::default();
        height.add(self.limits.height.max(height_of_others).max(2));
        // If this fails, the parse has ended.
        self.grow(height);
        let at = operands.first().map_or(operator.span, |term| term.span);
        let span = self.spanning(at, offset, self.now.last_end);
        let mut terms = Vec::with_capacity(operands.len() + 1);
        terms.push(operator);
        terms.extend(operands);
        Term::new(TermKind::Call(terms), span)
    }

    /// The current operator as a reference to its builtin.
    pub(crate) fn operator(&mut self) -> Term {
        let span = self.now.span;
        let name = Term::var(self.now.token.name(), span);
        self.scan();
        Term::new(TermKind::Ref(vec![name]), span)
    }

    fn member_operator(&mut self, name: &str) -> Term {
        let span = self.now.span;
        self.scan();
        let parts = vec![Term::var("internal", span), Term::string(name, span)];
        Term::new(TermKind::Ref(parts), span)
    }
}
