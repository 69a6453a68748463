//! Keywords as names: in references, and as rule names.

use crate::rego::syntax::ast::Version;
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::token::{Keywords, Token};

impl Parser<'_> {
    /// Reports a keyword that is used as a rule name. After `default`, a keyword has no other use.
    pub(crate) fn keyword_as_rule_name(&mut self, is_default: bool) -> bool {
        let Some(is_follower) = followers(self.now.token) else {
            return false;
        };
        let (keyword, span) = (self.now.token, self.now.span);
        if !is_default {
            let saved = self.now;
            self.scan();
            let next = self.now.token;
            self.restore(saved);
            if !is_follower(next) {
                return false;
            }
        }
        let keyword = keyword.name();
        self.error(
            span,
            format!("{keyword} keyword cannot be used for rule name"),
        );
        true
    }

    /// Whether a keyword is allowed as a name in a reference.
    pub(crate) fn may_be_in_reference(&self, token: Token) -> bool {
        let name = token.name();
        is_keyword_of(name, self.options.version)
            || Keywords::by_name(name).is_some_and(|word| self.keywords.has(word))
    }

    /// Turns a keyword into a name if a reference begins with it.
    pub(crate) fn keyword_begins_reference(&mut self) -> bool {
        if !self.may_be_in_reference(self.now.token) {
            return false;
        }
        let saved = self.now;
        self.scan_space();
        let next = self.now.token;
        self.restore(saved);
        if matches!(next, Token::Dot | Token::LBrack) {
            self.now.token = Token::Ident;
            return true;
        }
        false
    }
}

/// The tokens that make a statement with a leading keyword a rule of that name.
fn followers(keyword: Token) -> Option<fn(Token) -> bool> {
    const fn value(next: Token) -> bool {
        matches!(next, Token::Assign | Token::Unify)
    }
    const fn head(next: Token) -> bool {
        matches!(next, Token::If | Token::Contains)
    }
    match keyword {
        Token::Every | Token::If | Token::In | Token::Some | Token::As => {
            Some(|next| value(next) || head(next) || next == Token::LParen)
        }
        // Both keywords take a path, which may begin with a keyword.
        Token::Package | Token::Import => Some(|next| value(next) || next == Token::LParen),
        // `not (x)` is a negation, `or(x, y)` a call.
        Token::Not | Token::LogicalAnd | Token::LogicalOr => Some(|next| value(next) || head(next)),
        // Outside of heads it is a variable: `contains := x` may be a query.
        Token::Contains => Some(head),
        _ => None,
    }
}

/// Whether a version has a keyword.
pub(crate) fn is_keyword_of(name: &str, version: Version) -> bool {
    match name {
        "not" | "package" | "import" | "as" | "default" | "else" | "with" | "null" | "true"
        | "false" | "some" => true,
        "if" | "contains" | "in" | "every" => version != Version::V0,
        "and" | "or" => version == Version::V2,
        _ => false,
    }
}
