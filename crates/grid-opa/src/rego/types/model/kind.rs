//! Types of values, as in OPA's `types` package. A type that OPA does not know is `None` in `Option<Type>`.
//!
//! Types share their parts, so a small type can be a large tree: `y := [x, x]` doubles the tree each time. Each composite type stores the
//! size of its tree. A type that is too large or too deep, or has too many alternatives, becomes `any`. With it, a check never reports more
//! faults than OPA's check.

use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::measure::Measure;
use crate::sorting::sort_by;
use std::sync::{Arc, OnceLock};

pub(crate) use crate::rego::types::model::function::{Function, Param};

/// The maximum number of alternatives of a type, because some comparisons take the product of the alternatives of two types.
const MAX_ALTERNATIVES: usize = 1 << 10;

/// A type. The declaration order is OPA's order of kinds; `Any` and `OneOf` are one kind in it.
#[derive(Debug, Clone)]
pub(crate) enum Type {
    Null,
    Boolean,
    Number,
    String,
    Array(Arc<Array>),
    Object(Arc<Object>),
    Set(Arc<Set>),
    /// Any value.
    Any,
    /// A value of one of several types.
    OneOf(Arc<OneOf>),
    Function(Arc<Function>),
}

#[derive(Debug)]
pub(crate) struct Array {
    /// The items with known positions.
    pub(crate) items: Vec<Option<Type>>,
    /// The type of the following items.
    pub(crate) rest: Option<Type>,
    measure: Measure,
    pub(crate) members: Members,
}

#[derive(Debug)]
pub(crate) struct Object {
    /// The properties with known keys, sorted by key.
    pub(crate) properties: Vec<(Constant, Option<Type>)>,
    /// The other properties.
    pub(crate) rest: Option<Dynamic>,
    measure: Measure,
    pub(crate) members: Members,
}

/// The keys and values of properties with unknown keys.
#[derive(Debug, Clone)]
pub(crate) struct Dynamic {
    pub(crate) key: Option<Type>,
    pub(crate) value: Option<Type>,
}

#[derive(Debug)]
pub(crate) struct Set {
    /// None for the empty set.
    pub(crate) of: Option<Type>,
    measure: Measure,
}

#[derive(Debug)]
pub(crate) struct OneOf {
    /// Sorted by hash, which is cheap. Texts list them in OPA's order.
    pub(crate) of: Vec<Type>,
    measure: Measure,
    pub(crate) members: Members,
}

/// The union of the key types and the union of the member types of a value, computed on demand.
#[derive(Debug, Default)]
pub(crate) struct Members {
    pub(crate) keys: OnceLock<Option<Type>>,
    pub(crate) values: OnceLock<Option<Type>>,
}

impl Type {
    pub(crate) fn array(items: Vec<Option<Self>>, rest: Option<Self>) -> Self {
        let kind = Measure::of(if rest.is_some() { 11 } else { 10 });
        let rest_part = rest.iter().map(|rest| Some(rest.measure()));
        let measure = kind.with_all(items.iter().map(measured).chain(rest_part));
        if measure.is_too_large() {
            return Self::Any;
        }
        Self::Array(Arc::new(Array {
            items,
            rest,
            measure,
            members: Members::default(),
        }))
    }

    /// An array with a known item type only.
    pub(crate) fn array_of(rest: Self) -> Self {
        Self::array(Vec::new(), Some(rest))
    }

    /// An object. Its keys must be distinct.
    pub(crate) fn object(
        mut properties: Vec<(Constant, Option<Self>)>,
        rest: Option<Dynamic>,
    ) -> Self {
        sort_by(&mut properties, |(a, _), (b, _)| a.cmp(b));
        let dynamic = rest
            .iter()
            .flat_map(|rest| [rest.key.as_ref(), rest.value.as_ref()])
            .map(|part| part.map(Self::measure));
        let kind = Measure::of(if rest.is_some() { 13 } else { 12 });
        let known = properties.iter();
        let known = known.fold(kind, |all, (key, value)| {
            all.with_key(key).with(measured(value))
        });
        let measure = known.with_all(dynamic);
        if measure.is_too_large() {
            return Self::Any;
        }
        Self::Object(Arc::new(Object {
            properties,
            rest,
            measure,
            members: Members::default(),
        }))
    }

    /// An object with known key and value types only.
    pub(crate) fn object_of(key: Option<Self>, value: Option<Self>) -> Self {
        Self::object(Vec::new(), Some(Dynamic { key, value }))
    }

    pub(crate) fn set(of: Option<Self>) -> Self {
        let measure = Measure::of(14).with(measured(&of));
        if measure.is_too_large() {
            return Self::Any;
        }
        Self::Set(Arc::new(Set { of, measure }))
    }

    /// One of several types; a single one is allowed.
    pub(crate) fn alternatives(mut of: Vec<Self>) -> Self {
        if !of.is_sorted_by(|a, b| a.hash() < b.hash()) {
            sort_by(&mut of, |one, other| one.hash().cmp(&other.hash()));
            of.dedup_by_key(|of| of.hash());
        }
        let mut measure = Measure::of(15).with_all(of.iter().map(|of| Some(of.measure())));
        measure.unknown = false;
        if of.is_empty() || of.len() > MAX_ALTERNATIVES || measure.is_too_large() {
            return Self::Any;
        }
        Self::OneOf(Arc::new(OneOf {
            of,
            measure,
            members: Members::default(),
        }))
    }

    pub(crate) fn function(params: Vec<Param>, result: Option<Self>) -> Self {
        let result = result.map(|of| Param {
            name: None,
            of: Some(of),
        });
        Self::Function(Arc::new(Function {
            params,
            variadic: None,
            result,
        }))
    }

    pub(crate) fn measure(&self) -> Measure {
        match self {
            Self::Null => Measure::of(1),
            Self::Boolean => Measure::of(2),
            Self::Number => Measure::of(3),
            Self::String => Measure::of(4),
            Self::Any => Measure::of(5),
            Self::Array(array) => array.measure,
            Self::Object(object) => object.measure,
            Self::Set(set) => set.measure,
            Self::OneOf(one_of) => one_of.measure,
            Self::Function(function) => function.measure(),
        }
    }

    /// The number of nodes of its tree.
    pub(crate) fn size(&self) -> u32 {
        self.measure().size
    }

    /// Equal for equal types, and almost always different for different types.
    pub(crate) fn hash(&self) -> u64 {
        self.measure().hash
    }

    /// Whether both are the same type.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.hash() == other.hash()
    }

    /// The number of parts, counting the alternatives of parts.
    pub(crate) fn breadth(&self) -> usize {
        let alternatives = |part: Option<&Self>| match part {
            Some(Self::OneOf(one_of)) => one_of.of.len(),
            _ => 1,
        };
        match self {
            Self::Array(array) => {
                let items = array
                    .items
                    .iter()
                    .map(Option::as_ref)
                    .chain([array.rest.as_ref()]);
                items.map(alternatives).sum()
            }
            Self::Object(object) => {
                let known = object.properties.iter().map(|(_, value)| value.as_ref());
                known.chain([object.rest_value()]).map(alternatives).sum()
            }
            Self::Set(set) => alternatives(set.of.as_ref()),
            of => alternatives(Some(of)),
        }
    }

    /// Whether a part is unknown (OPA's `types.Nil`). An empty set counts as unknown.
    pub(crate) fn is_unknown(&self) -> bool {
        self.measure().unknown
    }

    /// Whether it is an object, an array or a set without members.
    pub(crate) fn is_empty_collection(&self) -> bool {
        match self {
            Self::Object(object) => object.properties.is_empty() && object.rest.is_none(),
            Self::Array(array) => array.items.is_empty() && array.rest.is_none(),
            Self::Set(set) => set.of.is_none(),
            _ => false,
        }
    }
}

/// Whether a type or a part of it is unknown.
pub(crate) fn is_unknown(of: Option<&Type>) -> bool {
    of.is_none_or(Type::is_unknown)
}

impl Array {
    /// The type of the item at a position.
    pub(crate) fn item(&self, place: usize) -> Option<&Type> {
        match self.items.get(place) {
            Some(item) => item.as_ref(),
            None => self.rest.as_ref(),
        }
    }
}

impl Object {
    /// The type of the values of properties with unknown keys.
    pub(crate) fn rest_value(&self) -> Option<&Type> {
        self.rest.as_ref()?.value.as_ref()
    }
}

pub(super) fn measured(of: &Option<Type>) -> Option<Measure> {
    of.as_ref().map(Type::measure)
}

#[cfg(test)]
mod tests;
