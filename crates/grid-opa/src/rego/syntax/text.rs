//! Formats syntax as OPA does in messages.

mod exprs;
mod quote;

use crate::rego::syntax::ast::{
    Comprehension, Expr, Import, Template, TemplatePart, Term, TermKind,
};
use std::fmt::Write as _;

/// The keywords of Rego v1, which are not written after dots.
const KEYWORDS: [&str; 15] = [
    "not", "package", "import", "as", "default", "else", "with", "null", "true", "false", "some",
    "if", "contains", "in", "every",
];

/// The operators that are written infix in the heads of comprehensions.
const INFIX: [(&str, &str); 15] = [
    ("eq", "="),
    ("assign", ":="),
    ("gt", ">"),
    ("gte", ">="),
    ("lt", "<"),
    ("lte", "<="),
    ("neq", "!="),
    ("equal", "=="),
    ("plus", "+"),
    ("minus", "-"),
    ("mul", "*"),
    ("div", "/"),
    ("rem", "%"),
    ("and", "&"),
    ("or", "|"),
];

/// The text of a term.
pub(crate) fn of_term(term: &Term) -> String {
    let mut text = Text::default();
    text.term(term);
    text.out
}

/// The text of a variable.
pub(crate) fn of_var(name: &str) -> &str {
    if name.starts_with('$') { "_" } else { name }
}

/// The text of a reference.
pub(crate) fn of_ref(terms: &[Term]) -> String {
    let mut text = Text::default();
    text.reference(terms);
    text.out
}

/// The text of the expressions of a body.
pub(crate) fn of_body(body: &[Expr]) -> String {
    let mut text = Text::default();
    text.body(body);
    text.out
}

/// The text of an import.
pub(crate) fn of_import(import: &Import) -> String {
    let path = of_term(&import.path);
    match &import.alias {
        Some(alias) => format!("import {path} as {alias}"),
        None => format!("import {path}"),
    }
}

/// The name of an operator: a builtin's name, or the path of a function.
pub(crate) fn of_operator(term: &Term) -> String {
    of_term(term)
}

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    quote::escape(text, &mut quoted);
    quoted + "\""
}

/// The text of a part of a template: a backslash is before each opening brace.
pub(crate) fn with_escaped_braces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = '\0';
    for c in text.chars() {
        if c == '{' && before != '\\' {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

#[derive(Default)]
struct Text {
    out: String,
}

impl Text {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn list<T>(&mut self, items: &[T], between: &str, write: fn(&mut Self, &T)) {
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                self.put(between);
            }
            write(self, item);
        }
    }

    fn term(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Null => self.put("null"),
            TermKind::Bool(value) => self.put(if *value { "true" } else { "false" }),
            TermKind::Number(text) => self.put(text),
            TermKind::String(text) => self.quoted(text),
            TermKind::Var(name) => self.put(of_var(name)),
            TermKind::Ref(terms) => self.reference(terms),
            TermKind::Array(terms) => {
                self.put("[");
                self.list(terms, ", ", Self::term);
                self.put("]");
            }
            TermKind::Set(terms) if terms.is_empty() => self.put("set()"),
            TermKind::Set(terms) => {
                self.put("{");
                self.list(terms, ", ", Self::term);
                self.put("}");
            }
            TermKind::Object(fields) => {
                self.put("{");
                self.list(fields, ", ", |text, (key, value)| {
                    text.term(key);
                    text.put(": ");
                    text.term(value);
                });
                self.put("}");
            }
            TermKind::Call(terms) => self.call(terms),
            TermKind::ArrayComprehension(inner) => self.comprehension(inner, "[", "]"),
            TermKind::SetComprehension(inner) | TermKind::ObjectComprehension(inner) => {
                self.comprehension(inner, "{", "}");
            }
            TermKind::Template(template) => self.template(template),
        }
    }

    /// Formats a string like Go's `strconv.Quote`.
    fn quoted(&mut self, text: &str) {
        self.put("\"");
        self.escaped(text);
        self.put("\"");
    }

    fn escaped(&mut self, text: &str) {
        quote::escape(text, &mut self.out);
    }

    fn reference(&mut self, terms: &[Term]) {
        let Some((head, rest)) = terms.split_first() else {
            return;
        };
        match &head.kind {
            TermKind::String(text) => self.put(text),
            _ => self.term(head),
        }
        for part in rest {
            match &part.kind {
                TermKind::String(name) if is_name(name) => {
                    self.put(".");
                    self.put(name);
                }
                TermKind::String(text) if !text.contains(|c: char| c == '\\' || c.is_control()) => {
                    self.put("[\"");
                    self.put(text);
                    self.put("\"]");
                }
                _ => {
                    self.put("[");
                    self.term(part);
                    self.put("]");
                }
            }
        }
    }

    fn call(&mut self, terms: &[Term]) {
        if let Some((operator, operands)) = terms.split_first() {
            self.term(operator);
            self.put("(");
            self.list(operands, ", ", Self::term);
            self.put(")");
        }
    }

    fn comprehension(&mut self, inner: &Comprehension, open: &str, close: &str) {
        self.put(open);
        if let Some(key) = &inner.key {
            self.comprehension_term(key);
            self.put(": ");
        }
        self.comprehension_term(&inner.term);
        self.put(" | ");
        self.body(&inner.body);
        self.put(close);
    }

    /// Here operators are written infix, in parentheses.
    fn comprehension_term(&mut self, term: &Term) {
        if let TermKind::Call(terms) = &term.kind
            && let [operator, left, right] = terms.as_slice()
            && let Some(sign) = infix(operator)
        {
            self.put("(");
            self.comprehension_term(left);
            let _ = write!(self.out, " {sign} ");
            self.comprehension_term(right);
            self.put(")");
        } else {
            self.term(term);
        }
    }

    fn template(&mut self, template: &Template) {
        self.put("$\"");
        for part in &template.parts {
            match part {
                TemplatePart::Expr(expr) => {
                    self.put("{");
                    self.expr(expr);
                    self.put("}");
                }
                TemplatePart::Text(Term {
                    kind: TermKind::String(text),
                    ..
                }) => {
                    let mut quoted = Self::default();
                    quoted.escaped(text);
                    self.put(&with_escaped_braces(&quoted.out));
                }
                TemplatePart::Text(term) => self.term(term),
            }
        }
        self.put("\"");
    }
}

fn is_name(text: &str) -> bool {
    is_identifier(text) && !KEYWORDS.contains(&text)
}

/// Whether a text has the form of a name; keywords have it too.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    first && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The sign of an operator that is written between two operands.
pub(crate) fn infix(operator: &Term) -> Option<&'static str> {
    let name = match &operator.kind {
        TermKind::Ref(terms) if terms.len() == 1 => terms.first()?.as_var()?,
        TermKind::Var(name) => name,
        _ => return None,
    };
    INFIX
        .iter()
        .find(|(infix, _)| **infix == **name)
        .map(|(_, sign)| *sign)
}
