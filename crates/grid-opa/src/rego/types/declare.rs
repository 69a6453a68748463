//! Declarations of the builtins of OPA and of the host.

mod rows;

use crate::rego::syntax::ast::Name;
use crate::rego::types::declare::rows::ROWS;
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::{Dynamic, Function, Param, Type};
use crate::sorting::gathered;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

/// The declaration of a builtin.
#[derive(Debug, Clone)]
pub(crate) struct Declaration {
    pub(crate) name: Cow<'static, str>,
    pub(crate) function: Arc<Function>,
    /// Whether a call may have several results.
    pub(crate) relation: bool,
    pub(crate) deprecated: bool,
}

impl Declaration {
    /// A function of the host, which takes and returns any values.
    pub(crate) fn host(name: &str, arity: usize) -> Self {
        let function = Function {
            params: vec![Param::unnamed(Some(Type::Any)); arity],
            variadic: None,
            result: Some(Param::unnamed(Some(Type::Any))),
        };
        Self::of(Cow::Owned(name.to_owned()), function)
    }

    fn of(name: Cow<'static, str>, function: Function) -> Self {
        Self {
            name,
            function: Arc::new(function),
            relation: false,
            deprecated: false,
        }
    }

    /// The number of operands, as OPA counts them: zero for a variadic builtin.
    pub(crate) fn arity(&self) -> usize {
        self.function.params.len()
    }

    /// Whether a call has no value, as for `print`.
    pub(crate) fn is_void(&self) -> bool {
        self.function.result.is_none()
    }
}

/// The builtins of OPA and of the host.
#[derive(Debug, Clone, Default)]
pub(crate) struct Builtins {
    host: BTreeMap<Name, Declaration>,
}

impl Builtins {
    /// OPA's builtins and some builtins of the host. A host builtin replaces an OPA builtin of the same name.
    pub(crate) fn with_host(host: impl IntoIterator<Item = Declaration>) -> Self {
        let host = host
            .into_iter()
            .map(|builtin| (builtin.name.as_ref().into(), builtin));
        Self {
            host: gathered(host),
        }
    }

    /// The builtin of a name, whose parts are joined by dots.
    pub(crate) fn find(&self, name: &str) -> Option<&Declaration> {
        match self.host.get(name) {
            Some(builtin) => Some(builtin),
            None => opa_builtin(name),
        }
    }

    /// Whether the names of some builtins begin with a name and a dot.
    pub(crate) fn has_family(&self, name: &str) -> bool {
        let prefix = format!("{name}.");
        let rows = rows();
        let row = rows.get(rows.partition_point(|row| row.name < prefix.as_str()));
        let bounds = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let host = self.host.range::<str, _>(bounds).next();
        row.is_some_and(|row| row.name.starts_with(&prefix))
            || host.is_some_and(|(name, _)| name.starts_with(&prefix))
    }
}

pub(crate) fn opa_builtin(name: &str) -> Option<&'static Declaration> {
    let rows = rows();
    let place = rows.binary_search_by(|row| row.name.cmp(name)).ok()?;
    rows.get(place)?.declaration()
}

struct Row {
    name: &'static str,
    rest: &'static str,
    /// Parsed on first use. Every row is valid, as a test checks.
    declaration: OnceLock<Option<Declaration>>,
}

impl Row {
    fn declaration(&'static self) -> Option<&'static Declaration> {
        self.declaration
            .get_or_init(|| read_row(self.name, self.rest))
            .as_ref()
    }
}

fn rows() -> &'static [Row] {
    static READ: OnceLock<Vec<Row>> = OnceLock::new();
    READ.get_or_init(|| {
        let rows = ROWS
            .lines()
            .map(|row| row.split_once(' ').unwrap_or((row, "")));
        rows.map(|(name, rest)| Row {
            name,
            rest,
            declaration: OnceLock::new(),
        })
        .collect()
    })
}

fn read_row(name: &'static str, row: &'static str) -> Option<Declaration> {
    let (mut params, mut variadic, mut result) = (Vec::new(), None, None);
    let mut words = row.split_ascii_whitespace();
    let mut flags = Vec::new();
    while let Some(word) = words.next() {
        match word {
            ">" => result = Some(read_param(words.next()?)?),
            "infix" => drop(words.next()?),
            "relation" | "deprecated" | "nondeterministic" => flags.push(word),
            word => match word.strip_suffix("...") {
                Some(word) => variadic = Some(read_param(word)?),
                None => params.push(read_param(word)?),
            },
        }
    }
    let function = Function {
        params,
        variadic,
        result,
    };
    Some(Declaration {
        relation: flags.contains(&"relation"),
        deprecated: flags.contains(&"deprecated"),
        ..Declaration::of(Cow::Borrowed(name), function)
    })
}

/// Reads a type with an optional name before it.
fn read_param(text: &'static str) -> Option<Param> {
    let is_name = |name: &str| {
        name.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'~')
    };
    let (name, of) = match text.split_once(':') {
        Some((name, of)) if is_name(name) => (Some(name), of),
        _ => (None, text),
    };
    let (of, rest) = read_type(of)?;
    let name = name.map(|name| match name.contains('~') {
        true => Cow::Owned(name.replace('~', " ")),
        false => Cow::Borrowed(name),
    });
    rest.is_empty().then_some(Param { name, of: Some(of) })
}

/// Reads a type from the beginning of a text. Returns the rest of the text.
fn read_type(text: &'static str) -> Option<(Type, &'static str)> {
    let rest = text.get(1..)?;
    let of = match text.as_bytes().first()? {
        b'n' => Type::Null,
        b'b' => Type::Boolean,
        b'#' => Type::Number,
        b's' => Type::String,
        b'*' => Type::Any,
        b'[' => {
            let (of, rest) = read_type(rest)?;
            return Some((Type::array_of(of), rest.strip_prefix(']')?));
        }
        b'(' => {
            let (items, rest) = read_types(rest, ")")?;
            return Some((
                Type::array(items.into_iter().map(Some).collect(), None),
                rest,
            ));
        }
        b'<' => {
            let (of, rest) = read_types(rest, ">")?;
            return Some((Type::alternatives(of), rest));
        }
        b'{' => return read_braces(rest),
        _ => return None,
    };
    Some((of, rest))
}

fn read_types(text: &'static str, end: &str) -> Option<(Vec<Type>, &'static str)> {
    let (first, mut rest) = read_type(text)?;
    let mut all = vec![first];
    while let Some(behind) = rest.strip_prefix('|') {
        let (next, behind) = read_type(behind)?;
        all.push(next);
        rest = behind;
    }
    Some((all, rest.strip_prefix(end)?))
}

/// Reads a set or an object: properties with `=`, then the other keys with `:`.
fn read_braces(mut text: &'static str) -> Option<(Type, &'static str)> {
    let mut properties = Vec::new();
    loop {
        let word = text.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        if let Some(behind) = text.get(word.len()..)?.strip_prefix('=') {
            let (of, rest) = read_type(behind)?;
            properties.push((Constant::String(word.into()), Some(of)));
            match rest.strip_prefix('|') {
                Some(behind) => text = behind,
                None => return Some((Type::object(properties, None), rest.strip_prefix('}')?)),
            }
            continue;
        }
        let (key, rest) = read_type(text)?;
        let Some(rest) = rest.strip_prefix(':') else {
            return Some((Type::set(Some(key)), rest.strip_prefix('}')?));
        };
        let (value, rest) = read_type(rest)?;
        let of = Type::object(
            properties,
            Some(Dynamic {
                key: Some(key),
                value: Some(value),
            }),
        );
        return Some((of, rest.strip_prefix('}')?));
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::panic)] // Tests may panic.
mod tests {
    use super::*;
    use crate::rego::types::messages::show::{short_params_text, text};

    #[test]
    fn all_rows_are_read() {
        assert_eq!(rows().iter().filter_map(Row::declaration).count(), 206);
        assert_eq!(rows().len(), 206);
        assert!(rows().is_sorted_by(|a, b| a.name < b.name));
    }

    fn shown(name: &str) -> String {
        let builtins = Builtins::default();
        let Some(builtin) = builtins.find(name) else {
            panic!("{name}")
        };
        let function = &builtin.function;
        let params = short_params_text(&function.params, function.variadic.as_ref(), 999);
        format!(
            "{} {}",
            params.unwrap_or_default(),
            text(Some(&Type::Function(function.clone())))
        )
    }

    #[test]
    fn rows_are_types() {
        assert_eq!(
            shown("plus"),
            "(x: number, y: number) (number, number) => number"
        );
        assert_eq!(shown("print"), "(any...) (any...) => ???");
        let patch = "(any, array[object<op: string, path: any>[any: any]]) => any";
        assert!(shown("json.patch").ends_with(patch));
        assert!(shown("walk").ends_with("=> array<array[any], any>"));
        assert!(shown("intersection").starts_with("(xs: set[set[any]])"));
        assert!(
            shown("net.cidr_merge").starts_with("(addrs: any<array[any<string>], set[string]>)")
        );
    }

    #[test]
    fn names_and_flags_are_read() {
        let builtins = Builtins::default();
        let is = |name: &str, of: fn(&Declaration) -> bool| builtins.find(name).is_some_and(of);
        assert!(is("walk", |walk| walk.relation) && !is("sum", |sum| sum.relation));
        assert!(is("re_match", |of| of.deprecated));
        assert!(is("print", Declaration::is_void) && !is("opa.runtime", Declaration::is_void));
        assert!(is("time.format", |of| {
            of.function
                .result
                .as_ref()
                .is_some_and(|of| of.name.as_deref() == Some("formatted timestamp"))
        }));
        assert!(builtins.find("io").is_none() && builtins.find("nope").is_none());
        assert!(builtins.has_family("io") && builtins.has_family("io.jwt"));
        assert!(!builtins.has_family("io.jwt.decode") && !builtins.has_family("su"));
    }

    #[test]
    fn the_host_can_add_builtins() {
        let builtins = Builtins::with_host([Declaration::host("acme.sum", 2)]);
        assert_eq!(builtins.find("acme.sum").map(Declaration::arity), Some(2));
        assert!(builtins.has_family("acme") && !builtins.has_family("acm"));
        assert!(builtins.find("sum").is_some());
    }
}
