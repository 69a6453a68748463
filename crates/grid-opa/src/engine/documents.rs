//! Changes and reads the data document of an engine.

use super::Engine;
use crate::document::answer;
use crate::document::data;
use crate::document::{self, Document};
use crate::error::Error;
use crate::limits::guard::guarded;
use crate::limits::load_clock::LoadClock;
use crate::rego::value::Value;

impl Engine {
    /// Replaces the data document, which must be an object. The data of bundles stays and may not be part of `data`.
    ///
    /// # Errors
    /// `GRID_INPUT` for other values than objects, for a number beyond 64 bits, and if the data uses the path of a rule, of a package or of
    /// a bundle's root. `GRID_LIMIT` for data that nests deeper than [`MAX_JSON_DEPTH`](crate::MAX_JSON_DEPTH). After an error the old data
    /// still serves.
    pub fn set_data(&self, data: &serde_json::Value) -> Result<(), Error> {
        self.replace_data(|| document::read_value(data, "data"))
    }

    /// Like [`set_data`](Self::set_data), from JSON text.
    ///
    /// # Errors
    /// As `set_data`, `GRID_INPUT` with line and column for text that is not JSON, and `GRID_LIMIT` for text longer than `max_data_bytes`.
    pub fn set_data_json(&self, data: &str) -> Result<(), Error> {
        self.replace_data(|| self.data_of_text(data))
    }

    /// Merges an object into the data document: objects merge level by level, and other values are added.
    ///
    /// If both documents have different values at one path, nothing is merged and the error names the path: data affects decisions, so the
    /// caller must choose between the values, with `set_data`. Equal values are not a conflict. Arrays are not merged.
    ///
    /// # Errors
    /// As `set_data`, and `GRID_INPUT` for a conflict.
    pub fn merge_data(&self, data: &serde_json::Value) -> Result<(), Error> {
        self.add_data(|| document::read_value(data, "data"))
    }

    /// Like [`merge_data`](Self::merge_data), from JSON text.
    ///
    /// # Errors
    /// As `merge_data` and [`set_data_json`](Self::set_data_json).
    pub fn merge_data_json(&self, data: &str) -> Result<(), Error> {
        self.add_data(|| self.data_of_text(data))
    }

    /// Changes the data document by a JSON Patch (RFC 6902): all of its operations or none. The operations do not see the data of bundles.
    ///
    /// # Errors
    /// `GRID_INPUT` for an invalid patch and for an operation that cannot be applied; as [`set_data`](Self::set_data) for the result.
    pub fn patch_data(&self, patch: &serde_json::Value) -> Result<(), Error> {
        self.apply(|| document::read_value(patch, "patch"))
    }

    /// Like [`patch_data`](Self::patch_data), from JSON text.
    ///
    /// # Errors
    /// As `patch_data` and [`set_data_json`](Self::set_data_json).
    pub fn patch_data_json(&self, patch: &str) -> Result<(), Error> {
        let most = self.options().max_data_bytes;
        self.apply(|| document::read_text(patch, "patch", "max_data_bytes", most))
    }

    /// The value in the data document at a JSON Pointer (RFC 6901) such as `/users/ann`; `None` if there is none. The empty string means
    /// the complete document.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for an invalid pointer.
    pub fn get_data(&self, pointer: &str) -> Result<Option<serde_json::Value>, Error> {
        let serving = self.serving();
        guarded(self.options().for_load(), || {
            let found = data::at(serving.set.data(), pointer)?;
            found.map(answer::write_value).transpose()
        })
    }

    /// Like [`get_data`](Self::get_data), as compact JSON text.
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

    /// Like [`set_data`](Self::set_data), from a document.
    ///
    /// # Errors
    /// As `set_data`.
    pub fn set_data_document(&self, data: &Document) -> Result<(), Error> {
        self.replace_data(|| Ok(data.0.clone()))
    }

    /// Like [`merge_data`](Self::merge_data), from a document.
    ///
    /// # Errors
    /// As `merge_data`.
    pub fn merge_data_document(&self, data: &Document) -> Result<(), Error> {
        self.add_data(|| Ok(data.0.clone()))
    }

    /// Like [`patch_data`](Self::patch_data), from a document.
    ///
    /// # Errors
    /// As `patch_data`.
    pub fn patch_data_document(&self, patch: &Document) -> Result<(), Error> {
        self.apply(|| Ok(patch.0.clone()))
    }

    /// Like [`get_data`](Self::get_data), as a document.
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
