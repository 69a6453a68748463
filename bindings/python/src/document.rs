//! Values of Python become documents, without JSON text in between.
//!
//! A policy must not decide on a part of the input: a value that does not convert is an error that names its place. Values of Python's
//! own types are read without running code of Python, so that no other thread changes them meanwhile. A subclass is read through its own
//! `items` or `__iter__`.

use std::cell::Cell;
use std::collections::HashSet;

use grid_opa::{Document, MAX_JSON_DEPTH, stack_left};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use crate::fault::{Defect, Fault, Kind, LEAST_STACK};
use crate::text::{SURROGATE, type_name};

/// Reads a value.
pub(crate) fn read(value: &Bound<'_, PyAny>, kind: Kind) -> PyResult<Document> {
    let room = Cell::new(kind.max_bytes as usize);
    let reader = Reader {
        value,
        room: &room,
        depth: 0,
    };
    Document::deserialize(reader).map_err(|fault| fault.exception(value.py(), kind))
}

/// Reads one value.
struct Reader<'a, 'py> {
    value: &'a Bound<'py, PyAny>,
    /// Bytes of JSON text that are left, so that a value which contains itself many times ends.
    room: &'a Cell<usize>,
    depth: usize,
}

impl<'a, 'py> Reader<'a, 'py> {
    fn take(&self, bytes: usize) -> Result<(), Fault> {
        let left = self.room.get().checked_sub(bytes);
        left.map(|left| self.room.set(left))
            .ok_or_else(|| Defect::TooLong.into())
    }

    /// A reader of a value inside of this one.
    fn inside<'b>(&'b self, value: &'b Bound<'py, PyAny>) -> Reader<'b, 'py> {
        Reader {
            value,
            room: self.room,
            depth: self.depth + 1,
        }
    }

    fn enter(&self) -> Result<(), Fault> {
        if self.depth == MAX_JSON_DEPTH {
            return Err(Defect::TooDeep.into());
        }
        // Eight levels take an eighth of it.
        if self.depth.is_multiple_of(8) && stack_left().is_some_and(|left| left < LEAST_STACK) {
            return Err(Defect::NoStack.into());
        }
        self.take(2)
    }

    fn text<'de, V: Visitor<'de>>(
        &self,
        text: &Bound<'py, PyString>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        // `to_cow` would copy it again: before CPython 3.10 the stable ABI has no borrowed text.
        let text = text.encode_utf8().map_err(|_| Fault::new(SURROGATE))?;
        let text = str::from_utf8(text.as_bytes()).map_err(|_| Fault::new(SURROGATE))?;
        self.take(text.len() + 2)?;
        visitor.visit_str(text)
    }

    fn integer<'de, V: Visitor<'de>>(
        &self,
        integer: &Bound<'py, PyInt>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Ok(integer) = integer.extract::<i64>() {
            self.take(1 + integer.unsigned_abs().checked_ilog10().unwrap_or(0) as usize)?;
            return visitor.visit_i64(integer);
        }
        // PyO3 reads a large one by its methods, which a subclass may override.
        let plain = integer.py().get_type::<PyInt>();
        let integer = plain.call_method1("__pos__", (integer,))?;
        let integer: i128 = integer.extract().map_err(|_| {
            Fault::new("int is beyond 128 bits, where digits would be lost; give it as a str")
        })?;
        self.take(1 + integer.unsigned_abs().ilog10() as usize)?;
        visitor.visit_i128(integer)
    }

    fn float<'de, V: Visitor<'de>>(&self, float: f64, visitor: V) -> Result<V::Value, Fault> {
        self.take(1)?;
        if float.is_finite() {
            visitor.visit_f64(float)
        } else {
            Err(Fault::new(format!(
                "float is {}, which JSON cannot say; give a finite number or None",
                float.to_string().to_lowercase()
            )))
        }
    }

    fn object<'de, V: Visitor<'de>>(
        &self,
        dict: &Bound<'py, PyDict>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.enter()?;
        // A copy of the entries: code that runs between two of them may change the dict.
        let (entries, keys) = if dict.is_exact_instance_of::<PyDict>() {
            (dict.iter().collect(), None)
        } else {
            let mapping = dict.as_any().cast::<PyMapping>().map_err(PyErr::from)?;
            let entries = mapping.items()?.iter().map(|entry| entry.extract());
            (entries.collect::<PyResult<_>>()?, Some(HashSet::new()))
        };
        visitor.visit_map(Fields {
            of: self,
            at: 0,
            entries,
            keys,
        })
    }

    fn array<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Fault> {
        self.enter()?;
        let value = self.value;
        if let Ok(list) = value.cast_exact::<PyList>() {
            visitor.visit_seq(Items::of(self, list.iter().map(Ok)))
        } else if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            visitor.visit_seq(Items::of(self, tuple.iter().map(Ok)))
        } else {
            visitor.visit_seq(Items::of(self, value.try_iter()?))
        }
    }

    fn other<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Fault> {
        static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static NUMBER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let (value, py) = (self.value, self.value.py());
        if !value.is_instance(DECIMAL.import(py, "decimal", "Decimal")?)? {
            return Err(Fault::not_json(value));
        }
        let number = NUMBER.import(py, "boardkit_grid._decimals", "number_of")?;
        let number = number.call1((value,))?;
        if let Ok(text) = number.cast::<PyString>() {
            return Err(Fault::new(text.to_string()));
        }
        self.inside(&number).deserialize_any(visitor)
    }
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = self.value;
        if let Ok(text) = value.cast::<PyString>() {
            self.text(text, visitor)
        } else if value.is_none() {
            self.take(4)?;
            visitor.visit_unit()
        } else if let Ok(flag) = value.cast::<PyBool>() {
            self.take(4)?;
            visitor.visit_bool(flag.is_true())
        } else if let Ok(integer) = value.cast::<PyInt>() {
            self.integer(integer, visitor)
        } else if let Ok(dict) = value.cast::<PyDict>() {
            self.object(dict, visitor)
        } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            self.array(visitor)
        } else if let Ok(float) = value.cast::<PyFloat>() {
            self.float(float.value(), visitor)
        } else {
            self.other(visitor)
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Items of a list or tuple.
struct Items<'a, 'py, I> {
    of: &'a Reader<'a, 'py>,
    at: usize,
    items: I,
}

impl<'a, 'py, I> Items<'a, 'py, I> {
    fn of(of: &'a Reader<'a, 'py>, items: I) -> Self {
        Self { of, at: 0, items }
    }
}

impl<'de, 'py, I: Iterator<Item = PyResult<Bound<'py, PyAny>>>> SeqAccess<'de>
    for Items<'_, 'py, I>
{
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let at = self.at;
        self.at += 1;
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let item = item?;
        let read = || {
            self.of.take(usize::from(at > 0))?;
            seed.deserialize(self.of.inside(&item))
        };
        read()
            .map(Some)
            .map_err(|fault| fault.under(&format!("[{at}]")))
    }
}

/// Entries of a dict.
struct Fields<'a, 'py> {
    of: &'a Reader<'a, 'py>,
    /// How many keys were read.
    at: usize,
    entries: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    /// The keys so far, if two may have one text: those of a subclass of dict or of str.
    keys: Option<HashSet<String>>,
}

impl Fields<'_, '_> {
    /// Refuses a second key of the same text: the policy would see only one of the two values.
    fn check_twice(&mut self, key: &Bound<'_, PyString>) -> Result<(), Fault> {
        if self.keys.is_none() && !key.is_exact_instance_of::<PyString>() {
            let before = self.entries.iter().take(self.at);
            let before = before.map(|(key, _)| key.extract());
            self.keys = Some(before.collect::<PyResult<_>>()?);
        }
        let Some(keys) = &mut self.keys else {
            return Ok(());
        };
        // The error for a key that is not a text comes when the key is read.
        let Ok(text) = key.to_cow() else {
            return Ok(());
        };
        if keys.insert(text.into_owned()) {
            Ok(())
        } else {
            Err(Fault::new("two keys have this text; give it once"))
        }
    }
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some((key, _)) = self.entries.get(self.at) else {
            return Ok(None);
        };
        let Ok(key) = key.cast::<PyString>().cloned() else {
            let found = type_name(key);
            return Err(Fault::new(format!(
                "a key is {found}; all keys must be str"
            )));
        };
        self.check_twice(&key)
            .map_err(|fault| fault.under(&format!(".{key}")))?;
        // A comma and a colon.
        self.of.take(1 + usize::from(self.at > 0))?;
        self.at += 1;
        seed.deserialize(self.of.inside(key.as_any()))
            .map(Some)
            .map_err(|fault| fault.under(" (a key)"))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let read = self.at.checked_sub(1).and_then(|at| self.entries.get(at));
        let (key, value) = read.ok_or_else(|| Fault::new("a value without a key"))?;
        seed.deserialize(self.of.inside(value))
            .map_err(|fault| fault.under(&format!(".{key}")))
    }
}
