//! Templates.

use crate::rego::syntax::ast::{Expr, ExprKind, Template, TemplatePart, Term, TermKind, Version};
use crate::rego::syntax::lexer::Mode;
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::parser::terms::parts_of;
use crate::rego::syntax::parser::terms::strings::unescape;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// A template: alternating texts and expressions.
    pub(crate) fn template(&mut self, multi_line: bool) -> Option<Term> {
        self.nested(|parser| parser.template_parts(multi_line))
    }

    fn template_parts(&mut self, multi_line: bool) -> Option<Term> {
        let at = self.now.span;
        if matches!(self.options.version, Version::V0 | Version::V0CompatV1) {
            self.error(
                at,
                "template strings are not supported by current capabilities",
            );
            return None;
        }
        let mode = if multi_line {
            Mode::RawTemplate
        } else {
            Mode::Template
        };
        let mut height = Height::default();
        let mut parts = Vec::new();
        loop {
            let text = self.template_text()?;
            if !text.is_empty() {
                parts.push(TemplatePart::Text(Term::string(&text, self.now.span)));
            }
            if matches!(self.now.token, Token::TemplateEnd | Token::RawTemplateEnd) {
                break;
            }
            parts.push(self.template_expr()?);
            height.add(self.limits.height);
            if self.now.token != Token::RBrace {
                self.error(
                    self.now.span,
                    "expected } to end template string expression",
                );
                return None;
            }
            self.advance(false, mode);
        }
        let span = self.spanning(at, at.start, self.now.token_end);
        self.grow(height)?;
        Some(Term::new(
            TermKind::Template(Box::new(Template { parts, multi_line })),
            span,
        ))
    }

    /// The text of the token, without quotes and escapes.
    fn template_text(&mut self) -> Option<String> {
        let literal = self.literal();
        let raw = match self.now.token {
            Token::TemplatePart | Token::TemplateEnd => false,
            Token::RawTemplatePart | Token::RawTemplateEnd => true,
            _ => {
                self.error(self.now.span, "expected template-string part");
                return None;
            }
        };
        let literal = unescape_braces(&String::from_utf8_lossy(literal), raw);
        let inner = literal
            .get(1..literal.len().saturating_sub(1))
            .unwrap_or_default();
        if raw || !inner.contains('\\') {
            return Some(inner.to_owned());
        }
        let text = unescape(inner);
        if text.is_none() {
            self.error(
                self.now.span,
                format!("illegal template-string part: {literal}"),
            );
        }
        text
    }

    fn template_expr(&mut self) -> Option<TemplatePart> {
        let comments = self.comments_read();
        self.scan();
        let no_comment = self.comments_read() == comments;
        let Some(expr) = self.literal_expr() else {
            self.error(self.now.span, "invalid template-string expression");
            return None;
        };
        if let Some(message) = refused(&expr) {
            self.error(expr.span, message);
            return None;
        }
        match expr.kind {
            ExprKind::Term(term) if no_comment && is_scalar(&term) => {
                Some(TemplatePart::Text(*term))
            }
            kind => Some(TemplatePart::Expr(Expr { kind, ..expr })),
        }
    }
}

/// Why an expression is not allowed in a template.
fn refused(expr: &Expr) -> Option<&'static str> {
    if expr.negated {
        return Some("unexpected negation ('not') in template-string expression");
    }
    match &expr.kind {
        ExprKind::Call(terms) => {
            let operator = terms.first().map(parts_of).unwrap_or_default();
            let name = match operator {
                [name] => name.as_var().map(AsRef::as_ref),
                _ => None,
            };
            match name {
                Some("eq") => Some("unexpected unification ('=') in template-string expression"),
                Some("assign") => {
                    Some("unexpected assignment (':=') in template-string expression")
                }
                _ => None,
            }
        }
        ExprKind::Every(_) => Some("unexpected 'every' in template-string expression"),
        ExprKind::Some(_) => Some("unexpected 'some' in template-string expression"),
        _ => None,
    }
}

const fn is_scalar(term: &Term) -> bool {
    matches!(
        term.kind,
        TermKind::String(_) | TermKind::Number(_) | TermKind::Bool(_) | TermKind::Null
    )
}

/// Removes the backslashes before braces.
fn unescape_braces(text: &str, raw: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.peek() {
            Some('{') => {
                out.push('{');
                chars.next();
            }
            Some(&next) if !raw => {
                out.push('\\');
                out.push(next);
                chars.next();
            }
            _ => out.push('\\'),
        }
    }
    out
}
