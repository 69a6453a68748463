//! The values of terms.

use super::{Flow, Held, Locals, Run, Stop, UNDEFINED, enter};
use crate::extensions::Failure;
use crate::plan::ir::{Builtin, Collection, Comprehension, Term};
use crate::plan::terms;
use regorus::{LimitError, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Run<'a> {
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

    fn comprehension(
        &mut self,
        comprehension: &'a Comprehension,
        locals: &mut Locals<'a>,
    ) -> Result<Value, Stop> {
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
