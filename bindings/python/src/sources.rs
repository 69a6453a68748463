//! Policies as arguments: a dict of names and sources.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::Failure;
use crate::text::{text_of, type_name};

/// Policies by name.
pub(crate) struct Sources(Vec<(String, String)>);

impl Sources {
    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        let texts = self.0.iter();
        texts
            .map(|(name, source)| (name.as_str(), source.as_str()))
            .collect()
    }
}

/// A dict of policies by name.
pub(crate) fn sources_of(value: &Bound<'_, PyAny>, what: &str) -> PyResult<Sources> {
    let policies = value.cast::<PyDict>().map_err(|_| {
        let found = type_name(value);
        Failure::argument(format!(
            "{what} must be a dict of names and sources; got {found}"
        ))
    })?;
    let text = |(name, source): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let name = text_of(&name, "a policy's name")?.into_owned();
        let source = text_of(&source, &format!("the source of {name}"))?.into_owned();
        Ok((name, source))
    };
    policies
        .iter()
        .map(text)
        .collect::<PyResult<_>>()
        .map(Sources)
}
