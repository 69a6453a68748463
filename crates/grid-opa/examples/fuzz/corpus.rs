//! The texts to mutate: sources, queries and inputs of bindings/cases, policies of a file, and hostile policies.

use serde_json::Value;
use std::path::Path;

/// Longer texts are left out: they cost time and find nothing else.
const LONGEST: usize = 16 << 10;

/// Policies that are hard to parse or to evaluate; mutation makes them worse.
const HOSTILE: [&str; 12] = [
    "package p\nx := [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]\ny := {\"a\": {\"b\": {\"c\": {1, {2, {3}}}}}}",
    "package p\na[x] if some x in numbers.range(1, 1000)\nb := count(a) + sum(a)\nc := [y | some x in a; y := x * b]",
    "package p\nf(0) := 0\nf(n) := n + 1 if n > 0\ng(n) := f(n) + f(n - 1)\nh := g(g(g(3)))",
    "package p\nx := count([1 | some a in numbers.range(1, 300); some b in numbers.range(1, 300); a == b])",
    "package p\nx := concat(\"\", [\"aaaaaaaaaaaaaaaaaaaa\" | some _ in numbers.range(1, 5000)])\ny := replace(x, \"a\", x)",
    "package p\nx := 1 + 2 * 3 - 4 / 5 % 6 + 7 * 8 - 9 + 10 - 11 * 12 + 13 - 14 / 15 % 16 + 17\ny := x == 3 if not x > 4",
    "package p\nimport input.a as b\nimport data.q\nr contains v if { some k, v in b; not q.r[k] }\ndefault allow := false\nallow if count(r) > 0 with input.a as [1, 2] with data.q.r as {0}",
    "package p\nx.y.z := 1\nx.y[a] := b if some a, b in {\"k\": 1, \"l\": 2}\nx[\"w\"].v contains 3\nz := x.y[_]",
    "package p\na := {k: v | some k, v in input}\nb := {{x} | some x in [1, 2, {3}]}\nc if every x in input.l { x > 0; x < 10 }\nd := e if { e := input } else := 2 if { not input } else := 3",
    "package p\n\"x\" := `raw \\ string`\ny := \"\\u00e9\\n\\t\\\"\"\nz := sprintf(\"%v %d %s %x %08.3f %q %T\", [1, 2, \"3\", 4, 5.5, \"6\", 7])",
    "package p\nn := 9223372036854775807 + 1\nm := -9223372036854775808 - 1\no := 1e308 * 10\nq := 5 / 0\nr := 1 % 0\ns := 0.1 + 0.2\nt := 123456789012345678901234567890 * 98765432109876543210",
    "package p\nallow { input.x == 1 }\ndeny[msg] { msg := \"no\"; not allow }\nf(x) = y { y := x + 1 }\nr = {x | x := input.l[_]}",
];

#[derive(Debug, Default)]
pub(crate) struct Corpus {
    pub(crate) policies: Vec<String>,
    pub(crate) queries: Vec<String>,
    /// Inputs as JSON texts.
    pub(crate) inputs: Vec<String>,
}

impl Corpus {
    /// Reads bindings/cases and the file, a JSON array of policy texts.
    pub(crate) fn read(file: Option<&Path>) -> Result<Self, String> {
        let mut corpus = Self::default();
        corpus.policies.extend(HOSTILE.map(str::to_owned));
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/cases/engine");
        let at =
            |error: &dyn std::fmt::Display, path: &Path| format!("{}: {error}", path.display());
        let entries = std::fs::read_dir(&folder).map_err(|error| at(&error, &folder))?;
        let mut paths: Vec<_> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        paths.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        });
        for path in paths {
            let text = std::fs::read_to_string(&path).map_err(|error| at(&error, &path))?;
            let cases: Vec<Value> =
                yaml_serde::from_str(&text).map_err(|error| at(&error, &path))?;
            cases.iter().for_each(|case| corpus.add_case(case));
        }
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|error| at(&error, path))?;
            let policies: Vec<String> =
                serde_json::from_str(&text).map_err(|error| at(&error, path))?;
            corpus.policies.extend(policies);
        }
        // Sorted, because the order of files depends on the file system.
        for texts in [
            &mut corpus.policies,
            &mut corpus.queries,
            &mut corpus.inputs,
        ] {
            texts.retain(|text| text.len() <= LONGEST);
            texts.sort();
            texts.dedup();
        }
        if corpus.policies.is_empty() || corpus.queries.is_empty() || corpus.inputs.is_empty() {
            return Err(format!("there is no corpus in {}", folder.display()));
        }
        Ok(corpus)
    }

    fn add_case(&mut self, case: &Value) {
        let steps = case.get("steps").and_then(Value::as_array);
        for step in steps.into_iter().flatten() {
            let Some(step) = step.as_object() else {
                continue;
            };
            for (method, arguments) in step {
                let text = |index| {
                    arguments
                        .get(index)
                        .and_then(Value::as_str)
                        .map(str::to_owned)
                };
                match method.as_str() {
                    "load_policy" => self.policies.extend(text(1)),
                    "load_policies" => {
                        let sources = arguments.get(0).and_then(Value::as_object);
                        let sources = sources.into_iter().flat_map(|sources| sources.values());
                        self.policies
                            .extend(sources.filter_map(Value::as_str).map(str::to_owned));
                    }
                    "evaluate" | "query" | "test" | "check_query" => {
                        self.queries.extend(text(0));
                        self.inputs.extend(arguments.get(1).map(Value::to_string));
                    }
                    "evaluate_json" => {
                        self.queries.extend(text(0));
                        self.inputs.extend(text(1));
                    }
                    "set_data" | "merge_data" | "patch_data" => {
                        self.inputs.extend(arguments.get(0).map(Value::to_string));
                    }
                    _ => {}
                }
            }
        }
    }
}
