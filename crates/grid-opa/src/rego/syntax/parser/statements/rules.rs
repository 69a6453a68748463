//! Rules with bodies, and default rules. A statement that is only a head is read as a query first.

use crate::rego::syntax::ast::{Body, Expr, ExprKind, Head, Rule, Term, TermKind};
use crate::rego::syntax::ground::is_ground;
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::statements::relocate;
use crate::rego::syntax::parser::statements::{HeadKeywords, WrittenRule};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// A rule, or several if several bodies follow one another. `None` without an error if the statement may be a query.
    pub(crate) fn rules(&mut self) -> Option<Vec<WrittenRule>> {
        let at = self.now.span;
        self.keyword_begins_reference();
        let is_default = self.now.token == Token::Default;
        if is_default {
            self.scan();
            self.keyword_begins_reference();
        }
        if self.now.token != Token::Ident {
            if is_default {
                self.keyword_as_rule_name(true);
            }
            return None;
        }
        let (head, contains) = self.head(is_default)?;
        if is_default {
            return self.default_rule(head, at).map(|rule| vec![rule]);
        }
        let keywords = HeadKeywords {
            contains,
            has_if: self.now.token == Token::If,
        };
        let head = self.keyed_head(head, keywords)?;
        let body = match self.now.token {
            Token::If => self.body_behind_if()?,
            Token::LBrace => self.braced_body()?,
            _ if contains => {
                let span = head.span;
                let mut rule = written(head, true_body(at), span, keywords);
                rule.rule.generated_body = true;
                return Some(vec![rule]);
            }
            _ => {
                self.drop_head(head);
                return None;
            }
        };
        let mut first = written(head, body, at, keywords);
        if self.now.token == Token::Else && !self.keyword_begins_reference() {
            self.else_of(&mut first)?;
        }
        first.rule.span = self.extended(at);
        self.more_bodies(first)
    }

    /// The meaning of `p[x]`: with `if` a rule with a single value, without it an item of a set.
    fn keyed_head(&mut self, mut head: Head, keywords: HeadKeywords) -> Option<Head> {
        if keywords.contains || head.reference.len() != 2 {
            return Some(head);
        }
        let part = head.reference.get(1)?;
        if keywords.has_if {
            let varies = matches!(part.kind, TermKind::Ref(_)) || !is_ground(part);
            if varies && head.args.is_none() {
                head.key = Some(part.clone());
            }
            if head.value.is_none() {
                head.generated_value = true;
                head.value = Some(Term::new(TermKind::Bool(true), head.span));
            } else {
                head.reference.first()?.as_var()?;
            }
        } else if head.args.is_none() {
            head.reference.first()?.as_var()?;
            if head.value.is_none() {
                head.key = head.reference.pop();
            } else {
                head.key = Some(part.clone());
            }
        }
        Some(head)
    }

    fn braced_body(&mut self) -> Option<Body> {
        self.scan();
        let body = self.body(Token::RBrace)?;
        self.scan();
        Some(body)
    }

    /// One expression, or a body in braces. `{ true }` is a body, not a set.
    fn body_behind_if(&mut self) -> Option<Body> {
        self.scan();
        let saved = self.now;
        let has_brace = self.now.token == Token::LBrace;
        if let Some(expr) = self.literal_expr() {
            let is_set = match &expr.kind {
                ExprKind::Term(term) => has_brace && matches!(term.kind, TermKind::Set(_)),
                _ => false,
            };
            if !is_set {
                return Some(vec![expr]);
            }
        }
        if !has_brace {
            return None;
        }
        self.restore(saved);
        self.braced_body()
    }

    fn else_of(&mut self, rule: &mut WrittenRule) -> Option<()> {
        let head = rule.rule.head.clone();
        if head.reference.len() > 1 && !head.reference.iter().skip(1).all(is_ground) {
            self.error(
                self.now.span,
                "else keyword cannot be used on rules with variables in head",
            );
            return None;
        }
        if head.key.is_some() {
            self.error(
                self.now.span,
                "else keyword cannot be used on multi-value rules",
            );
            return None;
        }
        let otherwise = self.otherwise(&head, &mut rule.keywords)?;
        rule.rule.otherwise = Some(Box::new(otherwise));
        Some(())
    }

    /// The rule after an `else`, with its own `else` branches.
    fn otherwise(&mut self, of: &Head, keywords: &mut Vec<HeadKeywords>) -> Option<Rule> {
        self.nested(|parser| {
            let at = parser.now.span;
            let mut head = parser.renewed_head(of);
            head.generated_value = false;
            head.span = at;
            parser.scan();
            match parser.now.token {
                Token::LBrace | Token::If => {
                    head.generated_value = true;
                    head.value = Some(Term::new(TermKind::Bool(true), parser.nowhere()));
                }
                Token::Assign | Token::Unify => {
                    head.assign = parser.now.token == Token::Assign;
                    parser.scan();
                    head.value = Some(parser.infix(true)?);
                    head.span = parser.extended(at);
                }
                _ => {
                    parser.illegal("expected else value term or rule body");
                    return None;
                }
            }
            parser.else_body(of, head, at, keywords)
        })
    }

    fn else_body(
        &mut self,
        of: &Head,
        head: Head,
        at: Span,
        keywords: &mut Vec<HeadKeywords>,
    ) -> Option<Rule> {
        let has_if = self.now.token == Token::If;
        keywords.push(HeadKeywords {
            contains: false,
            has_if,
        });
        if !has_if && self.now.token != Token::LBrace {
            let span = self.extended(at);
            let mut rule = written(head, true_body(span), span, HeadKeywords::default()).rule;
            rule.generated_body = true;
            return Some(rule);
        }
        if has_if {
            self.scan();
        }
        let mut is_single = false;
        let body = match self.now.token {
            Token::LBrace => self.braced_body()?,
            Token::Eof => {
                self.illegal("rule body expected");
                return None;
            }
            _ => {
                is_single = true;
                vec![self.literal_expr()?]
            }
        };
        let mut rule = written(head, body, at, HeadKeywords::default()).rule;
        if self.now.token == Token::Else {
            rule.otherwise = Some(Box::new(self.otherwise(of, keywords)?));
        }
        rule.span = self.extended(at);
        if is_single {
            // OPA sets the place of all parts to that of the `else`.
            relocate::body(&mut rule.body, rule.span);
        }
        Some(rule)
    }

    /// The rules of further bodies that follow a rule without heads.
    fn more_bodies(&mut self, first: WrittenRule) -> Option<Vec<WrittenRule>> {
        let mut rules = vec![first];
        while self.now.token == Token::LBrace {
            let first = &rules.first()?;
            if first.rule.otherwise.is_some() {
                self.error(self.now.span, "expected else keyword");
                return None;
            }
            let (head, keywords) = (first.rule.head.clone(), first.keywords.clone());
            let at = self.now.span;
            let body = self.braced_body()?;
            let span = self.extended(at);
            let mut head = self.renewed_head(&head);
            relocate::head(&mut head, span);
            let mut rule = written(head, body, span, HeadKeywords::default());
            rule.keywords = keywords;
            rules.push(rule);
        }
        Some(rules)
    }

    /// A copy of a head with new wildcards.
    fn renewed_head(&mut self, head: &Head) -> Head {
        let mut head = head.clone();
        for arg in head.args.iter_mut().flatten() {
            if arg.is_wildcard() {
                arg.kind = self.wildcard().kind;
            }
        }
        head
    }

    /// Nothing follows a head, so its terms are read again as those of a query.
    fn drop_head(&mut self, head: Head) {
        let height = self.limits.height;
        for term in head.args.into_iter().flatten().chain(head.value) {
            self.give_back(term, height);
        }
    }

    fn default_rule(&mut self, head: Head, at: Span) -> Option<WrittenRule> {
        self.check_default_value(&head, at)?;
        self.check_default_args(&head, at)?;
        let mut rule = written(head, true_body(at), at, HeadKeywords::default());
        rule.rule.is_default = true;
        Some(rule)
    }
}

fn written(head: Head, body: Body, span: Span, keywords: HeadKeywords) -> WrittenRule {
    WrittenRule {
        rule: Rule {
            head,
            body,
            otherwise: None,
            is_default: false,
            generated_body: false,
            span,
        },
        keywords: vec![keywords],
    }
}

/// The body of a rule without one.
pub(crate) fn true_body(span: Span) -> Body {
    let term = Term::new(TermKind::Bool(true), span);
    let mut expr = Expr::new(ExprKind::Term(Box::new(term)), span);
    expr.generated = true;
    vec![expr]
}
