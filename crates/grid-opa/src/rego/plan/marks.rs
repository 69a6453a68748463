//! The places of heads and expressions, which coverage reports.

use crate::rego::plan::Plans;
use crate::rego::plan::ir::{Branch, Mark, Step, StepKind, Term};
use crate::rego::syntax::span::Span;

impl Plans {
    /// The marks of heads and expressions, with their places.
    pub(crate) fn shown_marks(&self) -> Vec<(Mark, Span)> {
        let mut marks = Vec::new();
        for rule in &self.rules {
            let keyed = rule.keyed.iter().flatten();
            for clause in rule.clauses.iter().chain(&rule.default).chain(keyed) {
                clause
                    .branches
                    .iter()
                    .for_each(|branch| of_branch(branch, &mut marks));
            }
        }
        let span = |mark: Mark| Some((mark, *self.marks.get(mark as usize)?));
        marks.into_iter().filter_map(span).collect()
    }
}

fn of_branch(branch: &Branch, marks: &mut Vec<Mark>) {
    marks.push(branch.mark);
    of_steps(&branch.steps, marks);
    branch
        .keys
        .iter()
        .chain([&branch.value])
        .for_each(|term| of_term(term, marks));
}

fn of_steps(steps: &[Step], marks: &mut Vec<Mark>) {
    for step in steps {
        if step.first {
            marks.push(step.mark);
        }
        match &step.kind {
            StepKind::Holds(term)
            | StepKind::Let(_, term)
            | StepKind::Match(_, term)
            | StepKind::Walk(term, _)
            | StepKind::Each { of: term, .. } => of_term(term, marks),
            StepKind::Equal(left, right)
            | StepKind::Find {
                of: left,
                value: right,
                ..
            } => {
                of_term(left, marks);
                of_term(right, marks);
            }
            StepKind::Not(inner) | StepKind::With(_, inner) => of_steps(inner, marks),
            StepKind::And(left, right) | StepKind::Or(left, right) => {
                of_steps(left, marks);
                of_steps(right, marks);
            }
            StepKind::Every { of, body, .. } => {
                of_term(of, marks);
                of_steps(body, marks);
            }
            StepKind::Print(terms) | StepKind::Case(terms) => {
                terms.iter().for_each(|term| of_term(term, marks))
            }
            StepKind::Documents(_) | StepKind::Nothing => {}
        }
    }
}

fn of_term(term: &Term, marks: &mut Vec<Mark>) {
    match term {
        Term::Comprehension(inner) => {
            of_steps(&inner.steps, marks);
            inner
                .key
                .iter()
                .chain([&inner.value])
                .for_each(|term| of_term(term, marks));
        }
        Term::Array(terms) | Term::Set(terms) | Term::Call(_, terms) | Term::Keyed(_, terms) => {
            terms.iter().for_each(|term| of_term(term, marks));
        }
        Term::Object(pairs) => pairs.iter().for_each(|(key, value)| {
            of_term(key, marks);
            of_term(value, marks);
        }),
        Term::Lookup { of, path, .. } => {
            of_term(of, marks);
            path.iter().for_each(|term| of_term(term, marks));
        }
        Term::Operator(_, sides, _) => {
            of_term(&sides.0, marks);
            of_term(&sides.1, marks);
        }
        Term::Constant(_)
        | Term::Input(_)
        | Term::Slot(_)
        | Term::Data(_)
        | Term::Rule(_)
        | Term::Document(_)
        | Term::DocumentAt(..) => {}
    }
}
