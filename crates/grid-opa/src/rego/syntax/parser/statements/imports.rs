//! Imports, and the keywords that they add.

use crate::rego::syntax::ast::{Import, Term, TermKind, Version};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::statements::keywords::is_keyword_of;
use crate::rego::syntax::parser::terms::parts_of;
use crate::rego::syntax::text;
use crate::rego::syntax::token::{Keywords, Token};

impl Parser<'_> {
    pub(crate) fn import(&mut self) -> Option<Import> {
        let span = self.now.span;
        self.path_follows()?;
        let path = self.import_path()?;
        let parts = parts_of(&path);
        let head = parts.first()?;
        if !matches!(
            head.as_var().map(AsRef::as_ref),
            Some("data" | "input" | "future" | "rego")
        ) {
            let message = format!(
                "unexpected import path, must begin with one of: {{data, future, input, rego}}, got: {}",
                text::of_term(head)
            );
            self.hint("if this is unexpected, try updating OPA".to_owned());
            self.error(path.span, message);
            return None;
        }
        let mut import = Import {
            path,
            alias: None,
            span,
            alias_span: None,
        };
        if self.now.token == Token::As {
            self.alias(&mut import)?;
        } else {
            self.no_keyword_at_end(&import);
        }
        Some(import)
    }

    /// The path of an import. Keywords of later versions are plain names in it.
    fn import_path(&mut self) -> Option<Term> {
        let before = self.now;
        let keywords = std::mem::replace(&mut self.keywords, Keywords::PATH);
        let cache = std::mem::take(&mut self.cache);
        let term = self.term();
        self.keywords = keywords;
        self.cache = cache;
        let path = match term {
            Some(term) => match term.kind {
                TermKind::Var(_) => {
                    let span = term.span;
                    Some(Term::new(TermKind::Ref(vec![term]), span))
                }
                TermKind::Ref(ref parts) => {
                    let wrong = parts.iter().skip(1).find(|part| part.as_string().is_none());
                    if let Some(part) = wrong {
                        self.restore(before);
                        self.unexpected_kind(part, "string");
                        return None;
                    }
                    Some(term)
                }
                _ => None,
            },
            None => None,
        };
        if path.is_none() {
            self.error(self.now.span, "expected path");
        }
        path
    }

    fn alias(&mut self, import: &mut Import) -> Option<()> {
        self.scan();
        if self.now.token == Token::Ident
            && let Some(alias) = self.term()
        {
            match &alias.kind {
                TermKind::Var(name) => {
                    import.alias = Some(name.clone());
                    import.alias_span = Some(alias.span);
                    return Some(());
                }
                // `input` and `data` are read as references.
                TermKind::Ref(parts) => {
                    if let [head] = parts.as_slice()
                        && let Some(name) = head.as_var()
                        && matches!(&**name, "input" | "data")
                    {
                        let message = format!(
                            "unexpected import alias, must not be a reserved name, got: {name}"
                        );
                        self.error(alias.span, message);
                        return None;
                    }
                }
                _ => {}
            }
        }
        self.illegal("expected var");
        None
    }

    fn no_keyword_at_end(&mut self, import: &Import) {
        let parts = parts_of(&import.path);
        let Some(last) = parts.last() else {
            return;
        };
        let is_future = parts.len() > 1
            && parts
                .first()
                .and_then(Term::as_var)
                .is_some_and(|name| &**name == "future");
        let name = last.as_var().or_else(|| last.as_string());
        if let Some(name) =
            name.filter(|name| !is_future && is_keyword_of(name, self.options.version))
        {
            self.hint("import a different path or use an alias".to_owned());
            self.error(
                last.span,
                format!("unexpected import path, must not end with a keyword, got: {name}"),
            );
        }
    }

    /// Adds the keywords of an import of `rego.` or `future.`.
    pub(crate) fn apply_import(&mut self, import: &Import) {
        let parts = parts_of(&import.path);
        match parts.first().and_then(Term::as_var).map(AsRef::as_ref) {
            Some("rego") => self.rego_import(import),
            Some("future") => self.future_import(import),
            _ => return,
        }
        // The next token was read before the word became a keyword.
        if self.now.token == Token::Ident {
            self.now.token = self.keywords.classify(self.literal());
        }
    }

    fn rego_import(&mut self, import: &Import) {
        let version = match parts_of(&import.path) {
            [_, name] => name.as_string().map(AsRef::as_ref),
            _ => None,
        };
        let added = match version {
            Some("v1") => Keywords::V1,
            Some("v2") => Keywords::V2,
            _ => {
                let path = text::of_term(&import.path);
                let message =
                    format!("invalid import `{path}`, must be one of: `rego.v1`, `rego.v2`");
                self.error(import.path.span, message);
                return;
            }
        };
        if let Some(span) = import.alias_span {
            self.error(span, "`rego` imports cannot be aliased");
            return;
        }
        let own = match self.options.version {
            Version::V1 => Keywords::V1,
            Version::V2 => Keywords::V2,
            Version::V0 | Version::V0CompatV1 => Keywords::V0,
        };
        if own != added {
            self.add_keywords(added);
        }
    }

    fn future_import(&mut self, import: &Import) {
        let parts = parts_of(&import.path);
        let is_keywords = parts
            .get(1)
            .and_then(Term::as_string)
            .is_some_and(|name| &**name == "keywords");
        if !is_keywords {
            self.error(
                import.path.span,
                "invalid import, must be `future.keywords`",
            );
            return;
        }
        if let Some(span) = import.alias_span {
            self.error(span, "`future` imports cannot be aliased");
            return;
        }
        let added = match parts {
            [_, _, name] => name.as_string().and_then(|name| Keywords::by_name(name)),
            _ => Some(Keywords::V2),
        };
        match added {
            Some(added) => self.add_keywords(added),
            None => self.error(
                import.path.span,
                "unexpected keyword, must be one of [and contains every if in not or]",
            ),
        }
    }

    const fn add_keywords(&mut self, added: Keywords) {
        self.keywords = self.keywords.with(added);
        if added.has(Keywords::NOT) {
            self.not_bodies = true;
        }
    }
}
