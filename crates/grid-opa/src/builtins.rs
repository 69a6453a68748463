//! Which builtins this build has. A call of one that it lacks is an error when the policy is loaded: found later, by the
//! evaluation that first reaches it, it would come at the worst time.

use crate::custom;
use crate::extensions;
use crate::options::{EngineOptions, UnsupportedBuiltins};
use crate::outline::{Call, Outline};

/// The builtins of regorus under the features that this crate always builds it with, sorted.
#[rustfmt::skip]
const ALWAYS: [&str; 88] = [
    "abs", "array.concat", "array.reverse", "array.slice", "base64.decode", "base64.encode", "base64.is_valid",
    "base64url.decode", "base64url.encode", "base64url.encode_no_pad", "bits.and", "bits.lsh", "bits.negate", "bits.or",
    "bits.rsh", "bits.xor", "ceil", "concat", "contains", "count", "endswith", "floor", "format_int", "graph.reachable",
    "graph.reachable_paths", "hex.decode", "hex.encode", "indexof", "indexof_n", "intersection", "is_array", "is_boolean",
    "is_null", "is_number", "is_object", "is_set", "is_string", "json.filter", "json.is_valid", "json.marshal",
    "json.marshal_with_options", "json.remove", "json.unmarshal", "lower", "max", "min", "net.cidr_contains", "net.cidr_expand",
    "net.cidr_is_valid", "numbers.range", "numbers.range_step", "object.filter", "object.get", "object.keys", "object.remove",
    "object.subset", "object.union", "object.union_n", "print", "product", "rand.intn", "replace", "round", "sort", "split",
    "sprintf", "startswith", "strings.any_prefix_match", "strings.any_suffix_match", "strings.count", "strings.replace_n",
    "strings.reverse", "substring", "sum", "to_number", "trace", "trim", "trim_left", "trim_prefix", "trim_right", "trim_space",
    "trim_suffix", "type_name", "union", "units.parse", "units.parse_bytes", "upper", "walk",
];

/// The builtins of the feature `time`, sorted.
#[rustfmt::skip]
const TIME: [&str; 10] = [
    "time.add_date", "time.clock", "time.date", "time.diff", "time.format", "time.now_ns", "time.parse_duration_ns",
    "time.parse_ns", "time.parse_rfc3339_ns", "time.weekday",
];

/// Builtins of OPA without a namespace that the core lacks, sorted.
#[rustfmt::skip]
const LACKING: [&str; 10] = [
    "all", "any", "cast_array", "cast_boolean", "cast_null", "cast_object", "cast_set", "cast_string", "re_match", "set_diff",
];

/// The namespaces of OPA's builtins, sorted. A name in one that is not known is a builtin that this build lacks, or a typo.
#[rustfmt::skip]
const NAMESPACES: [&str; 29] = [
    "array", "base64", "base64url", "bits", "crypto", "glob", "graph", "graphql", "hex", "http", "internal", "io", "json", "net",
    "numbers", "object", "opa", "providers", "rand", "regex", "rego", "semver", "strings", "time", "units", "uri", "urlquery",
    "uuid", "yaml",
];

/// The calls of `outline` for which it does not compile: those that are [`missing`], unless the options say that they are undefined.
pub(crate) fn lacking<'o>(
    outline: &'o Outline<'_>,
    options: &'o EngineOptions,
) -> impl Iterator<Item = &'o Call> {
    let refused = options.unsupported == UnsupportedBuiltins::Error;
    missing(outline, options).filter(move |_| refused)
}

/// The calls of `outline` that neither this build nor a rule of the same source can answer. A rule of the same package in another
/// source may: see [`Call::root`].
///
/// A name without a namespace that OPA does not know either may be a function of a source that is yet to come: that one shows
/// when it is evaluated, as `GRID_EVALUATION`.
pub(crate) fn missing<'o>(
    outline: &'o Outline<'_>,
    options: &'o EngineOptions,
) -> impl Iterator<Item = &'o Call> {
    outline.calls.iter().filter(|call| {
        lacks(&call.name, call.root())
            && !outline.has_own(call.root())
            && custom::find(&options.builtins, &call.name).is_none()
    })
}

/// Whether this build has a builtin of this name.
pub(crate) fn has(name: &str) -> bool {
    extensions::has(name)
        || ALWAYS.binary_search(&name).is_ok()
        || (cfg!(feature = "time") && TIME.binary_search(&name).is_ok())
}

fn lacks(name: &str, root: &str) -> bool {
    let dotted = name.len() > root.len();
    // Of a policy it is no name of a function.
    if name == extensions::WALK {
        return true;
    }
    !has(name)
        && (LACKING.binary_search(&name).is_ok()
            || (dotted && NAMESPACES.binary_search(&root).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Whether regorus finds a builtin of this name; without arguments it goes no further than counting them.
    fn regorus_has(name: &str) -> bool {
        let answer = regorus::Engine::new().eval_query(format!("{name}()"), false);
        answer.map_or_else(
            |error| !error.to_string().contains("could not find function"),
            |_| true,
        )
    }

    #[test]
    fn the_lists_are_sorted_and_true() {
        assert!(
            ALWAYS.is_sorted() && TIME.is_sorted() && LACKING.is_sorted() && NAMESPACES.is_sorted()
        );
        for name in ALWAYS {
            assert!(regorus_has(name), "{name}");
        }
        for name in TIME {
            assert_eq!(regorus_has(name), cfg!(feature = "time"), "{name}");
        }
        for name in LACKING {
            assert!(!regorus_has(name), "{name}");
        }
        for name in [
            "http.send",
            "crypto.x509.parse_certificates",
            "graphql.parse",
            "opa.runtime",
            "uuid.rfc4122",
            "yaml.marshal",
        ] {
            assert!(
                lacks(name, name.split('.').next().unwrap_or_default()) && !regorus_has(name),
                "{name}"
            );
        }
    }

    #[test]
    fn own_functions_and_imports_are_no_builtins() {
        let lacking = |source: &str| {
            let outline = Outline::of_policy(source);
            let options = EngineOptions::default();
            lacking(&outline, &options)
                .next()
                .map(|call| call.name.clone())
        };
        for (source, expected) in [
            ("package p\na := re_match(\"a\", \"a\")", None),
            ("package p\na := re_match(1, 2)\nre_match(x, y) := x", None),
            (
                "package p\na := strings.starts([1])",
                Some("strings.starts"),
            ),
            (
                "package p\nimport data.strings\na := strings.starts([1])",
                None,
            ),
            ("package p\na := own(data.b.c([1]))", None),
        ] {
            assert_eq!(lacking(source).as_deref(), expected, "{source}");
        }
    }
}
