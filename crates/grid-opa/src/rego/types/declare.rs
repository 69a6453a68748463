//! Declarations of the builtins of OPA and of the host.

mod json;
mod parse;
mod rows;

pub(crate) use json::{declarations, of_function};

use crate::rego::syntax::ast::Name;
use crate::rego::types::declare::parse::read_row;
use crate::rego::types::declare::rows::ROWS;
use crate::rego::types::model::kind::{Function, Param, Type};
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

#[cfg(test)]
#[allow(clippy::expect_used, clippy::panic)] // Tests may panic.
mod tests {
    use super::*;
    use crate::rego::builtins;
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

    /// Builtins that the evaluator or the compiler has, not the table.
    const BUILT_IN: [&str; 4] = ["assign", "internal.print", "print", "walk"];

    /// Builtins whose result can change in OPA, because they may fetch something, and not here.
    const FETCH: [&str; 2] = ["json.match_schema", "json.verify_schema"];

    #[test]
    fn the_rows_say_which_builtins_this_build_has() {
        let features: Vec<&str> = crate::features().collect();
        for row in rows() {
            let feature = row.rest.split(' ').find_map(|word| word.strip_prefix('@'));
            let is_in = feature.is_none_or(|of| features.contains(&of));
            let found = builtins::find(row.name);
            let name = row.name;
            assert_eq!(found.is_some() || BUILT_IN.contains(&name), is_in, "{name}");
            let Some(found) = found else { continue };
            let declared = row.declaration().map(Declaration::arity);
            assert_eq!(declared, Some(usize::from(found.arity)), "{name}");
            let is_marked = row.rest.split(' ').any(|word| word == "nondeterministic");
            let can_change = is_marked && !FETCH.contains(&name);
            assert!(!(can_change && found.pure), "{name}");
        }
        for builtin in builtins::table() {
            assert!(opa_builtin(builtin.name).is_some(), "{}", builtin.name);
        }
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
