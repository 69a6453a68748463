//! Terms, references and templates.

use super::comments::{Comments, Fail, Written};
use super::places::Place;
use super::writer::Writer;
use crate::rego::syntax::ast::{Template, TemplatePart, Term, TermKind};
use crate::rego::syntax::text;

impl<'s> Writer<'s> {
    /// A term. If a comment inside has no line of its own, the term stays as it is, and the result is an error with the comments left.
    pub(super) fn term(&mut self, term: &Term, comments: &Comments) -> Written {
        self.term_at(term, self.place(term.span), comments)
    }

    /// A term with another place.
    pub(super) fn term_at(
        &mut self,
        term: &Term,
        place: Place<'s>,
        comments: &Comments,
    ) -> Written {
        let (length, level) = (self.out.len(), self.level);
        let written = self.bare_term_at(term, place, false, comments);
        if comments.left().is_empty() {
            return written;
        }
        match written {
            Ok(comments) => Ok(comments),
            Err(fail) if fail.is_comment() => {
                self.out.truncate(length);
                self.level = level;
                // Its comment is written with the text.
                let end_row = place.end_row();
                self.before_end.take_if(|number| {
                    let row = self.notes.get(*number).map_or(0, |note| note.row);
                    !place.text.is_empty() && row >= place.row && row <= end_row
                });
                let left = self.unformatted(place, comments).map_err(Fail::lost)?;
                Err(Fail::comment(left))
            }
            Err(fail) => Err(fail.lost()),
        }
    }

    pub(super) fn bare_term(
        &mut self,
        term: &Term,
        parentheses: bool,
        comments: &Comments,
    ) -> Written {
        self.bare_term_at(term, self.place(term.span), parentheses, comments)
    }

    pub(super) fn bare_term_at(
        &mut self,
        term: &Term,
        place: Place<'s>,
        parentheses: bool,
        comments: &Comments,
    ) -> Written {
        self.in_time()?;
        let marked = self
            .paren_term
            .take_if(|marked| std::ptr::eq(*marked, term));
        let parentheses = parentheses || marked.is_some();
        let comments = self
            .insert_comments(comments, place.row)
            .map_err(Fail::lost)?;
        if !self.inline {
            self.start_line();
        }
        let comments = match &term.kind {
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) => {
                self.put(&text::of_term(term));
                comments
            }
            TermKind::Var(name) => {
                self.put(text::of_var(name));
                comments
            }
            TermKind::String(value) => {
                self.string(value, place);
                comments
            }
            TermKind::Template(template) => {
                self.template(template, &comments).map_err(Fail::lost)?
            }
            TermKind::Ref(terms) => self.reference(terms, &comments).map_err(Fail::lost)?,
            TermKind::Call(terms) => self
                .call(terms, parentheses, &comments)
                .map_err(Fail::lost)?,
            _ => self
                .collection(term, place, &comments)
                .map_err(Fail::lost)?,
        };
        if !self.inline {
            self.start_line();
        }
        Ok(comments)
    }

    // A string as it is in the source. The place of an `else` may have a text before it.
    fn string(&mut self, value: &str, place: Place<'s>) {
        if place.text.starts_with('`') {
            self.put(place.text);
            return;
        }
        let quote = place.text.chars().last().filter(|c| matches!(c, '"' | '`'));
        let found = quote.and_then(|quote| Some((quote, place.text.split_once(quote)?.1)));
        match found {
            Some((quote, rest)) => {
                self.out.push(quote);
                self.put(rest);
            }
            None => self.put(&text::quoted(value)),
        }
    }

    pub(super) fn reference(&mut self, terms: &[Term], comments: &Comments) -> Written {
        let Some((head, parts)) = terms.split_first() else {
            return Ok(comments.clone());
        };
        let is_call = matches!(head.kind, TermKind::Call(_));
        let parentheses = is_call && self.place(head.span).text.starts_with('(');
        let mut comments = self
            .bare_term(head, parentheses, comments)
            .map_err(Fail::lost)?;
        for part in parts {
            match &part.kind {
                TermKind::String(name) if self.has_dot(name, part) => {
                    self.put(".");
                    self.put(name);
                }
                TermKind::String(name) => {
                    self.put("[");
                    self.put(&text::quoted(name));
                    self.put("]");
                }
                TermKind::Var(name) => {
                    self.put("[");
                    self.put(text::of_var(name));
                    self.put("]");
                }
                _ => {
                    self.put("[");
                    comments = match self.term(part, &comments) {
                        Ok(comments) => comments,
                        Err(fail) if fail.is_comment() => {
                            // The bracket must not be part of the comment.
                            self.put("\n");
                            fail.comments
                        }
                        Err(fail) => return Err(fail.lost()),
                    };
                    self.put("]");
                }
            }
        }
        Ok(comments)
    }

    // Whether a part is written behind a dot. A keyword stays in its brackets.
    fn has_dot(&self, name: &str, part: &Term) -> bool {
        text::is_identifier(name)
            && !(self.flags.is_keyword(name) && self.place(part.span).text.starts_with('"'))
    }

    fn template(&mut self, template: &Template, comments: &Comments) -> Written {
        let quote = if template.multi_line { "`" } else { "\"" };
        let mut comments = comments.clone();
        self.put("$");
        self.put(quote);
        for (number, part) in template.parts.iter().enumerate() {
            match part {
                TemplatePart::Text(term) => self.template_text(term, template.multi_line),
                TemplatePart::Expr(expr) => {
                    self.put("{");
                    self.level += 1;
                    if self.before_end.is_some() {
                        self.end_line();
                        self.start_line();
                    } else {
                        let above = comments.above(expr.span.row.into(), self.notes);
                        if above > 0 {
                            self.put(" ");
                            self.inline = true;
                            comments = self.lines_of(&comments, above);
                        }
                    }
                    comments = self.expr(expr, &comments)?;
                    if let Some(next) = template.parts.get(number + 1) {
                        let row = match next {
                            TemplatePart::Text(term) => term.span.row,
                            TemplatePart::Expr(expr) => expr.span.row,
                        };
                        let above = comments.above(row.into(), self.notes);
                        if above > 0 {
                            self.end_line();
                            comments = self.lines_of(&comments, above);
                            self.start_line();
                        }
                    }
                    self.put("}");
                    self.down()?;
                }
            }
        }
        self.put(quote);
        Ok(comments)
    }

    // Writes the first comments on lines of their own.
    fn lines_of(&mut self, comments: &Comments, count: usize) -> Comments {
        let numbers = comments.left().get(..count).unwrap_or_default().to_vec();
        self.comment_lines(&numbers);
        comments.without(count)
    }

    fn template_text(&mut self, term: &Term, multi_line: bool) {
        let TermKind::String(value) = &term.kind else {
            self.put(&text::of_term(term));
            return;
        };
        if multi_line {
            self.put(&text::with_escaped_braces(value));
        } else {
            let quoted = text::with_escaped_braces(&text::quoted(value));
            self.put(quoted.get(1..quoted.len() - 1).unwrap_or_default());
        }
    }
}
