//! Imports: groups of lines, each sorted, and those that the keywords of the module need.

use super::comments::{Comments, Written};
use super::prepare::Flags;
use super::writer::Writer;
use crate::rego::syntax::ast::{Import, Module, Name, Term, TermKind};
use crate::rego::syntax::order;
use crate::rego::syntax::span::Span;

/// An import to be written.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) import: Import,
    /// Whether it is not in the source.
    pub(super) is_added: bool,
}

/// The names of a path that has only names.
pub(super) fn names(import: &Import) -> Vec<Name> {
    let terms: Vec<&Term> = match &import.path.kind {
        TermKind::Ref(terms) => terms.iter().collect(),
        _ => vec![&import.path],
    };
    terms
        .iter()
        .map_while(|term| term.as_var().or(term.as_string()).cloned())
        .collect()
}

/// The keyword of an `import future.keywords.<keyword>`.
pub(super) fn future_keyword(import: &Import) -> Option<Name> {
    match names(import).as_slice() {
        [future, keywords, keyword] if &**future == "future" && &**keywords == "keywords" => {
            Some(keyword.clone()).filter(|_| import.alias.is_none())
        }
        _ => None,
    }
}

fn is_future(import: &Import) -> bool {
    names(import)
        .first()
        .is_some_and(|name| &**name == "future")
}

fn is_path(import: &Import, path: &[&str]) -> bool {
    let names = names(import);
    names.len() == path.len() && names.iter().zip(path).all(|(name, word)| &**name == *word)
}

/// The imports to be written: `import rego.v1` replaces those of keywords, and missing keywords are added.
pub(super) fn listed(module: &Module, flags: &Flags) -> Vec<Listed> {
    let mut listed: Vec<Listed> = module
        .imports
        .iter()
        .map(|import| Listed {
            import: import.clone(),
            is_added: false,
        })
        .collect();
    if flags.v2_imported {
        listed.retain(|one| !is_path(&one.import, &["rego", "v1"]));
    }
    let has_version = flags.v2_imported
        || listed
            .iter()
            .any(|one| is_path(&one.import, &["rego", "v1"]));
    if !flags.v1 && !has_version {
        for keyword in &flags.used_keywords {
            ensure(&mut listed, keyword);
        }
        return listed;
    }
    if has_version {
        listed.retain(|one| !is_future(&one.import));
    } else {
        for keyword in &flags.future_keywords {
            ensure(&mut listed, keyword);
        }
    }
    if !flags.v2_imported {
        for keyword in ["and", "not", "or"] {
            if flags.used_keywords.contains(keyword) {
                ensure(&mut listed, keyword);
            }
        }
    }
    listed
}

// Adds the import of a keyword, unless an import brings it.
fn ensure(listed: &mut Vec<Listed>, keyword: &str) {
    let brings = |one: &Listed| {
        let import = &one.import;
        is_path(import, &["future", "keywords"])
            || is_path(import, &["future", "keywords", keyword])
            || (keyword == "in" && is_path(import, &["future", "keywords", "every"]))
    };
    if listed.iter().any(brings) {
        return;
    }
    let rows = listed
        .iter()
        .filter(|one| is_future(&one.import) || is_path(&one.import, &["rego", "v1"]))
        .map(|one| one.import.span.row + 1);
    let span = Span {
        row: rows.max().unwrap_or(1),
        column: 1,
        ..Span::default()
    };
    let path = vec![
        Term::var("future", span),
        Term::string("keywords", span),
        Term::string(keyword, span),
    ];
    listed.push(Listed {
        import: Import {
            path: Term::new(TermKind::Ref(path), span),
            alias: None,
            span,
            alias_span: None,
        },
        is_added: true,
    });
}

impl Writer<'_> {
    pub(super) fn imports(&mut self, imports: &[Listed], comments: &Comments) -> Written {
        let row = |one: &Listed| i64::from(one.import.span.row);
        let mut behind: Vec<Option<usize>> = vec![None; imports.len()];
        let mut others = Vec::new();
        for &number in comments.left() {
            let at = imports
                .iter()
                .position(|one| row(one) == self.row_of(number));
            match at.and_then(|at| behind.get_mut(at)) {
                Some(place) => *place = Some(number),
                None => others.push(number),
            }
        }
        let mut comments = if others.len() == comments.left().len() {
            comments.clone()
        } else {
            Comments::new(others)
        };
        let numbered: Vec<(&Listed, Option<usize>)> = imports.iter().zip(behind).collect();
        for group in numbered.chunk_by(|(a, _), (b, _)| row(b) - row(a) <= 1) {
            let Some((first, _)) = group.first() else {
                continue;
            };
            comments = self.insert_comments(&comments, row(first))?;
            let mut sorted = group.to_vec();
            sorted.sort_by(|(a, _), (b, _)| {
                order::compare(&a.import.path, &b.import.path)
                    .then_with(|| a.import.alias.cmp(&b.import.alias))
            });
            for (one, behind) in sorted {
                self.start_line();
                self.import(&one.import)?;
                if let Some(number) = behind {
                    self.put(" ");
                    self.comment(number);
                }
                self.end_line();
            }
            self.blank_line();
        }
        Ok(comments)
    }

    fn import(&mut self, import: &Import) -> Written {
        self.put("import ");
        if is_future(import) && future_keyword(import).is_some() {
            self.put(&names(import).join("."));
        } else if let TermKind::Ref(terms) = &import.path.kind {
            self.reference(terms, &Comments::default())?;
        } else {
            self.term(&import.path, &Comments::default())?;
        }
        if let Some(alias) = &import.alias {
            self.put(" as ");
            self.put(alias);
        }
        Ok(Comments::default())
    }
}
