//! The values of terms.

use super::body::{Flow, of_slot};
use super::pattern::part;
use super::{Code, CowValue, Run, Slots, Stop, UNDEFINED};
use crate::rego::plan::ir::{Collection, Comprehension, Keys, Term};
use crate::rego::value::number::integer_of;
use crate::rego::value::{Object, Set, Value};
use std::borrow::Cow;

impl<'a> Run<'a, '_> {
    /// The value of a term.
    pub(super) fn term(
        &mut self,
        term: &'a Term,
        slots: &mut Slots<'a>,
    ) -> Result<CowValue<'a>, Stop> {
        Ok(match term {
            Term::Constant(value) => Cow::Borrowed(value),
            Term::Input(part) => self.input(*part),
            Term::Slot(slot) => of_slot(slots, *slot),
            Term::Data(path) => self.base(path)?,
            Term::Rule(rule) => self.rule(*rule)?,
            Term::Keyed(rule, keys) => match self.terms(keys, slots)? {
                Some(keys) => self.keyed(*rule, keys)?,
                None => UNDEFINED,
            },
            Term::Document(node) => self.document_at(*node)?,
            Term::DocumentAt(node, keys) => match self.terms(keys, slots)? {
                Some(keys) => self.document_below(*node, keys)?,
                None => UNDEFINED,
            },
            Term::Lookup {
                of,
                path,
                keys: Keys::Texts | Keys::Indexed,
            } if self.has_replacements() => self.lookup_with_replacements(of, path, slots)?,
            Term::Lookup { of, path, keys } => {
                let mut value = self.term(of, slots)?;
                for key in path {
                    let key = self.term(key, slots)?;
                    value = match keys {
                        Keys::Values => at(value, &key),
                        Keys::Texts => at_data(value, &key),
                        Keys::Indexed => self.at_indexed(value, &key)?,
                    };
                }
                value
            }
            Term::Operator(operator, sides, builtin) => {
                let left = self.term(&sides.0, slots)?;
                let right = self.term(&sides.1, slots)?;
                self.operator(*operator, left, right, builtin)?
            }
            Term::Call(function, arguments) => {
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    let value = self.term(argument, slots)?;
                    if *value == Value::Undefined {
                        return Ok(UNDEFINED);
                    }
                    values.push(value);
                }
                self.call(*function, values)?
            }
            Term::Array(items) => match self.terms(items, slots)? {
                Some(values) => Cow::Owned(Value::from(values)),
                None => UNDEFINED,
            },
            Term::Set(items) => match self.terms(items, slots)? {
                Some(values) => Cow::Owned(Value::from(values.into_iter().collect::<Set>())),
                None => UNDEFINED,
            },
            Term::Object(pairs) => {
                let mut fields = Vec::with_capacity(pairs.len());
                for (key, value) in pairs {
                    let key = self.term(key, slots)?;
                    let value = self.term(value, slots)?;
                    if *key == Value::Undefined || *value == Value::Undefined {
                        return Ok(UNDEFINED);
                    }
                    fields.push((key.into_owned(), value.into_owned()));
                }
                Cow::Owned(Value::from(fields.into_iter().collect::<Object>()))
            }
            Term::Comprehension(comprehension) => {
                Cow::Owned(self.comprehension(comprehension, slots)?)
            }
        })
    }

    /// The values of terms; `None` if one is undefined.
    pub(super) fn terms(
        &mut self,
        terms: &'a [Term],
        slots: &mut Slots<'a>,
    ) -> Result<Option<Vec<Value>>, Stop> {
        let mut values = Vec::with_capacity(terms.len());
        for term in terms {
            let value = self.term(term, slots)?;
            if *value == Value::Undefined {
                return Ok(None);
            }
            values.push(value.into_owned());
        }
        Ok(Some(values))
    }

    fn comprehension(
        &mut self,
        comprehension: &'a Comprehension,
        slots: &mut Slots<'a>,
    ) -> Result<Value, Stop> {
        let mark = self.mark;
        let mut items = Vec::new();
        let mut set = Set::default();
        let mut fields = Object::default();
        self.solutions(comprehension, slots, &mut |run, slots| {
            let value = run.term(&comprehension.value, slots)?;
            if *value == Value::Undefined {
                return Ok(Flow::Continue);
            }
            match (comprehension.kind, &comprehension.key) {
                (Collection::Set, _) => {
                    set.insert(value.into_owned());
                }
                (Collection::Object, Some(key)) => {
                    let key = run.term(key, slots)?;
                    if *key == Value::Undefined {
                        return Ok(Flow::Continue);
                    }
                    match fields.get(&key) {
                        Some(other) if *other != *value => {
                            run.mark = mark;
                            let text = "object keys must be unique";
                            return Err(run.failed(Code::Conflict, text));
                        }
                        Some(_) => {}
                        None => {
                            fields.insert(key.into_owned(), value.into_owned());
                        }
                    }
                }
                (Collection::Array | Collection::Object, _) => items.push(value.into_owned()),
            }
            Ok(Flow::Continue)
        })?;
        self.mark = mark;
        Ok(match comprehension.kind {
            Collection::Array => Value::from(items),
            Collection::Set => Value::from(set),
            Collection::Object => Value::from(fields),
        })
    }
}

impl<'a> Run<'a, '_> {
    // Looks up a path below the data document if a `with` replaces parts of it. Replacement values are not looked up by text as the store
    // is.
    fn lookup_with_replacements(
        &mut self,
        of: &'a Term,
        path: &'a [Term],
        slots: &mut Slots<'a>,
    ) -> Result<CowValue<'a>, Stop> {
        if let Term::Data(prefix) = of {
            let mut full = prefix.clone();
            for key in path {
                let key = self.term(key, slots)?;
                if *key == Value::Undefined {
                    return Ok(UNDEFINED);
                }
                full.push(key.into_owned());
            }
            return self.base(&full);
        }
        let mut value = self.term(of, slots)?;
        for key in path {
            let key = self.term(key, slots)?;
            let stored = at_data(value.clone(), &key);
            value = at(value, &key);
            if *value != *stored {
                let text = "a `with` replaces parts of the data, and a number or text is used as a key there: use the key with the type \
                    that it has in the data";
                return Err(self.failed(Code::Unsure, text.to_owned()));
            }
        }
        Ok(value)
    }
}

impl<'a> Run<'a, '_> {
    // Like `at_data`, for rules that OPA's rule index looks up by exact key.
    fn at_indexed(&self, of: CowValue<'a>, key: &Value) -> Result<CowValue<'a>, Stop> {
        let found = at_data(of.clone(), key);
        let is_number = matches!((&*of, key), (Value::Object(_), Value::Number(_)));
        if is_number && *found != Value::Undefined && *at(of, key) == Value::Undefined {
            let text = "OPA finds a number key by its text only in some rules: convert the key to a string, for example with format_int";
            return Err(self.failed(Code::Unsure, text));
        }
        Ok(found)
    }
}

/// The value at a key: an item of an array by its index, the value of a field, or an item of a set.
pub(super) fn at<'a>(of: CowValue<'a>, key: &Value) -> CowValue<'a> {
    part(&of, |of| match of {
        Value::Object(fields) => fields.get(key),
        Value::Set(items) => items.get(key),
        Value::Array(items) => match key {
            Value::Number(number) => number
                .to_i64()
                .and_then(|index| items.get(usize::try_from(index).ok()?)),
            _ => None,
        },
        _ => None,
    })
    .unwrap_or(UNDEFINED)
}

/// Like [`at`], below the data document: OPA reads its store by texts.
pub(super) fn at_data<'a>(of: CowValue<'a>, key: &Value) -> CowValue<'a> {
    match (&*of, key) {
        (Value::Object(_), Value::Number(number)) => at(of, &Value::from(&*number.text())),
        (Value::Array(_), Value::String(text)) => match integer_of(text) {
            Some(index) => at(of, &Value::from(index)),
            None => UNDEFINED,
        },
        _ => at(of, key),
    }
}
