//! References become terms.

use crate::plan::definitions::{At, Path};
use crate::plan::ir::{Each, Local, RuleId, Step, Term};
use crate::plan::lower::Lower;
use crate::plan::scope::Name;
use crate::plan::{Why, why};
use crate::rewrite::order::text;
use regorus::Value;
use regorus::unstable::{Expr, Ref, Span};

/// One step of a reference behind its root.
enum Access<'e> {
    Name(String),
    Index(&'e Ref<Expr>),
}

impl Lower<'_, '_> {
    // The path below `data` that a name is of, where it begins with `data`, an import or a rule of the package.
    pub(super) fn path_of(&self, names: &[String]) -> Option<Path> {
        let (first, below) = names.split_first()?;
        if first == "data" {
            return Some(below.to_vec());
        }
        let source = self.builder.source(self.module);
        if let Some(import) = source.imports.get(first) {
            return match import.split_first() {
                Some((root, path)) if root == "data" => Some([path, below].concat()),
                _ => None,
            };
        }
        let path = [source.package.as_slice(), std::slice::from_ref(first)].concat();
        let known = self.builder.definitions().rules.contains_key(&path);
        known.then(|| [path.as_slice(), below].concat())
    }

    // The plan of a rule that is used here.
    pub(super) fn rule(&mut self, span: &Span, path: &[String], name: &str) -> Result<RuleId, Why> {
        let id = self
            .builder
            .rule(path)
            .map_err(|reason| why(span, &format!("{name}, which has no plan ({reason})")))?;
        self.parts.extend(self.builder.parts(id));
        Ok(id)
    }

    pub(super) fn reference(
        &mut self,
        expr: &Ref<Expr>,
        steps: &mut Vec<Step>,
    ) -> Result<Term, Why> {
        let mut accesses = Vec::new();
        let mut root = expr;
        loop {
            root = match &**root {
                Expr::RefDot { refr, field, .. } => {
                    accesses.push(Access::Name(field.0.text().to_owned()));
                    refr
                }
                Expr::RefBrack { refr, index, .. } => {
                    accesses.push(match text(index) {
                        Some(name) => Access::Name(name.to_owned()),
                        None => Access::Index(index),
                    });
                    refr
                }
                _ => break,
            };
        }
        accesses.reverse();
        let names: Vec<String> = accesses
            .iter()
            .map_while(|access| match access {
                Access::Name(name) => Some(name.clone()),
                Access::Index(_) => None,
            })
            .collect();
        let mut in_data = false;
        let (term, done) = match &**root {
            Expr::Var { span, .. } => match self.scopes.find(span.text()) {
                Name::Bound(local) => (Term::Local(local), 0),
                Name::Declared(_) => return Err(unbound(span)),
                Name::Free => {
                    // Only there the core takes a number for its text.
                    in_data = span.text() == "data";
                    self.root(span, &names)?
                }
            },
            _ => (self.term(root, steps)?, 0),
        };
        let rest = accesses.into_iter().skip(done);
        self.accesses(term, rest.collect(), in_data, steps)
    }

    // What a name that is no variable stands for, with as many of the names behind it as belong to it.
    fn root(&mut self, span: &Span, names: &[String]) -> Result<(Term, usize), Why> {
        let name = span.text();
        if name == "input" {
            return Ok((self.part(names.to_vec()), names.len()));
        }
        let imported = self.builder.source(self.module).imports.get(name);
        if let Some((root, path)) = imported.and_then(|import| import.split_first())
            && root == "input"
        {
            let path = [path, names].concat();
            return Ok((self.part(path), names.len()));
        }
        let whole = [&[name.to_owned()], names].concat();
        let path = self.path_of(&whole).ok_or_else(|| unbound(span))?;
        let before = path.len() - names.len();
        match self.builder.definitions().at(&path) {
            At::Rule(length) if length >= before => {
                let used = path.get(..length).unwrap_or(&path);
                let id = self.rule(span, used, name)?;
                if self.builder.parameters(id).is_some() {
                    return Err(why(span, "a function as a value"));
                }
                Ok((Term::Rule(id), length - before))
            }
            // What is imported lies in the value of a rule.
            At::Rule(length) => {
                let (used, rest) = path.split_at(length);
                let id = self.rule(span, used, name)?;
                let rest = rest.iter().map(|name| constant(name)).collect();
                let of = Box::new(Term::Rule(id));
                let term = Term::Lookup {
                    of,
                    path: rest,
                    in_data: false,
                };
                Ok((term, names.len()))
            }
            At::Package => Err(why(span, "a package as a value")),
            At::Data if path.is_empty() => Err(why(span, "all of data")),
            At::Data => {
                let path = path.iter().map(|name| Value::from(name.as_str()));
                Ok((Term::Data(path.collect()), names.len()))
            }
        }
    }

    fn part(&mut self, path: Path) -> Term {
        let part = self.builder.part(path);
        self.parts.insert(part);
        Term::Input(part)
    }

    fn accesses(
        &mut self,
        root: Term,
        accesses: Vec<Access<'_>>,
        in_data: bool,
        steps: &mut Vec<Step>,
    ) -> Result<Term, Why> {
        let mut term = root;
        let mut path = Vec::new();
        for access in accesses {
            let index = match access {
                Access::Name(name) => {
                    path.push(constant(&name));
                    continue;
                }
                Access::Index(index) => index,
            };
            let Some(key) = self.unbound_index(index)? else {
                path.push(self.term(index, steps)?);
                continue;
            };
            let of = lookup(term, std::mem::take(&mut path), in_data);
            let value = self.scopes.fresh();
            steps.push(Step::Each(Each {
                of,
                key,
                value: Some(value),
                picky: false,
            }));
            term = Term::Local(value);
        }
        Ok(lookup(term, path, in_data))
    }

    // The variable that a bracket gives a value, if it does: `None` in it where it has no name.
    #[allow(clippy::option_option)]
    pub(super) fn unbound_index(
        &mut self,
        index: &Ref<Expr>,
    ) -> Result<Option<Option<Local>>, Why> {
        let Expr::Var { span, .. } = &**index else {
            return Ok(None);
        };
        let name = span.text();
        if name == "_" {
            return Ok(Some(None));
        }
        match self.scopes.find(name) {
            Name::Bound(_) => Ok(None),
            Name::Declared(true) => Ok(Some(Some(self.scopes.bind(name)))),
            Name::Declared(false) => Err(unbound(span)),
            Name::Free if name == "input" || name == "data" => Ok(None),
            Name::Free if self.path_of(&[name.to_owned()]).is_some() => Ok(None),
            Name::Free if self.builder.source(self.module).imports.contains_key(name) => Ok(None),
            // In an inner scope it may be a variable of the outer one that gets its value later.
            Name::Free if self.scopes.in_body() => Ok(Some(Some(self.scopes.bind(name)))),
            Name::Free => Err(unbound(span)),
        }
    }
}

/// The reason that a variable has no value yet.
pub(super) fn unbound(span: &Span) -> Why {
    why(span, "a variable that gets its value later")
}

fn constant(name: &str) -> Term {
    Term::Constant(Value::from(name))
}

fn lookup(of: Term, path: Vec<Term>, in_data: bool) -> Term {
    if path.is_empty() {
        return of;
    }
    let of = Box::new(of);
    Term::Lookup { of, path, in_data }
}
