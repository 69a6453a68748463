//! Annotations as terms.

use crate::rego::compile::annotations::Attached;
use crate::rego::compile::tree::Key;
use crate::rego::syntax::annotations::{Annotation, Fields, Yaml};
use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;

/// The limit of terms that the calls of a compilation may create. Each call contains the annotations of all packages above it.
const MOST_TERMS: usize = 1_000_000;

/// Creates terms, and counts them.
#[derive(Debug, Default)]
pub(super) struct Terms {
    count: usize,
}

/// Why a term cannot be created.
enum Refusal {
    /// JSON cannot represent the value.
    Json(String),
    TooMany,
}

impl Terms {
    /// The annotation of a rule.
    pub(super) fn of_rule(
        &mut self,
        attached: Option<&Attached>,
        span: Span,
    ) -> Result<Term, Fault> {
        let term = match attached {
            Some(attached) => self.annotation(&attached.annotation)?,
            None => self.object(Vec::new()),
        };
        Ok(Term::new(term.kind, span))
    }

    /// The annotations of a rule, its path and the packages above it.
    pub(super) fn of_chain(
        &mut self,
        links: &[Option<&Attached>],
        path: &[Key],
        span: Span,
    ) -> Result<Term, Fault> {
        let mut chain = Vec::with_capacity(links.len());
        for link in links {
            let mut fields = Vec::new();
            if let Some(attached) = link {
                fields.push(("annotations", self.annotation(&attached.annotation)?));
            }
            let path = link.map_or(path, |attached| &attached.path);
            self.count += path.len() + 1;
            fields.push(("path", array(path.iter().map(name_of).collect())));
            chain.push(self.object(fields));
        }
        Ok(Term::new(array(chain).kind, span))
    }

    fn annotation(&mut self, annotation: &Annotation) -> Result<Term, Fault> {
        let mut fields = Vec::new();
        for (name, value) in &annotation.fields {
            let value = self.value(value).map_err(|refusal| match refusal {
                Refusal::TooMany => too_many(annotation.span),
                Refusal::Json(what) => {
                    let field = if name == "schemas" { "schema" } else { name };
                    let message =
                        format!("invalid {field} annotation ast: interface conversion: {what}");
                    Fault::new(Code::Compile, message, annotation.span)
                }
            })?;
            fields.push((name.as_str(), value));
        }
        Ok(self.object(fields))
    }

    // The fields must be sorted by name.
    fn object(&mut self, fields: Vec<(&str, Term)>) -> Term {
        self.count += 1 + fields.len();
        let fields = fields.into_iter();
        let fields = fields.map(|(name, value)| (Term::string(name, Span::default()), value));
        Term::new(TermKind::Object(fields.collect()), Span::default())
    }

    fn map(&mut self, fields: &Fields) -> Result<Term, Refusal> {
        let mut terms = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            terms.push((name.as_str(), self.value(value)?));
        }
        Ok(self.object(terms))
    }

    fn value(&mut self, yaml: &Yaml) -> Result<Term, Refusal> {
        self.count += 1;
        if self.count > MOST_TERMS {
            return Err(Refusal::TooMany);
        }
        let kind = match yaml {
            Yaml::Null => TermKind::Null,
            Yaml::Bool(flag) => TermKind::Bool(*flag),
            Yaml::Int(number) => TermKind::Number(number.to_string().into()),
            Yaml::Unsigned(number) => TermKind::Number(number.to_string().into()),
            Yaml::Float(float) if !float.is_finite() => {
                let what = format!("json: unsupported value: {float}");
                return Err(Refusal::Json(what));
            }
            Yaml::Float(float) => TermKind::Number(number(*float).into()),
            Yaml::Text(text) | Yaml::Time(text) => TermKind::String(text.as_str().into()),
            Yaml::List(items) => {
                let items = items.iter().map(|item| self.value(item));
                TermKind::Array(items.collect::<Result<_, _>>()?)
            }
            Yaml::Map(fields) => return self.map(fields),
            Yaml::MixedMap(_) => {
                let what = "json: unsupported type: map[interface {}]interface {}";
                return Err(Refusal::Json(what.to_owned()));
            }
        };
        Ok(Term::new(kind, Span::default()))
    }
}

fn too_many(span: Span) -> Fault {
    let message = format!("calls of rego.metadata create more than {MOST_TERMS} terms");
    Fault::new(Code::Limit, message, span)
}

fn array(items: Vec<Term>) -> Term {
    Term::new(TermKind::Array(items), Span::default())
}

/// A part of a path: a string as it is, any other key as its source text.
fn name_of(key: &Key) -> Term {
    match key.to_term() {
        string @ Term {
            kind: TermKind::String(_),
            ..
        } => string,
        other => Term::string(&text::of_term(&other), Span::default()),
    }
}

/// Uses an exponent if the number would otherwise have many digits.
fn number(float: f64) -> String {
    if float == 0.0 || (1e-6..1e21).contains(&float.abs()) {
        float.to_string()
    } else {
        format!("{float:e}")
    }
}
