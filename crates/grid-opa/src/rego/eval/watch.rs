//! What looks on while an evaluation goes on.

use crate::rego::plan::ir::Mark;
use crate::rego::value::Value;

pub(crate) trait Watch {
    /// Whether it is to be told of each expression that is reached, so that none may be left out.
    fn sees_steps(&self) -> bool {
        false
    }
    /// An expression is evaluated.
    fn expression(&mut self, _mark: Mark) {}
    /// A clause of a rule has a value.
    fn head(&mut self, _mark: Mark) {}
    /// A case of a test begins, which has these keys.
    fn case(&mut self, _keys: &[Value]) {}
    /// `print` is called with these values, of which `None` is undefined.
    fn print(&mut self, _mark: Mark, _values: &[Option<Value>]) {}
}
