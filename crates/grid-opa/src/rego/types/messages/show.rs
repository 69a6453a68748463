//! Formats types as OPA does in messages.

use crate::rego::types::model::kind::{Dynamic, Function, Param, Type};
use crate::rego::types::model::order::sorted;

/// The text of an unknown type.
pub(crate) const UNKNOWN: &str = "???";

/// The maximum length of a type's text in bytes, because the type of a large data document does not fit a message.
const MAX_TEXT: usize = 1 << 16;

/// The text of a type (OPA's `types.Sprint`).
pub(crate) fn text(of: Option<&Type>) -> String {
    short_text(of, MAX_TEXT).unwrap_or_else(|mut cut| {
        cut.push_str("...");
        cut
    })
}

/// The text of a type up to a limit in bytes. If it is longer, the cut text is the error.
pub(crate) fn short_text(of: Option<&Type>, limit: usize) -> Result<String, String> {
    limited(limit, |text| text.put(of))
}

/// The text of the parameters and the variadic parameter of a function, with their names.
pub(crate) fn short_params_text(
    params: &[Param],
    variadic: Option<&Param>,
    limit: usize,
) -> Result<String, String> {
    limited(limit, |text| text.put_params(params, variadic))
}

/// The text of a list of types in parentheses.
pub(crate) fn short_list_text(of: &[Option<Type>], limit: usize) -> Result<String, String> {
    limited(limit, |text| {
        text.put_text("(");
        text.put_list(of.iter(), |text, of| text.put(of.as_ref()));
        text.put_text(")");
    })
}

fn limited(limit: usize, write: impl FnOnce(&mut Text)) -> Result<String, String> {
    let mut text = Text {
        out: String::new(),
        limit,
    };
    write(&mut text);
    if text.is_full() {
        let cut = (0..=limit)
            .rev()
            .find(|place| text.out.is_char_boundary(*place));
        text.out.truncate(cut.unwrap_or_default());
        return Err(text.out);
    }
    Ok(text.out)
}

struct Text {
    out: String,
    limit: usize,
}

impl Text {
    const fn is_full(&self) -> bool {
        self.out.len() > self.limit
    }

    fn put_text(&mut self, text: &str) {
        if !self.is_full() {
            self.out.push_str(text);
        }
    }

    /// Writes items between commas, until the limit is reached.
    fn put_list<T>(&mut self, items: impl Iterator<Item = T>, write: impl Fn(&mut Self, T)) {
        for (number, item) in items.enumerate() {
            if self.is_full() {
                return;
            }
            self.put_text(if number > 0 { ", " } else { "" });
            write(self, item);
        }
    }

    fn put(&mut self, of: Option<&Type>) {
        let Some(of) = of else {
            self.put_text(UNKNOWN);
            return;
        };
        match of {
            Type::Null => self.put_text("null"),
            Type::Boolean => self.put_text("boolean"),
            Type::Number => self.put_text("number"),
            Type::String => self.put_text("string"),
            Type::Any => self.put_text("any"),
            Type::Array(array) => {
                self.put_text("array");
                if !array.items.is_empty() {
                    self.put_text("<");
                    self.put_list(array.items.iter(), |text, of| text.put(of.as_ref()));
                    self.put_text(">");
                }
                if let Some(rest) = &array.rest {
                    self.put_text("[");
                    self.put(Some(rest));
                    self.put_text("]");
                }
            }
            Type::Object(object) => {
                self.put_text("object");
                if !object.properties.is_empty() {
                    self.put_text("<");
                    self.put_list(object.properties.iter(), |text, (key, value)| {
                        text.put_text(&key.plain_text());
                        text.put_text(": ");
                        text.put(value.as_ref());
                    });
                    self.put_text(">");
                }
                if let Some(rest) = &object.rest {
                    self.put_dynamic(rest);
                }
            }
            Type::Set(set) => {
                self.put_text("set");
                if let Some(of) = &set.of {
                    self.put_text("[");
                    self.put(Some(of));
                    self.put_text("]");
                }
            }
            Type::OneOf(one_of) => {
                self.put_text("any<");
                self.put_list(sorted(&one_of.of).into_iter(), |text, of| {
                    text.put(Some(of))
                });
                self.put_text(">");
            }
            Type::Function(function) => self.put_function(function),
        }
    }

    fn put_dynamic(&mut self, rest: &Dynamic) {
        self.put_text("[");
        self.put(rest.key.as_ref());
        self.put_text(": ");
        self.put(rest.value.as_ref());
        self.put_text("]");
    }

    /// The names of parameters are not shown here.
    fn put_function(&mut self, function: &Function) {
        let unnamed = |param: &Param| Param::unnamed(param.of.clone());
        let params: Vec<_> = function.params.iter().map(unnamed).collect();
        self.put_params(&params, function.variadic.as_ref().map(unnamed).as_ref());
        self.put_text(" => ");
        self.put(
            function
                .result
                .as_ref()
                .and_then(|result| result.of.as_ref()),
        );
    }

    fn put_params(&mut self, params: &[Param], variadic: Option<&Param>) {
        self.put_text("(");
        self.put_list(params.iter().chain(variadic), |text, param| {
            if let Some(name) = &param.name {
                text.put_text(name);
                text.put_text(": ");
            }
            text.put(param.of.as_ref());
        });
        self.put_text(if variadic.is_some() { "...)" } else { ")" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::types::model::constant::Constant;

    #[test]
    fn types_have_the_texts_of_opa() {
        let key = |text: &str| Constant::String(text.into());
        let properties = vec![(key("a"), Some(Type::Null)), (key("b c"), None)];
        let rest = Dynamic {
            key: Some(Type::String),
            value: Some(Type::set(None)),
        };
        let object = Type::object(properties, Some(rest));
        let array = Type::array(vec![Some(Type::Boolean), Some(object)], Some(Type::Any));
        let expected = "array<boolean, object<a: null, b c: ???>[string: set]>[any]";
        assert_eq!(text(Some(&array)), expected);
        assert_eq!(text(Some(&Type::array(Vec::new(), None))), "array");
        assert_eq!(
            short_text(Some(&array), expected.len()).as_deref(),
            Ok(expected)
        );
        assert_eq!(short_text(Some(&array), 7).map_err(|cut| cut.len()), Err(7));
    }

    #[test]
    fn functions_have_the_texts_of_opa() {
        let param = |name, of| Param { name, of: Some(of) };
        let params = vec![
            param(Some("x".into()), Type::Number),
            param(None, Type::Any),
        ];
        let short = short_params_text(&params, Some(&param(None, Type::Null)), 99);
        assert_eq!(short.as_deref(), Ok("(x: number, any, null...)"));
        let function = Type::function(params, None);
        assert_eq!(text(Some(&function)), "(number, any) => ???");
    }

    #[test]
    fn a_text_has_a_bound() {
        let mut of = Type::String;
        for _ in 0..18 {
            of = Type::array(vec![Some(of.clone()), Some(of)], None);
        }
        assert_eq!(text(Some(&of)).len(), MAX_TEXT + 3);
    }
}
