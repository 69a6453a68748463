//! Evaluates a plan. What it is not sure of it leaves to the core.

use crate::extensions::Failure;
use crate::plan::ir::{Branch, Builtin, Clause, Each, Kind, Rule, RuleId, Step, Term};
use crate::plan::terms;
use regorus::{LimitError, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Steps between two looks at the clock: some tens of microseconds.
const STEPS_PER_CLOCK: u32 = 512;

/// A value of the input, the data or the plan, or one that was computed. Values that others own are not counted: all workers
/// count the references to one value in the same place.
pub(super) type Held<'a> = Cow<'a, Value>;
type Locals<'a> = Vec<Held<'a>>;

pub(super) const UNDEFINED: Held<'static> = Cow::Borrowed(&Value::Undefined);

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The core must say: it may know better, or say what is wrong.
    Unsure,
    /// There was no more time.
    Time,
}

/// Whether to look for more solutions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Enough,
}

/// What is done with each solution of a body.
type Solved<'s, 'a> = &'s mut dyn FnMut(&mut Run<'a>, &mut Locals<'a>) -> Result<Flow, Stop>;

/// One evaluation.
pub(super) struct Run<'a> {
    rules: &'a [Rule],
    data: &'a Value,
    parts: &'a [Value],
    strict: bool,
    deadline: Instant,
    steps: u32,
    /// The values of rules that others asked for.
    known: BTreeMap<RuleId, Held<'a>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        rules: &'a [Rule],
        data: &'a Value,
        parts: &'a [Value],
        strict: bool,
        deadline: Instant,
    ) -> Self {
        Self {
            rules,
            data,
            parts,
            strict,
            deadline,
            steps: 0,
            known: BTreeMap::new(),
        }
    }

    /// The value of a rule that is no function.
    pub(super) fn rule(&mut self, id: RuleId) -> Result<Held<'a>, Stop> {
        let rule = self.rules.get(id).ok_or(Stop::Unsure)?;
        match rule.kind {
            Kind::Complete | Kind::Function => self.complete(rule, &[]),
            Kind::Set => self.set(rule).map(Cow::Owned),
            Kind::Object => self.object(rule).map(Cow::Owned),
        }
    }

    // The value of a rule that another one asks for, computed once.
    fn known(&mut self, id: RuleId) -> Result<Held<'a>, Stop> {
        if let Some(value) = self.known.get(&id) {
            return Ok(value.clone());
        }
        let value = self.rule(id)?;
        self.known.insert(id, value.clone());
        Ok(value)
    }

    // The one value of all clauses that hold.
    fn complete(&mut self, rule: &'a Rule, arguments: &[Held<'a>]) -> Result<Held<'a>, Stop> {
        let mut answer: Option<Held<'a>> = None;
        for &number in rule.index.candidates(self.parts) {
            let clause = rule.clauses.get(number).ok_or(Stop::Unsure)?;
            let Some(mut locals) = locals_of(clause, arguments) else {
                continue;
            };
            let Some(value) = self.first_of(&clause.branches, &mut locals)? else {
                continue;
            };
            match &answer {
                Some(other) if *other != value => return Err(Stop::Unsure),
                Some(_) => {}
                None if rule.one_value => return Ok(value),
                None => answer = Some(value),
            }
        }
        Ok(answer
            .or_else(|| rule.default.as_ref().map(Cow::Borrowed))
            .unwrap_or(UNDEFINED))
    }

    // The value of the first branch that holds.
    fn first_of(
        &mut self,
        branches: &'a [Branch],
        locals: &mut Locals<'a>,
    ) -> Result<Option<Held<'a>>, Stop> {
        for branch in branches {
            let mut answer: Option<Held<'a>> = None;
            self.body(&branch.steps, locals, &mut |run, locals| {
                if let Term::Constant(value) = &branch.value {
                    answer = Some(Cow::Borrowed(value));
                    return Ok(Flow::Enough);
                }
                let value = run.term(&branch.value, locals)?;
                match &answer {
                    _ if *value == Value::Undefined => {}
                    Some(other) if *other != value => return Err(Stop::Unsure),
                    _ => answer = Some(value),
                }
                Ok(Flow::On)
            })?;
            if answer.is_some() {
                return Ok(answer);
            }
        }
        Ok(None)
    }

    fn set(&mut self, rule: &'a Rule) -> Result<Value, Stop> {
        let mut items = BTreeSet::new();
        self.each_solution(rule, &mut |run, branch, locals| {
            let value = run.term(&branch.value, locals)?;
            if *value != Value::Undefined {
                items.insert(value.into_owned());
            }
            Ok(Flow::On)
        })?;
        Ok(Value::from(items))
    }

    fn object(&mut self, rule: &'a Rule) -> Result<Value, Stop> {
        let mut fields = BTreeMap::new();
        self.each_solution(rule, &mut |run, branch, locals| {
            let key = branch.key.as_ref().ok_or(Stop::Unsure)?;
            let key = run.term(key, locals)?;
            let value = run.term(&branch.value, locals)?;
            enter(&mut fields, key, value)?;
            Ok(Flow::On)
        })?;
        Ok(Value::from(fields))
    }

    fn each_solution(
        &mut self,
        rule: &'a Rule,
        then: &mut dyn FnMut(&mut Self, &'a Branch, &mut Locals<'a>) -> Result<Flow, Stop>,
    ) -> Result<(), Stop> {
        for &number in rule.index.candidates(self.parts) {
            let clause = rule.clauses.get(number).ok_or(Stop::Unsure)?;
            let mut locals = vec![UNDEFINED; clause.locals];
            for branch in &clause.branches {
                self.body(&branch.steps, &mut locals, &mut |run, locals| {
                    then(run, branch, locals)
                })?;
            }
        }
        Ok(())
    }

    // Does the steps of a body, and `then` for each of its solutions.
    fn body(
        &mut self,
        steps: &'a [Step],
        locals: &mut Locals<'a>,
        then: Solved<'_, 'a>,
    ) -> Result<Flow, Stop> {
        for (number, step) in steps.iter().enumerate() {
            self.tick()?;
            let goes_on = match step {
                Step::Holds(term) => holds(&*self.term(term, locals)?),
                Step::Fails(term) => !holds(&*self.term(term, locals)?),
                Step::Let(local, term) => {
                    let value = self.term(term, locals)?;
                    let defined = *value != Value::Undefined;
                    put(locals, Some(*local), || value);
                    defined
                }
                Step::Each(each) => {
                    let rest = steps.get(number + 1..).unwrap_or_default();
                    return self.each(each, locals, &mut |run, locals| {
                        run.body(rest, locals, then)
                    });
                }
                Step::Every { each, body } => {
                    let mut all = true;
                    let of = self.term(&each.of, locals)?;
                    let defined = *of != Value::Undefined;
                    self.items(each, of, locals, &mut |run, locals| {
                        let flow = run.body(body, locals, &mut |_, _| Ok(Flow::Enough))?;
                        all = flow == Flow::Enough;
                        Ok(if all { Flow::On } else { Flow::Enough })
                    })?;
                    defined && all
                }
            };
            if !goes_on {
                return Ok(Flow::On);
            }
        }
        then(self, locals)
    }

    fn each(
        &mut self,
        each: &'a Each,
        locals: &mut Locals<'a>,
        then: Solved<'_, 'a>,
    ) -> Result<Flow, Stop> {
        let of = self.term(&each.of, locals)?;
        self.items(each, of, locals, then)
    }

    fn items(
        &mut self,
        each: &'a Each,
        of: Held<'a>,
        locals: &mut Locals<'a>,
        then: Solved<'_, 'a>,
    ) -> Result<Flow, Stop> {
        match of {
            Cow::Borrowed(of) => self.pairs(each, of, Cow::Borrowed, locals, then),
            Cow::Owned(of) => self.pairs(each, &of, |item| Cow::Owned(item.clone()), locals, then),
        }
    }

    fn pairs<'v>(
        &mut self,
        each: &'a Each,
        of: &'v Value,
        held: impl Fn(&'v Value) -> Held<'a>,
        locals: &mut Locals<'a>,
        then: Solved<'_, 'a>,
    ) -> Result<Flow, Stop> {
        let mut item = |run: &mut Self, key: Option<&'v Value>, index: usize, value: &'v Value| {
            run.tick()?;
            put(locals, each.key, || match key {
                Some(key) => held(key),
                None => Cow::Owned(Value::from(index)),
            });
            put(locals, each.value, || held(value));
            then(run, locals)
        };
        match of {
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    if item(self, None, index, value)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Set(items) => {
                for value in items.iter() {
                    if item(self, Some(value), 0, value)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Object(fields) => {
                for (key, value) in fields.iter() {
                    if item(self, Some(key), 0, value)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Undefined => {}
            _ if each.picky => return Err(Stop::Unsure),
            _ => {}
        }
        Ok(Flow::On)
    }

    /// The value of a term.
    pub(super) fn term(
        &mut self,
        term: &'a Term,
        locals: &mut Locals<'a>,
    ) -> Result<Held<'a>, Stop> {
        Ok(match term {
            Term::Constant(value) => Cow::Borrowed(value),
            Term::Input(part) => self.parts.get(*part).map_or(UNDEFINED, Cow::Borrowed),
            Term::Local(local) => locals.get(*local).cloned().unwrap_or(UNDEFINED),
            Term::Data(path) => {
                Cow::Borrowed(path.iter().fold(self.data, |value, name| &value[name]))
            }
            Term::Rule(id) => self.known(*id)?,
            Term::Lookup { of, path, in_data } => {
                let mut value = self.term(of, locals)?;
                for key in path {
                    let key = self.term(key, locals)?;
                    value = terms::lookup(value, &key, *in_data)?;
                }
                value
            }
            Term::Compare(op, sides) => {
                let left = self.term(&sides.0, locals)?;
                let right = self.term(&sides.1, locals)?;
                terms::compare(op, &left, &right)
            }
            Term::In {
                key,
                value,
                collection,
            } => {
                let key = match key {
                    Some(key) => Some(self.term(key, locals)?),
                    None => None,
                };
                let value = self.term(value, locals)?;
                let collection = self.term(collection, locals)?;
                terms::contains(&collection, key.as_deref(), &value)
            }
            Term::Arithmetic(op, sides, origin) => {
                let left = self.term(&sides.0, locals)?;
                let right = self.term(&sides.1, locals)?;
                terms::arithmetic(op, left, right, origin)?
            }
            Term::Sets(op, sides, origin) => {
                let left = self.term(&sides.0, locals)?;
                let right = self.term(&sides.1, locals)?;
                terms::sets(op, left, right, origin)?
            }
            Term::Builtin(builtin, arguments) => match self.terms(arguments, locals)? {
                Some(arguments) => Cow::Owned(self.builtin(builtin, &arguments)?),
                None => UNDEFINED,
            },
            Term::Call(id, arguments) => {
                self.tick()?;
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    let value = self.term(argument, locals)?;
                    if *value == Value::Undefined {
                        return Ok(UNDEFINED);
                    }
                    values.push(value);
                }
                let function = self.rules.get(*id).ok_or(Stop::Unsure)?;
                self.complete(function, &values)?
            }
            Term::Array(items) => match self.terms(items, locals)? {
                Some(values) => Cow::Owned(Value::from(values)),
                None => UNDEFINED,
            },
            Term::Set(items) => match self.terms(items, locals)? {
                Some(values) => {
                    Cow::Owned(Value::from(values.into_iter().collect::<BTreeSet<_>>()))
                }
                None => UNDEFINED,
            },
            Term::Object(items) => {
                let mut fields = BTreeMap::new();
                for (key, value) in items {
                    let key = self.term(key, locals)?;
                    let value = self.term(value, locals)?;
                    if *key == Value::Undefined || *value == Value::Undefined {
                        return Ok(UNDEFINED);
                    }
                    enter(&mut fields, key, value)?;
                }
                Cow::Owned(Value::from(fields))
            }
            Term::Comprehension(comprehension) => {
                Cow::Owned(self.comprehension(comprehension, locals)?)
            }
        })
    }

    // Values of terms, none where one is undefined.
    fn terms(
        &mut self,
        terms: &'a [Term],
        locals: &mut Locals<'a>,
    ) -> Result<Option<Vec<Value>>, Stop> {
        let mut values = Vec::with_capacity(terms.len());
        for term in terms {
            let value = self.term(term, locals)?;
            if *value == Value::Undefined {
                return Ok(None);
            }
            values.push(value.into_owned());
        }
        Ok(Some(values))
    }

    fn builtin(&mut self, builtin: &Builtin, arguments: &[Value]) -> Result<Value, Stop> {
        self.tick()?;
        match builtin {
            Builtin::Own(extension) => match extension.on(arguments) {
                Ok(value) => Ok(value),
                Err(Failure::Undefined(_)) if !self.strict => Ok(Value::Undefined),
                Err(_) => Err(Stop::Unsure),
            },
            Builtin::Core(function, origin) => {
                match (function.0)(&origin.span, &origin.operands, arguments, self.strict) {
                    Ok(value) => Ok(value),
                    Err(error) if self.strict || error.is::<LimitError>() => Err(Stop::Unsure),
                    Err(_) => Ok(Value::Undefined),
                }
            }
        }
    }

    fn tick(&mut self) -> Result<(), Stop> {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(STEPS_PER_CLOCK) && Instant::now() > self.deadline {
            return Err(Stop::Time);
        }
        Ok(())
    }
}

impl<'a> Run<'a> {
    fn comprehension(
        &mut self,
        comprehension: &'a crate::plan::ir::Comprehension,
        locals: &mut Locals<'a>,
    ) -> Result<Value, Stop> {
        use crate::plan::ir::Collection;
        let mut items = Vec::new();
        let mut set = BTreeSet::new();
        let mut fields = BTreeMap::new();
        self.body(&comprehension.steps, locals, &mut |run, locals| {
            let value = run.term(&comprehension.value, locals)?;
            match (comprehension.kind, &comprehension.key) {
                _ if *value == Value::Undefined => {}
                (Collection::Array, _) => items.push(value.into_owned()),
                (Collection::Set, _) => {
                    set.insert(value.into_owned());
                }
                (Collection::Object, Some(key)) => {
                    let key = run.term(key, locals)?;
                    enter(&mut fields, key, value)?;
                }
                (Collection::Object, None) => return Err(Stop::Unsure),
            }
            Ok(Flow::On)
        })?;
        Ok(match comprehension.kind {
            Collection::Array => Value::from(items),
            Collection::Set => Value::from(set),
            Collection::Object => Value::from(fields),
        })
    }
}

// The variables of a clause, where the arguments fit its constants.
fn locals_of<'a>(clause: &Clause, arguments: &[Held<'a>]) -> Option<Locals<'a>> {
    let fits = |(local, value): &(usize, Value)| {
        arguments
            .get(*local)
            .is_some_and(|argument| **argument == *value)
    };
    if !clause.constants.iter().all(fits) {
        return None;
    }
    let mut locals = arguments.to_vec();
    locals.resize(clause.locals, UNDEFINED);
    Some(locals)
}

fn holds(value: &Value) -> bool {
    !matches!(value, Value::Undefined | Value::Bool(false))
}

fn put<'a>(locals: &mut Locals<'a>, local: Option<usize>, value: impl FnOnce() -> Held<'a>) {
    if let Some(slot) = local.and_then(|local| locals.get_mut(local)) {
        *slot = value();
    }
}

// Adds a field; the core says what is wrong with two values of one key.
fn enter(fields: &mut BTreeMap<Value, Value>, key: Held<'_>, value: Held<'_>) -> Result<(), Stop> {
    if *key == Value::Undefined || *value == Value::Undefined {
        return Ok(());
    }
    match fields.get(&*key) {
        Some(other) if *other != *value => Err(Stop::Unsure),
        Some(_) => Ok(()),
        None => {
            fields.insert(key.into_owned(), value.into_owned());
            Ok(())
        }
    }
}
