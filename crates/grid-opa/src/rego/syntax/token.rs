//! The tokens of Rego.

/// A kind of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Illegal,
    Eof,
    Whitespace,
    Ident,
    Comment,
    Package,
    Import,
    As,
    Default,
    Else,
    Not,
    Some,
    With,
    Null,
    True,
    False,
    Number,
    String,
    /// The part of a template before an expression.
    TemplatePart,
    /// The last part of a template.
    TemplateEnd,
    RawTemplatePart,
    RawTemplateEnd,
    LBrack,
    RBrack,
    LBrace,
    RBrace,
    LParen,
    RParen,
    Comma,
    Colon,
    Add,
    Sub,
    Mul,
    Quo,
    Rem,
    /// `&`
    And,
    /// `|`
    Or,
    /// `=`
    Unify,
    /// `==`
    Equal,
    /// `:=`
    Assign,
    In,
    Neq,
    Gt,
    Lt,
    Gte,
    Lte,
    Dot,
    Semicolon,
    Every,
    Contains,
    If,
    /// The keyword `and`.
    LogicalAnd,
    /// The keyword `or`.
    LogicalOr,
}

impl Token {
    /// The name in messages. For an operator, the name of its builtin.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Illegal => "illegal",
            Self::Eof => "eof",
            Self::Whitespace => "whitespace",
            Self::Ident => "identifier",
            Self::Comment => "comment",
            Self::Package => "package",
            Self::Import => "import",
            Self::As => "as",
            Self::Default => "default",
            Self::Else => "else",
            Self::Not => "not",
            Self::Some => "some",
            Self::With => "with",
            Self::Null => "null",
            Self::True => "true",
            Self::False => "false",
            Self::Number => "number",
            Self::String => "string",
            Self::TemplatePart => "template-string-part",
            Self::TemplateEnd => "template-string-end",
            Self::RawTemplatePart => "raw-template-string-part",
            Self::RawTemplateEnd => "raw-template-string-end",
            Self::LBrack => "[",
            Self::RBrack => "]",
            Self::LBrace => "{",
            Self::RBrace => "}",
            Self::LParen => "(",
            Self::RParen => ")",
            Self::Comma => ",",
            Self::Colon => ":",
            Self::Add => "plus",
            Self::Sub => "minus",
            Self::Mul => "mul",
            Self::Quo => "div",
            Self::Rem => "rem",
            Self::And | Self::LogicalAnd => "and",
            Self::Or | Self::LogicalOr => "or",
            Self::Unify => "eq",
            Self::Equal => "equal",
            Self::Assign => "assign",
            Self::In => "in",
            Self::Neq => "neq",
            Self::Gt => "gt",
            Self::Lt => "lt",
            Self::Gte => "gte",
            Self::Lte => "lte",
            Self::Dot => ".",
            Self::Semicolon => ";",
            Self::Every => "every",
            Self::Contains => "contains",
            Self::If => "if",
        }
    }

    /// Whether messages call it a keyword.
    pub(crate) const fn is_keyword(self) -> bool {
        matches!(
            self,
            Self::Package
                | Self::Import
                | Self::As
                | Self::Default
                | Self::Else
                | Self::Not
                | Self::Some
                | Self::With
                | Self::Null
                | Self::True
                | Self::False
                | Self::In
                | Self::Every
                | Self::Contains
                | Self::If
                | Self::LogicalAnd
                | Self::LogicalOr
        )
    }
}

/// The active keywords, on top of those of every version: the keywords that the version or an import added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keywords(u8);

impl Keywords {
    /// In the paths of imports, not even `not` is a keyword.
    pub(crate) const PATH: Self = Self(0);
    pub(crate) const V0: Self = Self(1 << 7);
    pub(crate) const IN: Self = Self(1);
    pub(crate) const EVERY: Self = Self(1 << 1);
    pub(crate) const CONTAINS: Self = Self(1 << 2);
    pub(crate) const IF: Self = Self(1 << 3);
    /// Bodies after `not`. The word itself is a keyword without this, too.
    pub(crate) const NOT: Self = Self(1 << 4);
    pub(crate) const AND: Self = Self(1 << 5);
    pub(crate) const OR: Self = Self(1 << 6);
    pub(crate) const V1: Self = Self(0b1000_1111);
    pub(crate) const V2: Self = Self(0b1111_1111);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds keywords. `every` implies `in`.
    pub(crate) const fn with(self, other: Self) -> Self {
        let all = self.0 | other.0;
        if all & Self::EVERY.0 == 0 {
            Self(all)
        } else {
            Self(all | Self::IN.0)
        }
    }

    /// The keyword that an import `future.keywords.name` adds.
    pub(crate) const fn by_name(name: &str) -> Option<Self> {
        match name.as_bytes() {
            b"in" => Some(Self::IN),
            b"every" => Some(Self::EVERY),
            b"contains" => Some(Self::CONTAINS),
            b"if" => Some(Self::IF),
            b"not" => Some(Self::NOT),
            b"and" => Some(Self::AND),
            b"or" => Some(Self::OR),
            _ => None,
        }
    }

    /// The token of a word with these keywords.
    pub(crate) const fn classify(self, word: &[u8]) -> Token {
        match word {
            b"package" => Token::Package,
            b"import" => Token::Import,
            b"as" => Token::As,
            b"default" => Token::Default,
            b"else" => Token::Else,
            b"not" if self.has(Self::V0) => Token::Not,
            b"some" => Token::Some,
            b"with" => Token::With,
            b"null" => Token::Null,
            b"true" => Token::True,
            b"false" => Token::False,
            b"in" if self.has(Self::IN) => Token::In,
            b"every" if self.has(Self::EVERY) => Token::Every,
            b"contains" if self.has(Self::CONTAINS) => Token::Contains,
            b"if" if self.has(Self::IF) => Token::If,
            b"and" if self.has(Self::AND) => Token::LogicalAnd,
            b"or" if self.has(Self::OR) => Token::LogicalOr,
            _ => Token::Ident,
        }
    }
}
