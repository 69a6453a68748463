//! The statements of a source: a package, imports, rules, and queries for everything else.

pub(super) mod annotations;
pub(super) mod builtin_names;
pub(super) mod heads;
pub(super) mod imports;
pub(super) mod keywords;
pub(super) mod module;
pub(super) mod query_rules;
pub(super) mod relocate;
pub(super) mod rules;
pub(super) mod version_checks;

use crate::rego::syntax::annotations::Block;
use crate::rego::syntax::ast::{Body, Comment, Import, Package, Rule, Term, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::terms::kind_name;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::Token;

/// One statement.
pub(super) enum Statement {
    Package(Package),
    Import(Import),
    Rule(WrittenRule),
    Body(Body),
}

/// A rule, and the keywords of its heads: its own first, then those of each `else`.
pub(super) struct WrittenRule {
    pub(super) rule: Rule,
    pub(super) keywords: Vec<HeadKeywords>,
}

/// The keywords in the head of a rule.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HeadKeywords {
    pub(super) contains: bool,
    pub(super) has_if: bool,
}

/// The contents of a source.
pub(super) struct Read {
    pub(super) statements: Vec<Statement>,
    pub(super) comments: Vec<Comment>,
    pub(super) blocks: Vec<Block>,
}

impl Statement {
    /// OPA's Go type of the statement, as in its messages.
    pub(super) const fn go_type(&self) -> &'static str {
        match self {
            Self::Package(_) => "*ast.Package",
            Self::Import(_) => "*ast.Import",
            Self::Rule(_) => "*ast.Rule",
            Self::Body(_) => "ast.Body",
        }
    }

    pub(super) fn span(&self) -> Span {
        match self {
            Self::Package(package) => package.span,
            Self::Import(import) => import.span,
            Self::Rule(rule) => rule.rule.span,
            Self::Body(body) => body.first().map(|expr| expr.span).unwrap_or_default(),
        }
    }
}

impl WrittenRule {
    /// The name that OPA gives its head. Not every head with several parts has one.
    pub(super) fn name(&self) -> Option<&str> {
        let head = &self.rule.head;
        let keywords = self.keywords.first().copied().unwrap_or_default();
        let named = match head.reference.len() {
            1 => true,
            2 if keywords.contains => false,
            2 if keywords.has_if => !head.generated_value,
            2 => head.key.is_some(),
            _ => false,
        };
        head.reference
            .first()
            .filter(|_| named)?
            .as_var()
            .map(AsRef::as_ref)
    }
}

impl Parser<'_> {
    /// All statements of the source, or its errors.
    pub(super) fn statements(mut self, skip_rules: bool) -> Result<Read, Vec<Fault>> {
        self.scan();
        let mut statements = Vec::new();
        while self.now.token != Token::Eof && self.limits.stopped.is_none() {
            // Terms that start earlier are not read again.
            self.cache = self.cut_cache(self.now.span.start);
            if !self.statement(skip_rules, &mut statements) {
                break;
            }
        }
        if let Some(fault) = self.limits.stopped {
            return Err(vec![fault]);
        }
        if self.now.token != Token::Eof && !self.has_errors() {
            // A statement never fails without an error. A module that was read only in part would be a different module.
            self.illegal_token();
        }
        self.comments.truncate(self.comments_read() as usize);
        let blocks = self.annotations();
        if self.has_errors() || self.limits.stopped.is_some() {
            return Err(self.faults());
        }
        Ok(Read {
            statements,
            comments: self.comments,
            blocks,
        })
    }

    /// Reads a statement. Returns whether there was one.
    fn statement(&mut self, skip_rules: bool, into: &mut Vec<Statement>) -> bool {
        // Otherwise, `package := 1` and `import := 1` would be errors of the path.
        if !skip_rules && self.keyword_as_rule_name(false) {
            return false;
        }
        let saved = self.now;
        if self.now.token == Token::Package {
            if let Some(package) = self.package() {
                if self.trailing_minus() {
                    return false;
                }
                into.push(Statement::Package(package));
                return true;
            }
            if self.has_errors() {
                return false;
            }
            self.restore(saved);
        }
        if self.now.token == Token::Import {
            if let Some(import) = self.import() {
                if self.trailing_minus() {
                    return false;
                }
                self.apply_import(&import);
                into.push(Statement::Import(import));
                return true;
            }
            if self.has_errors() {
                return false;
            }
            self.restore(saved);
        }
        if !skip_rules {
            if let Some(rules) = self.rules() {
                into.extend(rules.into_iter().map(Statement::Rule));
                return true;
            }
            if self.has_errors() {
                return false;
            }
            self.restore(saved);
        }
        match self.query(true, Token::Eof) {
            Some(body) => {
                into.push(Statement::Body(body));
                true
            }
            None => false,
        }
    }

    /// A minus after a path is not part of it, and would begin the next statement.
    fn trailing_minus(&mut self) -> bool {
        if self.now.token == Token::Sub {
            self.illegal_token();
            return true;
        }
        false
    }

    /// Moves to the path of a `package` or `import` statement. `None` if the word begins a reference instead.
    pub(super) fn path_follows(&mut self) -> Option<()> {
        self.scan_space();
        if matches!(self.now.token, Token::Dot | Token::LBrack) {
            return None;
        }
        if self.now.token == Token::Whitespace {
            self.scan();
        }
        if self.now.token == Token::Ident {
            return Some(());
        }
        if self.may_be_in_reference(self.now.token) {
            self.now.token = Token::Ident;
            return Some(());
        }
        self.illegal_token();
        None
    }

    fn package(&mut self) -> Option<Package> {
        let span = self.now.span;
        self.path_follows()?;
        let path = match self.term() {
            None => None,
            Some(term) => match term.kind {
                TermKind::Var(name) => Some(vec![
                    Term::var("data", term.span),
                    Term::new(TermKind::String(name), term.span),
                ]),
                TermKind::Ref(terms) => Some(self.package_path(terms)?),
                _ => {
                    self.illegal_token();
                    return None;
                }
            },
        };
        if path.is_none() && !self.has_errors() {
            self.error(self.now.span, "expected path");
        }
        path.map(|path| Package { path, span })
    }

    fn package_path(&mut self, terms: Vec<Term>) -> Option<Vec<Term>> {
        let mut terms = terms.into_iter();
        let first = terms.next()?;
        let TermKind::Var(name) = first.kind else {
            self.unexpected_kind(&first, "var");
            return None;
        };
        let mut path = vec![
            Term::var("data", first.span),
            Term::new(TermKind::String(name), first.span),
        ];
        for term in terms {
            if term.as_string().is_none() {
                self.unexpected_kind(&term, "string");
                return None;
            }
            path.push(term);
        }
        Some(path)
    }

    pub(super) fn unexpected_kind(&mut self, term: &Term, expected: &str) {
        let kind = kind_name(term);
        self.error(
            term.span,
            format!("unexpected {kind} token: expecting {expected}"),
        );
    }
}
