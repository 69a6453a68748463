//! Observers of an evaluation.

use crate::rego::plan::ir::Mark;
use crate::rego::value::Value;

pub(crate) trait Watch {
    /// Whether the observer must see each evaluated expression, so that none may be skipped.
    fn sees_steps(&self) -> bool {
        false
    }
    /// An expression is evaluated.
    fn expression(&mut self, _mark: Mark) {}
    /// A clause of a rule has a value.
    fn head(&mut self, _mark: Mark) {}
    /// A case of a test begins, with these keys.
    fn case(&mut self, _keys: &[Value]) {}
    /// `print` is called with these values; `None` is undefined.
    fn print(&mut self, _mark: Mark, _values: &[Option<Value>]) {}
}
