//! Lowers rules: their clauses and `else` branches.

use super::{Lower, Steps, Uses};
use crate::rego::compile::RuleId;
use crate::rego::plan::builder::{Builder, is_item};
use crate::rego::plan::documents::Unit;
use crate::rego::plan::documents::keys_of;
use crate::rego::plan::ir::{Branch, Clause, StepKind, Term};
use crate::rego::syntax::ast::{Rule, Term as Syntax};
use crate::rego::syntax::fault::Fault;
use crate::rego::value::Value;

/// Lowers the clauses of a rule. With `known`, that many keys of a partial rule are passed as arguments.
pub(in crate::rego::plan) fn clause(
    builder: &mut Builder<'_>,
    id: RuleId,
    unit: &Unit,
    known: usize,
) -> Result<(Clause, Uses), Fault> {
    let modules = builder.modules;
    let keys = keys_of(modules, id, unit);
    let mut branches = Vec::new();
    let mut slots = 0;
    let mut uses = Uses::default();
    let mut next = id.of(modules);
    while let Some(rule) = next {
        let mut lower = Lower::new(builder);
        let branch = lower.branch(rule, &keys, known)?;
        branches.push(branch);
        slots = slots.max(lower.scope.slots());
        uses.add(&lower.uses);
        next = rule.otherwise.as_deref();
    }
    let arity = id
        .of(modules)
        .and_then(|rule| rule.head.args.as_ref())
        .map_or(known, Vec::len);
    Ok((
        Clause {
            slots,
            arity,
            branches,
        },
        uses,
    ))
}

impl Lower<'_, '_> {
    fn branch(&mut self, rule: &Rule, keys: &[Syntax], known: usize) -> Result<Branch, Fault> {
        let mut steps = Steps::new();
        let item = is_item(rule);
        let head = self.builder.mark(rule.head.span);
        let rule_mark = self.builder.mark(rule.span);
        self.mark = head;
        match &rule.head.args {
            Some(args) => self.arguments(args, &mut steps)?,
            None => {
                let item = rule.head.key.as_ref().filter(|_| item);
                let known_keys: Vec<&Syntax> = keys.iter().chain(item).take(known).collect();
                self.match_arguments(&known_keys, &mut steps)?;
            }
        }
        if known == 0 && self.has_cases(rule, keys) {
            self.body_with_cases(&rule.body, keys, &mut steps)?;
        } else {
            self.body(&rule.body, &mut steps)?;
        }
        self.mark = head;
        let value = match (&rule.head.value, &rule.head.key) {
            (Some(value), _) => self.term(value, &mut steps)?,
            (None, Some(key)) => self.term(key, &mut steps)?,
            (None, None) => Term::Constant(Value::Bool(true)),
        };
        // If the item itself is a known key, it is the value and not an item of a set.
        let item = item && known <= keys.len();
        let keys = self.terms(keys.get(known..).unwrap_or_default(), &mut steps)?;
        Ok(Branch {
            steps,
            keys,
            item,
            value,
            mark: head,
            rule_mark,
        })
    }

    fn arguments(&mut self, args: &[Syntax], steps: &mut Steps) -> Result<(), Fault> {
        let args: Vec<&Syntax> = args.iter().collect();
        self.match_arguments(&args, steps)
    }

    // Matches the arguments in the first slots.
    fn match_arguments(&mut self, terms: &[&Syntax], steps: &mut Steps) -> Result<(), Fault> {
        let slots: Vec<_> = terms.iter().map(|_| self.scope.fresh()).collect();
        for (term, &slot) in terms.iter().zip(&slots) {
            match self.unbound(term) {
                Some(name) => self.scope.bind_to(name, slot),
                None if term.is_wildcard() => {}
                None if self.is_bound(term) => {
                    let value = self.term(term, steps)?;
                    self.step(steps, StepKind::Equal(Term::Slot(slot), value));
                }
                None => {
                    let pattern = self.pattern_of_head(term, steps)?;
                    self.step(steps, StepKind::Match(pattern, Term::Slot(slot)));
                }
            }
        }
        Ok(())
    }
}
