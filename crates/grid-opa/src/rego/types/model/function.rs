//! The types of functions.

use crate::rego::types::model::kind::{Type, measured};
use crate::rego::types::model::measure::Measure;
use std::borrow::Cow;

#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) params: Vec<Param>,
    /// The type of all arguments after the parameters, if there can be more.
    pub(crate) variadic: Option<Param>,
    /// None for a function without a value, and for one with an unknown result type.
    pub(crate) result: Option<Param>,
}

/// A parameter or a result; builtins may declare names for them.
#[derive(Debug, Clone)]
pub(crate) struct Param {
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) of: Option<Type>,
}

impl Function {
    pub(super) fn measure(&self) -> Measure {
        let params = self.params.iter().map(|param| measured(&param.of));
        let result = self.result.as_ref().and_then(|result| measured(&result.of));
        Measure::of(16).with_all(params).with(result)
    }

    /// The expected type of an argument; the argument after all parameters is the result.
    pub(crate) fn argument(&self, place: usize) -> Option<&Type> {
        let param = match self.params.get(place) {
            Some(param) => Some(param),
            None if place == self.params.len() && self.result.is_some() => self.result.as_ref(),
            None => self.variadic.as_ref(),
        };
        param?.of.as_ref()
    }

    /// The maximum number of arguments of a call: the parameters, and a variable for the result.
    pub(crate) const fn capacity(&self) -> usize {
        self.params.len() + self.result.is_some() as usize
    }
}

impl Param {
    pub(crate) const fn unnamed(of: Option<Type>) -> Self {
        Self { name: None, of }
    }
}
