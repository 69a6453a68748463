//! `Engine`: the calls that `boardkit_grid.Engine` inherits.

use grid_opa::Document;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::answers::{answer, json_of, write};
use crate::ask::{Argument, ask, asked};
use crate::builtins::undefined;
use crate::call::without_gil;
use crate::document::read;
use crate::error::Failure;
use crate::fault::Kind;
use crate::handle::{Engine, Handle};
use crate::scalars::flag_of;
use crate::sources::sources_of;
use crate::text::{bytes_of, json_text_of, text_of};

#[pymethods]
impl Engine {
    #[new]
    fn new(handle: &Handle) -> Self {
        Self::of(handle)
    }

    /// The number of changes of policies and data: it identifies the serving set.
    #[getter]
    fn revision(&self) -> PyResult<u64> {
        Ok(self.engine()?.revision())
    }

    /// Load a policy, or replace the one of that name in one step. Whatever it raises, the old set serves on.
    fn load_policy(
        &self,
        py: Python<'_>,
        name: &Bound<'_, PyAny>,
        source: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let engine = self.engine()?;
        let name = text_of(name, "the policy's name")?;
        let source = text_of(source, "the policy's source")?;
        without_gil(py, || engine.load_policy(&name, &source))
    }

    /// Load several policies, each under its name: all of them serve at once, or none does.
    fn load_policies(&self, policies: &Bound<'_, PyAny>) -> PyResult<()> {
        let engine = self.engine()?;
        let sources = sources_of(policies, "policies")?;
        without_gil(policies.py(), || engine.load_policies(&sources.pairs()))
    }

    /// Remove a policy; return whether it was there.
    fn remove_policy(&self, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        let engine = self.engine()?;
        let name = text_of(name, "the policy's name")?;
        without_gil(py, || engine.remove_policy(&name))
    }

    /// Whether a policy of that name is loaded.
    fn has_policy(&self, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        let engine = self.engine()?;
        Ok(engine.has_policy(&text_of(name, "the policy's name")?))
    }

    /// Return the names of the loaded policies, sorted.
    fn loaded_policies(&self) -> PyResult<Vec<String>> {
        Ok(self.engine()?.loaded_policies())
    }

    /// Remove all policies; data stays. Those of bundles go too, which are forgotten: their data is then as if set by `set_data`.
    fn clear_policies(&self, py: Python<'_>) -> PyResult<()> {
        let engine = self.engine()?;
        without_gil(py, || engine.clear_policies())
    }

    /// Replace the data document (`data` in Rego); what bundles own of it stays and is not to be given.
    fn set_data(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.change_data(value, "data", grid_opa::Engine::set_data_document)
    }

    /// Merge a dict into the data document: objects merge level by level, all else is added.
    fn merge_data(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.change_data(value, "data", grid_opa::Engine::merge_data_document)
    }

    /// Change the data document by a JSON Patch (RFC 6902), a list: all of its operations, or none.
    fn patch_data(&self, operations: &Bound<'_, PyAny>) -> PyResult<()> {
        self.change_data(
            operations,
            "the patch",
            grid_opa::Engine::patch_data_document,
        )
    }

    /// As `set_data`, from JSON text: a file is read without a dict of it between.
    fn set_data_json(&self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.change_data_json(text, grid_opa::Engine::set_data_json)
    }

    /// As `merge_data`, from JSON text.
    fn merge_data_json(&self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.change_data_json(text, grid_opa::Engine::merge_data_json)
    }

    /// Return what the data document holds at a JSON Pointer (RFC 6901), `/users/ann` say; `UNDEFINED` where there is nothing.
    #[pyo3(signature = (pointer = Argument(None)))]
    fn get_data<'py>(
        &self,
        py: Python<'py>,
        pointer: Argument<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let engine = self.engine()?;
        let pointer = pointer
            .0
            .as_ref()
            .map_or(Ok("".into()), |given| text_of(given, "the pointer"))?;
        let found = without_gil(py, || engine.get_data_document(&pointer))?;
        answer(py, found.as_ref(), "data")
    }

    /// Evaluate a rule (`data.authz.allow`) or a query.
    #[pyo3(signature = (rule_or_query, input = Argument(None)))]
    fn evaluate<'py>(
        slf: &Bound<'py, Self>,
        rule_or_query: &Bound<'py, PyAny>,
        input: Argument<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (engine, query, input) = asked(slf, rule_or_query, &input)?;
        let found = ask(slf, &engine, Some(&query), || {
            engine.evaluate_document(&query, input.as_ref())
        })?;
        answer(slf.py(), found.as_ref(), "answer")
    }

    /// As `evaluate`, with JSON text in and out: bytes where the input is bytes. Numbers keep their digits.
    #[pyo3(signature = (rule_or_query, input_text = Argument(None)))]
    fn evaluate_json<'py>(
        slf: &Bound<'py, Self>,
        rule_or_query: &Bound<'py, PyAny>,
        input_text: Argument<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let engine = slf.get().engine()?;
        let query = text_of(rule_or_query, "the rule or query")?;
        let input = input_text.value()?;
        let bytes = input.is_some_and(|input| bytes_of(input).is_some());
        let input = input
            .map(|input| json_text_of(input, "the input text"))
            .transpose()?;
        let found = ask(slf, &engine, Some(&query), || {
            engine.evaluate_json(&query, input.as_deref())
        })?;
        match found {
            None => undefined(py),
            Some(text) if bytes => Ok(PyBytes::new(py, text.as_bytes()).into_any()),
            Some(text) => text.into_bound_py_any(py),
        }
    }

    /// Ask a rule or query that is true or false.
    #[pyo3(signature = (rule_or_query, input = Argument(None), *, undefined = None))]
    fn test<'py>(
        slf: &Bound<'py, Self>,
        rule_or_query: &Bound<'py, PyAny>,
        input: Argument<'py>,
        undefined: Option<Bound<'py, PyAny>>,
    ) -> PyResult<bool> {
        let (engine, query, input) = asked(slf, rule_or_query, &input)?;
        let undefined = undefined.map(|flag| flag_of(&flag, "undefined"));
        let undefined = undefined.transpose()?;
        ask(slf, &engine, Some(&query), || {
            engine.test_document(&query, input.as_ref(), undefined)
        })
    }

    /// Evaluate a query with any number of expressions and answers, for example `some user in data.users; user.admin`.
    #[pyo3(signature = (query, input = Argument(None)))]
    fn query<'py>(
        slf: &Bound<'py, Self>,
        query: &Bound<'py, PyAny>,
        input: Argument<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (engine, query, input) = asked(slf, query, &input)?;
        let input = json_of(input.as_ref())?;
        let text = ask(slf, &engine, Some(&query), || {
            engine.query_json(&query, input.as_deref())
        })?;
        let answers = Document::from_json(&text, "answer").map_err(Failure::from)?;
        write(slf.py(), &answers, "answer")
    }

    /// Raises unless a query compiles.
    fn _check_query(&self, py: Python<'_>, query: &Bound<'_, PyAny>) -> PyResult<()> {
        let engine = self.engine()?;
        let query = text_of(query, "the rule or query")?;
        without_gil(py, || engine.check_query(&query))
    }

    /// Close this object: all calls but this one raise. The policies of a named engine stay until the name is forgotten.
    fn close(&self) {
        let engine = self.slot().take();
        drop(engine);
    }

    fn __enter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        slf.get().engine()?;
        Ok(slf.clone())
    }

    #[pyo3(signature = (*_why))]
    fn __exit__(&self, _why: &Bound<'_, PyTuple>) {
        self.close();
    }

    /// What the object takes, with about what the engine holds, which counts in each object that has the engine open.
    fn __sizeof__(slf: &Bound<'_, Self>) -> PyResult<usize> {
        let object = slf.py().get_type::<PyAny>();
        let own: usize = object.call_method1("__sizeof__", (slf,))?.extract()?;
        let engine = slf.get().slot().clone();
        Ok(own + engine.map_or(0, |engine| engine.memory_bytes()))
    }

    fn __len__(&self) -> PyResult<usize> {
        Ok(self.engine()?.loaded_policies().len())
    }

    fn __bool__(&self) -> bool {
        true
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.has_policy(name)
    }

    fn __repr__(&self) -> String {
        match &*self.slot() {
            Some(engine) => format!(
                "<boardkit_grid.Engine: {} policies, revision {}>",
                engine.loaded_policies().len(),
                engine.revision()
            ),
            None => "<boardkit_grid.Engine: closed>".to_owned(),
        }
    }

    fn __reduce_ex__(&self, _protocol: i32) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a boardkit_grid.Engine cannot be pickled or copied: it is one of this process; make one in the other process and load the policies there",
        ))
    }
}

impl Engine {
    fn change_data(
        &self,
        value: &Bound<'_, PyAny>,
        name: &'static str,
        change: fn(&grid_opa::Engine, &Document) -> Result<(), grid_opa::Error>,
    ) -> PyResult<()> {
        let engine = self.engine()?;
        let document = read(value, Kind::data(&engine, name))?;
        without_gil(value.py(), || change(&engine, &document))
    }

    fn change_data_json(
        &self,
        text: &Bound<'_, PyAny>,
        change: fn(&grid_opa::Engine, &str) -> Result<(), grid_opa::Error>,
    ) -> PyResult<()> {
        let engine = self.engine()?;
        let document = json_text_of(text, "the data text")?;
        without_gil(text.py(), || change(&engine, &document))
    }
}
