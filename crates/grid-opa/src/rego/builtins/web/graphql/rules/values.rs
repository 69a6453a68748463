//! Rules of values and of variables in them.

use super::super::Failure;
use super::super::syntax::Type;
use super::super::syntax::document::Variable;
use super::super::syntax::literal::{Kind, Literal};
use super::super::syntax::schema::{self, Definition};
use super::Check;
use super::suggest::{hint, suggested};
use std::collections::BTreeSet;

impl<'q> Check<'q, '_, '_> {
    // The variable of its operation that a value stands for.
    fn variable(&self, value: &Literal) -> Option<&'q Variable> {
        let (operation, variable) = value.notes.variable.get()?;
        self.query
            .operations
            .get(operation)?
            .variables
            .get(variable)
    }

    fn definition(&self, value: &Literal) -> Option<&'q Definition> {
        self.schema.get(value.notes.definition.get()?)
    }

    pub(super) fn defined_variable(&mut self, value: &Literal) -> Result<(), Failure> {
        let Some(operation) = self.operation() else {
            return Ok(());
        };
        if value.kind != Kind::Variable || self.variable(value).is_some() {
            return Ok(());
        }
        let text = match &*operation.name {
            "" => format!("Variable \"{value}\" is not defined."),
            name => format!("Variable \"{value}\" is not defined by operation \"{name}\"."),
        };
        self.error(value.place, &text)
    }

    pub(super) fn unique_input_fields(&mut self, value: &Literal) -> Result<(), Failure> {
        if value.kind != Kind::Object {
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        for field in &value.children {
            if !seen.insert(&field.name) {
                let text = format!(
                    "There can be only one input field named \"{}\".",
                    field.name
                );
                self.error(field.place, &text)?;
            }
        }
        Ok(())
    }

    pub(super) fn allowed_variable(&mut self, value: &Literal) -> Result<(), Failure> {
        let (Some(expected), Some(variable)) = (value.notes.expected(), self.variable(value))
        else {
            return Ok(());
        };
        if value.kind != Kind::Variable || self.operation.is_none() {
            return Ok(());
        }
        let default = variable.default.as_ref();
        let has_default = default.is_some_and(|default| default.kind != Kind::Null);
        let is_non_null = expected.is_non_null && !has_default && !value.notes.has_default.get();
        if variable.of.fits(&expected, is_non_null) {
            return Ok(());
        }
        let of = &variable.of;
        let text = format!(
            "Variable \"{value}\" of type \"{of}\" used in position expecting type \"{expected}\"."
        );
        self.error(value.place, &text)
    }

    pub(super) fn one_of_variables(&mut self, value: &Literal) -> Result<(), Failure> {
        let Some(definition) = self.definition(value) else {
            return Ok(());
        };
        if value.kind != Kind::Object || !is_one_of(definition) {
            return Ok(());
        }
        for child in value.children.iter().map(|child| &child.value) {
            let variable = self
                .variable(child)
                .filter(|_| child.kind == Kind::Variable);
            if let Some(variable) = variable.filter(|variable| !variable.of.is_non_null) {
                let (of, name) = (&variable.of, &definition.name);
                let text = format!(
                    "Variable \"{child}\" is of type \"{of}\" but must be non-nullable to be used for OneOf Input Object \"{name}\"."
                );
                self.error(variable.place.or(child.place), &text)?;
            }
        }
        Ok(())
    }

    pub(super) fn value_of_type(&mut self, value: &Literal) -> Result<(), Failure> {
        let (Some(definition), Some(expected)) = (self.definition(value), value.notes.expected())
        else {
            return Ok(());
        };
        self.context.charge(value.raw.len())?;
        if value.kind == Kind::Null && expected.is_non_null {
            let text = format!("Expected value of type \"{expected}\", found {value}.");
            self.error(value.place, &text)?;
        }
        let name = &*definition.name;
        let is_standard = matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID");
        if definition.kind == schema::Kind::Scalar && !is_standard {
            return Ok(());
        }
        let is_enum = definition.kind == schema::Kind::Enum;
        let unexpected = || unexpected(value, &expected, is_enum);
        if !self.has_value(value)? {
            self.error(value.place, &unexpected())?;
        }
        let fits = match value.kind {
            Kind::Variable | Kind::Null => true,
            Kind::List => expected.item.is_some(),
            Kind::Int => matches!(name, "Int" | "Float" | "ID"),
            Kind::Float => name == "Float",
            Kind::Boolean => name == "Boolean",
            Kind::String | Kind::Block if is_enum => {
                let hint = enum_hint(definition, &value.raw);
                let text =
                    format!("Enum \"{expected}\" cannot represent non-enum value: {value}.{hint}");
                return self.error(value.place, &text);
            }
            Kind::String | Kind::Block => matches!(name, "String" | "ID"),
            Kind::Enum if is_enum => {
                if definition
                    .values
                    .iter()
                    .any(|known| known.name == value.raw)
                {
                    return Ok(());
                }
                let hint = enum_hint(definition, &value.raw);
                let text =
                    format!("Value \"{value}\" does not exist in \"{expected}\" enum.{hint}");
                return self.error(value.place, &text);
            }
            Kind::Enum => false,
            Kind::Object => return self.object_of_type(value, definition),
        };
        if fits {
            Ok(())
        } else {
            self.error(value.place, &unexpected())
        }
    }

    fn object_of_type(&mut self, value: &Literal, of: &Definition) -> Result<(), Failure> {
        let own = &of.name;
        for field in of.fields.iter().filter(|field| field.is_required()) {
            self.tick()?;
            let (name, of) = (&field.name, &field.of);
            if !value.children.iter().any(|child| child.name == *name) {
                let text =
                    format!("Field \"{own}.{name}\" of required type \"{of}\" was not provided.");
                self.error(value.place, &text)?;
            }
        }
        for _ in of.directives.iter().filter(|one| one.name == "oneOf") {
            match &*value.children {
                [only] if only.value.kind == Kind::Null => {
                    let first = of.fields.first().map_or("", |field| &*field.name);
                    let text = format!("Field \"{own}.{first}\" must be non-null.");
                    self.error(only.value.place, &text)?;
                }
                [_] => {}
                _ => {
                    let text =
                        format!("OneOf Input Object \"{own}\" must specify exactly one key.");
                    self.error(value.place, &text)?;
                }
            }
        }
        for child in &value.children {
            self.tick()?;
            if of.field(&child.name).is_none() {
                let names = of.fields.iter().map(|field| &*field.name);
                let hint = hint("Did you mean", &suggested(&child.name, names));
                let name = &child.name;
                let text = format!("Field \"{name}\" is not defined by type \"{own}\".{hint}");
                self.error(child.place, &text)?;
            }
        }
        Ok(())
    }

    // Whether Go can compute the value: numbers have limits.
    fn has_value(&mut self, value: &Literal) -> Result<bool, Failure> {
        Ok(match value.kind {
            Kind::Int => value.raw.parse::<i64>().is_ok(),
            Kind::Float => value.raw.parse::<f64>().is_ok_and(f64::is_finite),
            Kind::Boolean => is_go_bool(&value.raw),
            Kind::Variable => match self.variable(value).and_then(|one| one.default.as_ref()) {
                Some(default) => self.deeper(|check| check.has_value(default))?,
                None => true,
            },
            Kind::List | Kind::Object => {
                for child in &value.children {
                    if !self.deeper(|check| check.has_value(&child.value))? {
                        return Ok(false);
                    }
                }
                true
            }
            _ => true,
        })
    }
}

// The texts that `strconv.ParseBool` takes. An object may have any.
fn is_go_bool(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False",
    ];
    WORDS.contains(&text)
}

fn is_one_of(definition: &Definition) -> bool {
    definition
        .directives
        .iter()
        .any(|directive| directive.name == "oneOf")
}

fn enum_hint(definition: &Definition, raw: &str) -> String {
    let names = definition.values.iter().map(|value| &*value.name);
    hint("Did you mean the enum value", &suggested(raw, names))
}

fn unexpected(value: &Literal, expected: &Type, is_enum: bool) -> String {
    match &*expected.to_string() {
        "Int" | "Int!" => {
            let digits = value.raw.strip_prefix('-').unwrap_or(&value.raw);
            let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if is_integer && value.raw.parse::<i32>().is_err() {
                format!("Int cannot represent non 32-bit signed integer value: {value}")
            } else {
                format!("Int cannot represent non-integer value: {value}")
            }
        }
        "String" | "String!" | "[String]" => {
            format!("String cannot represent a non string value: {value}")
        }
        "Boolean" | "Boolean!" => format!("Boolean cannot represent a non boolean value: {value}"),
        "Float" | "Float!" => format!("Float cannot represent non numeric value: {value}"),
        "ID" | "ID!" => {
            format!("ID cannot represent a non-string and non-integer value: {value}")
        }
        expected if is_enum => {
            format!("Enum \"{expected}\" cannot represent non-enum value: {value}.")
        }
        expected => format!("Expected value of type \"{expected}\", found {value}."),
    }
}
