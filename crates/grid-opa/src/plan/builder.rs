//! Rules become plans, each after those that it uses.

use crate::plan::definitions::{Definition, Definitions, Path, Source};
use crate::plan::index::Index;
use crate::plan::ir::{Branch, Clause, Kind, Local, Part, Rule, RuleId, Term};
use crate::plan::lower::Lower;
use crate::plan::scope::Scopes;
use crate::plan::{Why, why};
use regorus::Value;
use regorus::unstable::{Expr, Ref, Rule as Syntax, RuleBody, RuleHead};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Plans rules and remembers those that it has planned.
pub(super) struct Builder<'s> {
    definitions: &'s Definitions,
    pub(super) rules: Vec<Rule>,
    /// What came of each path; `None` while it is being planned.
    pub(super) planned: BTreeMap<Path, Option<Result<RuleId, Why>>>,
    parts: BTreeMap<Path, Part>,
}

/// What a head says.
struct Head<'r> {
    kind: Kind,
    parameters: &'r [Ref<Expr>],
    key: Option<&'r Ref<Expr>>,
    value: Option<&'r Ref<Expr>>,
}

impl<'s> Builder<'s> {
    pub(super) const fn new(definitions: &'s Definitions) -> Self {
        Self {
            definitions,
            rules: Vec::new(),
            planned: BTreeMap::new(),
            parts: BTreeMap::new(),
        }
    }

    pub(super) const fn definitions(&self) -> &'s Definitions {
        self.definitions
    }

    /// # Panics
    /// Never: modules are numbered as they were read.
    pub(super) fn source(&self, module: usize) -> &'s Source {
        &self.definitions.sources[module]
    }

    /// The number of the part of the input at a path.
    pub(super) fn part(&mut self, path: Path) -> Part {
        let next = self.parts.len();
        *self.parts.entry(path).or_insert(next)
    }

    /// The rules, and the paths of all parts by their numbers.
    pub(super) fn finish(self) -> (Vec<Rule>, Vec<Path>) {
        let mut paths: Vec<_> = self.parts.into_iter().collect();
        paths.sort_by_key(|(_, part)| *part);
        (
            self.rules,
            paths.into_iter().map(|(path, _)| path).collect(),
        )
    }

    /// How many parameters a rule takes; `None` where it is no function.
    pub(super) fn parameters(&self, id: RuleId) -> Option<usize> {
        let rule = self.rules.get(id)?;
        let clause = rule.clauses.first()?;
        (rule.kind == Kind::Function).then_some(clause.parameters)
    }

    /// The parts of the input that a rule asks for.
    pub(super) fn parts(&self, id: RuleId) -> BTreeSet<Part> {
        self.rules
            .get(id)
            .map(|rule| rule.parts.clone())
            .unwrap_or_default()
    }

    /// The plan of the rule at a path.
    pub(super) fn rule(&mut self, path: &[String]) -> Result<RuleId, Why> {
        match self.planned.get(path) {
            Some(Some(planned)) => return planned.clone(),
            Some(None) => return Err(Why("it uses itself".to_owned())),
            None => {}
        }
        let Some(definitions) = self.definitions.rules.get(path) else {
            return Err(Why("there is no such rule".to_owned()));
        };
        self.planned.insert(path.to_vec(), None);
        let planned = self.plan(definitions).map(|rule| {
            self.rules.push(rule);
            self.rules.len() - 1
        });
        self.planned.insert(path.to_vec(), Some(planned.clone()));
        planned
    }

    fn plan(&mut self, definitions: &[Definition]) -> Result<Rule, Why> {
        let mut kind = None;
        let mut default = None;
        let mut clauses = Vec::new();
        let mut parts = BTreeSet::new();
        for definition in definitions {
            if definition.odd {
                return Err(why(definition.rule.span(), "a head that is a path"));
            }
            match &*definition.rule {
                Syntax::Default { span, value, .. } => {
                    let mut lower = self.lower(definition.module);
                    let Term::Constant(value) = lower.term(value, &mut Vec::new())? else {
                        return Err(why(span, "a default that is no constant"));
                    };
                    if default.replace(value).is_some() {
                        return Err(why(span, "a second default"));
                    }
                }
                Syntax::Spec { span, head, bodies } => {
                    let head = read_head(head)?;
                    if *kind.get_or_insert(head.kind) != head.kind {
                        return Err(why(span, "rules of several kinds"));
                    }
                    let mut lower = self.lower(definition.module);
                    clauses.push(lower.clause(&head, bodies)?);
                    parts.append(&mut lower.parts);
                }
            }
        }
        // A rule that is nothing but a default, which a function cannot be.
        let kind = kind.unwrap_or(Kind::Complete);
        let counts = clauses.iter().map(|clause: &Clause| clause.parameters);
        if counts.collect::<BTreeSet<_>>().len() > 1 {
            return Err(Why(
                "clauses with different numbers of parameters".to_owned()
            ));
        }
        let values = clauses.iter().flat_map(|clause| &clause.branches);
        let values: Option<BTreeSet<&Value>> = values
            .map(|branch| match &branch.value {
                Term::Constant(value) => Some(value),
                _ => None,
            })
            .collect();
        let one_value = values.is_some_and(|values| values.len() == 1);
        Ok(Rule {
            kind,
            index: Index::of(&clauses),
            clauses,
            default,
            one_value,
            parts,
            wanted: OnceLock::new(),
        })
    }

    fn lower(&mut self, module: usize) -> Lower<'_, 's> {
        Lower {
            builder: self,
            module,
            scopes: Scopes::new(),
            parts: BTreeSet::new(),
        }
    }
}

impl Lower<'_, '_> {
    fn clause(&mut self, head: &Head<'_>, bodies: &[RuleBody]) -> Result<Clause, Why> {
        let mut constants = Vec::new();
        let mut names = Vec::new();
        for (local, parameter) in head.parameters.iter().enumerate() {
            self.scopes.fresh();
            match &**parameter {
                Expr::Var { span, .. } if span.text() == "_" => {}
                Expr::Var { span, .. } => names.push((span.text(), local)),
                _ => match self.term(parameter, &mut Vec::new())? {
                    Term::Constant(value) => constants.push((local, value)),
                    _ => return Err(why(parameter.span(), "a parameter that is a pattern")),
                },
            }
        }
        let mut branches = Vec::new();
        let partial = matches!(head.kind, Kind::Set | Kind::Object);
        let only = bodies.len() <= 1;
        if partial && !only {
            return Err(Why("a partial rule with several bodies".to_owned()));
        }
        for (number, body) in bodies.iter().enumerate() {
            if number > 0 && !body.is_else {
                return Err(why(&body.span, "a second body"));
            }
            let assigned = match number {
                0 => head.value,
                _ => body.assign.as_ref().map(|assign| &assign.value),
            };
            let branch = self.branch(&names, head.key, assigned, Some(body))?;
            if !only && !matches!(branch.value, Term::Constant(_)) {
                // Where it is undefined OPA and the core may differ in whether the next body is asked.
                return Err(why(&body.span, "an `else` beside values that are computed"));
            }
            branches.push(branch);
        }
        if bodies.is_empty() {
            branches.push(self.branch(&names, head.key, head.value, None)?);
        }
        Ok(Clause {
            locals: self.scopes.locals(),
            constants,
            parameters: head.parameters.len(),
            branches,
        })
    }

    fn branch(
        &mut self,
        names: &[(&str, Local)],
        key: Option<&Ref<Expr>>,
        value: Option<&Ref<Expr>>,
        body: Option<&RuleBody>,
    ) -> Result<Branch, Why> {
        self.scopes.restart();
        for (name, local) in names {
            if !self.scopes.give(name, *local) {
                return Err(Why(format!("two parameters are named {name}")));
            }
        }
        let mut steps = Vec::new();
        if let Some(body) = body {
            self.body(&body.query, &mut steps)?;
        }
        let key = key.map(|key| self.term(key, &mut steps)).transpose()?;
        let value = match value {
            Some(value) => self.term(value, &mut steps)?,
            None => Term::Constant(Value::Bool(true)),
        };
        Ok(Branch { steps, key, value })
    }
}

fn read_head(head: &RuleHead) -> Result<Head<'_>, Why> {
    match head {
        RuleHead::Compr { refr, assign, .. } => {
            let key = match &**refr {
                Expr::RefBrack { index, .. } => Some(index),
                _ => None,
            };
            Ok(Head {
                kind: if key.is_some() {
                    Kind::Object
                } else {
                    Kind::Complete
                },
                parameters: &[],
                key,
                value: assign.as_ref().map(|assign| &assign.value),
            })
        }
        RuleHead::Set { span, key, .. } => Ok(Head {
            kind: Kind::Set,
            parameters: &[],
            key: None,
            value: Some(
                key.as_ref()
                    .ok_or_else(|| why(span, "a set without a member"))?,
            ),
        }),
        RuleHead::Func { span, args, .. } if args.is_empty() => {
            Err(why(span, "a function without parameters"))
        }
        RuleHead::Func { args, assign, .. } => Ok(Head {
            kind: Kind::Function,
            parameters: args,
            key: None,
            value: assign.as_ref().map(|assign| &assign.value),
        }),
    }
}
