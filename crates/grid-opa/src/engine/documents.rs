//! The data document of an engine: replaced, merged into, patched, read.

use super::Engine;
use crate::answer;
use crate::data;
use crate::document::{self, Document};
use crate::error::Error;
use crate::guard::guarded;
use crate::load_clock::LoadClock;
use crate::rego::value::Value;

impl Engine {
    /// Replaces the data document, which must be an object. What bundles own of it stays and is not to be given.
    ///
    /// # Errors
    /// `GRID_INPUT` for what is no object, for a number beyond 64 bits, and where the data takes the path of a rule, a package or a
    /// bundle's root;
    /// `GRID_LIMIT` for data that nests deeper than [`MAX_JSON_DEPTH`](crate::MAX_JSON_DEPTH). The old data serves on.
    pub fn set_data(&self, data: &serde_json::Value) -> Result<(), Error> {
        self.replace_data(|| document::read_value(data, "data"))
    }

    /// As [`set_data`](Self::set_data), from JSON text.
    ///
    /// # Errors
    /// As `set_data`, `GRID_INPUT` with line and column for text that is no JSON, and `GRID_LIMIT` for text longer than
    /// `max_data_bytes`.
    pub fn set_data_json(&self, data: &str) -> Result<(), Error> {
        self.replace_data(|| self.data_of_text(data))
    }

    /// Merges an object into the data document: objects merge with objects, level by level, all else is added.
    ///
    /// Where both hold a value and the two differ, nothing is merged and the error names the path: data is policy, and which
    /// of two should win is for the caller to say, by `set_data`. Equal values are no conflict; arrays are values.
    ///
    /// # Errors
    /// As `set_data`, and `GRID_INPUT` for a conflict.
    pub fn merge_data(&self, data: &serde_json::Value) -> Result<(), Error> {
        self.add_data(|| document::read_value(data, "data"))
    }

    /// As [`merge_data`](Self::merge_data), from JSON text.
    ///
    /// # Errors
    /// As `merge_data` and [`set_data_json`](Self::set_data_json).
    pub fn merge_data_json(&self, data: &str) -> Result<(), Error> {
        self.add_data(|| self.data_of_text(data))
    }

    /// Changes the data document by a JSON Patch (RFC 6902): all of its operations, or none. They do not see what bundles own.
    ///
    /// # Errors
    /// `GRID_INPUT` for what is no patch, and for an operation that cannot be done; as [`set_data`](Self::set_data) for what
    /// comes of it.
    pub fn patch_data(&self, patch: &serde_json::Value) -> Result<(), Error> {
        self.apply(|| document::read_value(patch, "patch"))
    }

    /// As [`patch_data`](Self::patch_data), from JSON text.
    ///
    /// # Errors
    /// As `patch_data` and [`set_data_json`](Self::set_data_json).
    pub fn patch_data_json(&self, patch: &str) -> Result<(), Error> {
        let most = self.options().max_data_bytes;
        self.apply(|| document::read_text(patch, "patch", "max_data_bytes", most))
    }

    /// The value in the data document at a JSON Pointer (RFC 6901) such as `/users/ann`; `None` where there is none. The empty text is
    /// the whole document.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a text that is no pointer.
    pub fn get_data(&self, pointer: &str) -> Result<Option<serde_json::Value>, Error> {
        let serving = self.serving();
        guarded(self.options().for_load(), || {
            let found = data::at(serving.set.data(), pointer)?;
            found.map(answer::write_value).transpose()
        })
    }

    /// As [`get_data`](Self::get_data), as compact JSON text.
    ///
    /// # Errors
    /// As `get_data`.
    pub fn get_data_json(&self, pointer: &str) -> Result<Option<String>, Error> {
        let serving = self.serving();
        guarded(self.options().for_load(), || {
            let found = data::at(serving.set.data(), pointer)?;
            found.map(answer::write_text).transpose()
        })
    }

    /// As [`set_data`](Self::set_data), from a document.
    ///
    /// # Errors
    /// As `set_data`.
    pub fn set_data_document(&self, data: &Document) -> Result<(), Error> {
        self.replace_data(|| Ok(data.0.clone()))
    }

    /// As [`merge_data`](Self::merge_data), from a document.
    ///
    /// # Errors
    /// As `merge_data`.
    pub fn merge_data_document(&self, data: &Document) -> Result<(), Error> {
        self.add_data(|| Ok(data.0.clone()))
    }

    /// As [`patch_data`](Self::patch_data), from a document.
    ///
    /// # Errors
    /// As `patch_data`.
    pub fn patch_data_document(&self, patch: &Document) -> Result<(), Error> {
        self.apply(|| Ok(patch.0.clone()))
    }

    /// As [`get_data`](Self::get_data), as a document.
    ///
    /// # Errors
    /// As `get_data`.
    pub fn get_data_document(&self, pointer: &str) -> Result<Option<Document>, Error> {
        let serving = self.serving();
        guarded(self.options().for_load(), || {
            Ok(data::at(serving.set.data(), pointer)?
                .cloned()
                .map(Document))
        })
    }

    fn data_of_text(&self, text: &str) -> Result<Value, Error> {
        document::read_text(
            text,
            "data",
            "max_data_bytes",
            self.options().max_data_bytes,
        )
    }

    fn replace_data(&self, read: impl FnOnce() -> Result<Value, Error>) -> Result<(), Error> {
        let data = guarded(self.options().for_load(), || data::object(read()?))?;
        self.change(|set| set.with_data(data))
    }

    fn add_data(&self, read: impl FnOnce() -> Result<Value, Error>) -> Result<(), Error> {
        let data = guarded(self.options().for_load(), || data::object(read()?))?;
        self.change(|set| set.with_data(data::merged(set.own_data(), &data)?))
    }

    fn apply(&self, read: impl FnOnce() -> Result<Value, Error>) -> Result<(), Error> {
        self.change(|set| {
            let patch = read()?;
            let clock = LoadClock::start(self.options());
            set.with_data(data::patched(
                set.own_data(),
                &patch,
                &clock,
                self.options().for_load(),
            )?)
        })
    }
}
