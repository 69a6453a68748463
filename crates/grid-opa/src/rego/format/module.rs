//! The statements of a module, in the order of the source.

use super::comments::{Comments, Fail, Written};
use super::imports::{self, Listed};
use super::writer::Writer;
use crate::rego::syntax::ast::{Module, Package, Rule, Term};

/// An import or a rule.
enum Other<'m> {
    Import(Listed),
    Rule(&'m Rule),
}

impl Other<'_> {
    const fn place(&self) -> (u32, u32) {
        let span = match self {
            Self::Import(listed) => &listed.import.span,
            Self::Rule(rule) => &rule.span,
        };
        (span.row, span.column)
    }
}

impl Writer<'_> {
    /// Writes a module; [`Writer::finish`] reports errors.
    pub(super) fn module(&mut self, module: &Module) {
        if let Err(fail) = self.statements(module) {
            self.note(&fail.cause);
            if fail.is_comment() {
                let text = "two comments belong to one line of the package or of an import";
                self.note(&Fail::other(text).cause);
            }
        }
    }

    fn statements(&mut self, module: &Module) -> Result<(), Fail> {
        let listed = imports::listed(module, &self.flags);
        let first_rule = module.rules.iter().map(|rule| rule.span.row).min();
        // Generated imports must not follow a rule.
        let follows = |one: &Listed| first_rule.is_some_and(|row| one.import.span.row >= row);
        let moves = listed.iter().any(|one| one.is_added && follows(one));
        let (added, listed): (Vec<Listed>, Vec<Listed>) =
            listed.into_iter().partition(|one| moves && one.is_added);
        let mut others: Vec<Other<'_>> = listed.into_iter().map(Other::Import).collect();
        others.extend(module.rules.iter().map(Other::Rule));
        others.sort_by_key(Other::place);

        let all = Comments::new((0..self.notes.len()).collect());
        let mut comments = self.package(&module.package, &all)?;
        comments = self.imports(&added, &comments)?;
        let same = |a: &Other<'_>, b: &Other<'_>| {
            matches!(a, Other::Import(_)) == matches!(b, Other::Import(_))
        };
        for group in others.chunk_by(same) {
            let imports: Vec<Listed> = group.iter().filter_map(Other::import).collect();
            if imports.is_empty() {
                let rules: Vec<&Rule> = group.iter().filter_map(Other::rule).collect();
                comments = self.rules(&rules, comments)?;
            } else {
                comments = self.imports(&imports, &comments)?;
            }
        }
        let left = comments.left();
        for &number in left {
            self.comment_lines(&[number]);
        }
        if !left.is_empty() {
            self.put("\n");
        }
        Ok(())
    }

    fn package(&mut self, package: &Package, comments: &Comments) -> Written {
        let comments = self.insert_comments(comments, package.span.row.into())?;
        self.start_line();
        let mut path: Vec<Term> = package.path.iter().skip(1).cloned().collect();
        if let Some(first) = path.first_mut()
            && let Some(name) = first.as_string()
        {
            *first = Term::var(&name.clone(), first.span);
        }
        self.put("package ");
        self.reference(&path, &Comments::default())?;
        self.blank_line();
        Ok(comments)
    }
}

impl<'m> Other<'m> {
    fn import(&self) -> Option<Listed> {
        match self {
            Self::Import(listed) => Some(listed.clone()),
            Self::Rule(_) => None,
        }
    }

    const fn rule(&self) -> Option<&'m Rule> {
        match self {
            Self::Rule(rule) => Some(rule),
            Self::Import(_) => None,
        }
    }
}
