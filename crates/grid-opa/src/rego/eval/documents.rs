//! Packages as values, and paths through documents with keys that are known only at run time.

use super::body::{Flow, Then, put};
use super::world::merged;
use super::{CowValue, Run, Slots, Stop, UNDEFINED};
use crate::rego::plan::ir::{Access, Documents, NodeNo};
use crate::rego::value::Value;
use crate::sorting::gathered;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

impl<'a, 'w> Run<'a, 'w> {
    /// The value of a node: its rules, merged with the data at its path.
    pub(super) fn document_at(&mut self, node: NodeNo) -> Result<CowValue<'a>, Stop> {
        let Some(node) = self.env.plans.nodes.get(node) else {
            return Ok(UNDEFINED);
        };
        if let Some(rule) = node.rule {
            return self.rule(rule);
        }
        let base = self.base(&node.path)?;
        if self.is_replaced(&node.path) {
            return Ok(base);
        }
        let mut fields = BTreeMap::new();
        for (key, child) in &node.children {
            self.tick()?;
            let hidden = self
                .env
                .plans
                .nodes
                .get(*child)
                .is_some_and(|child| child.hidden);
            if hidden {
                continue;
            }
            let value = self.virtual_at(*child)?;
            if *value != Value::Undefined {
                fields.insert(key.clone(), value.into_owned());
            }
        }
        let rules = Value::from(fields);
        if *base == Value::Undefined {
            return Ok(Cow::Owned(rules));
        }
        Ok(Cow::Owned(merged(base.into_owned(), &rules)))
    }

    /// The value at a path of keys below a node.
    pub(super) fn document_below(
        &mut self,
        node: NodeNo,
        keys: Vec<Value>,
    ) -> Result<CowValue<'a>, Stop> {
        let mut place = Place::Node(node);
        for key in keys {
            if key == Value::Undefined {
                return Ok(UNDEFINED);
            }
            place = self.below(place, key)?;
        }
        self.value_of(place)
    }

    /// Calls `then` for each document with matching keys.
    pub(super) fn documents(
        &mut self,
        documents: &'a Documents,
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        let place = Place::Node(documents.node);
        self.places(
            place,
            &documents.accesses,
            slots,
            &mut |run, place, slots| {
                let value = run.value_of(place)?;
                if *value == Value::Undefined {
                    return Ok(Flow::Continue);
                }
                put(slots, documents.value, value);
                then(run, slots)
            },
        )
    }

    fn places(
        &mut self,
        place: Place<'a>,
        accesses: &'a [Access],
        slots: &mut Slots<'a>,
        then: &mut dyn FnMut(&mut Self, Place<'a>, &mut Slots<'a>) -> Result<Flow, Stop>,
    ) -> Result<Flow, Stop> {
        let Some((access, rest)) = accesses.split_first() else {
            return then(self, place, slots);
        };
        match access {
            Access::Key(term) => {
                let key = self.term(term, slots)?.into_owned();
                if key == Value::Undefined {
                    return Ok(Flow::Continue);
                }
                let place = self.below(place, key)?;
                self.places(place, rest, slots, then)
            }
            Access::Each(pattern) => {
                for key in self.keys_of(&place)? {
                    self.tick()?;
                    if self.fits(pattern, key.clone(), slots)? {
                        let below = self.below(place.clone(), key.into_owned())?;
                        if self.places(below, rest, slots, then)? == Flow::Stop {
                            return Ok(Flow::Stop);
                        }
                    }
                }
                Ok(Flow::Continue)
            }
        }
    }

    // The place below another place.
    fn below(&mut self, place: Place<'a>, key: Value) -> Result<Place<'a>, Stop> {
        Ok(match place {
            Place::Node(number) => {
                let Some(node) = self.env.plans.nodes.get(number) else {
                    return Ok(Place::Value(UNDEFINED));
                };
                let child = node.child(&key);
                let mut path = node.path.clone();
                path.push(key);
                match child {
                    Some(child) if !self.is_replaced(&path) => {
                        match self.env.plans.nodes.get(child).and_then(|child| child.rule) {
                            Some(rule) => Place::Value(self.rule(rule)?),
                            None => Place::Node(child),
                        }
                    }
                    _ => Place::Base(path),
                }
            }
            Place::Base(mut path) => {
                path.push(key);
                Place::Base(path)
            }
            Place::Value(value) => Place::Value(super::term::at(value, &key)),
        })
    }

    fn value_of(&mut self, place: Place<'a>) -> Result<CowValue<'a>, Stop> {
        match place {
            Place::Node(node) => self.document_at(node),
            Place::Base(path) => self.base(&path),
            Place::Value(value) => Ok(value),
        }
    }

    // The keys below a place: the keys of the data, then the keys of rules that the data does not have.
    fn keys_of(&mut self, place: &Place<'a>) -> Result<Vec<CowValue<'a>>, Stop> {
        let value = match place {
            Place::Node(number) => match self.env.plans.nodes.get(*number) {
                Some(node) => self.base(&node.path)?,
                None => UNDEFINED,
            },
            Place::Base(path) => self.base(path)?,
            Place::Value(value) => value.clone(),
        };
        let mut keys = Vec::new();
        self.items(value, &mut |_, key, _| {
            keys.push(key);
            Ok(Flow::Continue)
        })?;
        if let Place::Node(number) = place
            && let Some(node) = self.env.plans.nodes.get(*number)
        {
            let base: BTreeSet<CowValue<'a>> = gathered(keys.iter().cloned());
            for (key, _) in &node.children {
                let key: CowValue<'a> = Cow::Borrowed(key);
                if !base.contains(&key) {
                    keys.push(key);
                }
            }
        }
        Ok(keys)
    }

    // The rules below a node, without the data there.
    fn virtual_at(&mut self, number: NodeNo) -> Result<CowValue<'a>, Stop> {
        let Some(node) = self.env.plans.nodes.get(number) else {
            return Ok(UNDEFINED);
        };
        if let Some(rule) = node.rule {
            return self.rule(rule);
        }
        let mut fields = BTreeMap::new();
        for (key, child) in &node.children {
            self.tick()?;
            let value = self.virtual_at(*child)?;
            if *value != Value::Undefined {
                fields.insert(key.clone(), value.into_owned());
            }
        }
        Ok(Cow::Owned(Value::from(fields)))
    }
}

/// A place among documents.
#[derive(Debug, Clone)]
enum Place<'a> {
    Node(NodeNo),
    /// A path below `data` without rules.
    Base(Vec<Value>),
    Value(CowValue<'a>),
}
