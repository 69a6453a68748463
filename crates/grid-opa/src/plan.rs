//! A second, faster way to evaluate rules: those whose constructs are known to mean the same to it as to the core.
//!
//! When policies are loaded each rule is planned: names are resolved, statements are put in a row, parts of the input that it
//! asks for are numbered, and its clauses are indexed by what they compare those parts with. An evaluation then reads nothing of
//! the input but these parts and tries only clauses that can hold. A rule with a construct that is not planned has no plan, and
//! neither have those that use it. A plan that meets what it is not sure of, conflicts and errors among it, gives up, and the core
//! evaluates from the beginning: so its answers and errors are the only ones.

mod body;
mod builder;
mod definitions;
mod index;
mod input;
mod ir;
mod lower;
mod references;
mod run;
mod scope;
mod terms;

use crate::error::Error;
use crate::plan::builder::Builder;
use crate::plan::definitions::{Definitions, Path};
use crate::plan::input::Wanted;
use crate::plan::ir::{Kind, Rule, RuleId};
use crate::plan::run::Run;
use regorus::Value;
use regorus::unstable::{Module, Ref, Span};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::time::Instant;

pub(crate) use run::Stop;

/// Why a rule has no plan: the construct and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Why(String);

impl Why {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

// The column may be one of the text that was written out for the core; the line is that of the user.
fn why(span: &Span, what: &str) -> Why {
    let (file, line) = (span.source.file(), span.line);
    Why(format!("{file}:{line}: {what}"))
}

/// The plans of all rules of a set.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    rules: Vec<Rule>,
    /// The paths of the parts of the input.
    parts: Vec<Path>,
    /// By path, `data.authz.allow`.
    entries: HashMap<String, Result<RuleId, Why>>,
}

impl Plans {
    /// Plans the rules of modules, each with the path of its package, beside builtins of the host of these names.
    pub(crate) fn of(
        modules: impl IntoIterator<Item = (Vec<String>, Ref<Module>)>,
        custom: &BTreeSet<String>,
    ) -> Self {
        let mut definitions = Definitions::of(modules);
        definitions.custom.clone_from(custom);
        let mut builder = Builder::new(&definitions);
        for path in definitions.rules.keys() {
            // What came of it is kept by path.
            let _ = builder.rule(path);
        }
        let planned = std::mem::take(&mut builder.planned);
        let (rules, parts) = builder.finish();
        let entries = planned.into_iter().filter_map(|(path, planned)| {
            let planned = planned?;
            let function = |id: &RuleId| {
                rules
                    .get(*id)
                    .is_some_and(|rule| rule.kind == Kind::Function)
            };
            if planned.as_ref().is_ok_and(function) {
                return None;
            }
            Some((format!("data.{}", path.join(".")), planned))
        });
        let entries = entries.collect();
        Self {
            rules,
            parts,
            entries,
        }
    }

    /// The plan of the rule at a path such as `data.authz.allow`, or why it has none; nothing where no rule is.
    pub(crate) fn find(&self, path: &str) -> Option<Result<Plan<'_>, &Why>> {
        Some(match self.entries.get(path)? {
            Ok(rule) => Ok(Plan {
                plans: self,
                rule: *rule,
            }),
            Err(why) => Err(why),
        })
    }
}

/// The plan of one rule.
#[derive(Clone, Copy)]
pub(crate) struct Plan<'p> {
    plans: &'p Plans,
    rule: RuleId,
}

/// What an evaluation is given.
pub(crate) struct Given<'g> {
    pub(crate) data: &'g Value,
    pub(crate) strict: bool,
    pub(crate) deadline: Instant,
}

impl Plan<'_> {
    /// The parts that it asks for of an input text, all of which is checked.
    pub(crate) fn read(&self, text: &str, max_bytes: u32) -> Result<Vec<Value>, Error> {
        let mut parts = vec![Value::Undefined; self.plans.parts.len()];
        match self.wanted() {
            Some(wanted) => wanted.read(text, &mut parts, max_bytes)?,
            None => Wanted::default().read(text, &mut parts, max_bytes)?,
        }
        Ok(parts)
    }

    /// The parts that it asks for of an input; without one all are undefined.
    pub(crate) fn take(&self, input: Option<&Value>) -> Vec<Value> {
        let mut parts = vec![Value::Undefined; self.plans.parts.len()];
        if let (Some(wanted), Some(input)) = (self.wanted(), input) {
            wanted.take(input, &mut parts);
        }
        parts
    }

    /// Evaluates it; `Value::Undefined` is undefined.
    pub(crate) fn evaluate(&self, given: &Given<'_>, parts: &[Value]) -> Result<Value, Stop> {
        let Given {
            data,
            strict,
            deadline,
        } = *given;
        let mut run = Run::new(&self.plans.rules, data, parts, strict, deadline);
        run.rule(self.rule).map(std::borrow::Cow::into_owned)
    }

    fn wanted(&self) -> Option<&Wanted> {
        let rule = self.plans.rules.get(self.rule)?;
        Some(rule.wanted.get_or_init(|| {
            let mut wanted = Wanted::default();
            for &part in &rule.parts {
                if let Some(path) = self.plans.parts.get(part) {
                    wanted.add(path, part);
                }
            }
            wanted
        }))
    }
}
