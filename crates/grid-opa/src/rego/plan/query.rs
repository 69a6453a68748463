//! Plans queries against the plans of rules.

use crate::rego::plan::builder::{Builder, Path};
use crate::rego::plan::ir::{Part, Slot, Step};
use crate::rego::plan::lower::{Lower, Steps};
use crate::rego::plan::{Library, Plans, lower};
use crate::rego::syntax::ast::{Expr, Name};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;
use std::collections::BTreeSet;

/// The plan of a query.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) slots: usize,
    pub(crate) steps: Vec<Step>,
    /// The variables of an answer, and the slots of their values.
    pub(crate) outputs: Vec<(Name, Slot)>,
    /// The paths of all parts of the input; the paths of the rules come first.
    pub(crate) paths: Vec<Path>,
    /// The parts that the query and its dependencies use.
    pub(crate) parts: BTreeSet<Part>,
    pub(crate) pure: bool,
    pub(crate) calls_host: bool,
    /// The places of its own marks, which follow the marks of the rules.
    pub(crate) marks: Vec<Span>,
}

impl Query {
    /// Plans a compiled query. Its answers are the values of some variables, each with the name in the answer.
    ///
    /// # Errors
    /// As [`Plans::of`].
    pub(crate) fn of(
        plans: &Plans,
        library: &dyn Library,
        body: &[Expr],
        outputs: &[(Name, Name)],
    ) -> Result<Self, Fault> {
        let mut builder = Builder::new(
            &[],
            &plans.nodes,
            &plans.shapes,
            library,
            &plans.parts,
            plans.marks.len(),
        );
        let mut steps = Steps::new();
        let mut lower = Lower::new(&mut builder);
        lower.body(body, &mut steps)?;
        let outputs = outputs
            .iter()
            .map(|(name, variable)| match lower.scope.find(variable) {
                Some(slot) => Ok((name.clone(), slot)),
                None => {
                    let span = body.first().map(|expr| expr.span).unwrap_or_default();
                    Err(lower::unsupported(
                        &format!("the variable {name}, which is never bound"),
                        span,
                    ))
                }
            });
        let outputs = outputs.collect::<Result<_, _>>()?;
        let slots = lower.scope.slots();
        let lower::Uses {
            mut parts,
            rules,
            impure,
            host,
            prints: _,
        } = lower.uses;
        let mut pure = !impure;
        let mut calls_host = host;
        for &rule in &rules {
            if let Some(rule) = plans.rules.get(rule) {
                parts.extend(&rule.parts);
                pure &= rule.pure;
                calls_host |= rule.calls_host;
            }
        }
        let (paths, marks) = builder.finish();
        Ok(Self {
            slots,
            steps,
            outputs,
            paths,
            parts,
            pure,
            calls_host,
            marks,
        })
    }
}
