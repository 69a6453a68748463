//! Packages that the core reads wrong as a whole.
//!
//! Asked for `data.p`, regorus evaluates one source after the other, and after the first one of the package `p` it takes all that
//! lies below `data.p` for evaluated: what a later source uses of a package at `p` or below is then undefined, and `allow if not
//! denied` holds. Each rule by its own path is right. So what reads such a package, a query or a rule that it may come to, first
//! asks for its rules one by one. Where that is not enough, because one of these reads such a package too, or because a `with`
//! begins everything anew, the sources are refused.

use crate::set::Module;
use std::collections::{BTreeMap, BTreeSet};

/// What must not be read without its rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wholes {
    /// Paths below `data` of packages after whose first source the core takes others for evaluated.
    packages: BTreeSet<Vec<String>>,
    /// Paths of the rules of all sources.
    rules: BTreeSet<Vec<String>>,
    /// Paths of the packages of all sources.
    sources: BTreeSet<Vec<String>>,
    /// What rules read of these packages as a whole.
    read: BTreeSet<Vec<String>>,
}

/// A rule that reads such a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reader {
    /// The source, the path of the rule, and the one that it reads.
    pub(crate) source: String,
    pub(crate) rule: String,
    pub(crate) path: String,
}

impl Wholes {
    /// Finds the packages with another source at their path or below whose rules some rule uses.
    pub(crate) fn of(modules: &BTreeMap<String, Module>) -> Self {
        // Sources by their packages; of each whether a rule of it is used.
        let uses = Uses::of(modules);
        let mut sources: BTreeMap<&[String], Vec<bool>> = BTreeMap::new();
        for module in modules.values() {
            let used = rules_of(module).any(|rule| uses.rules.contains(&rule));
            sources.entry(&module.package).or_default().push(used);
        }
        let early = |package: &[String], own: &[bool]| {
            let below = sources
                .range(package..)
                .take_while(|(path, _)| path.starts_with(package));
            let (mut all, mut used) = (0, 0);
            for one in below.flat_map(|(_, below)| below) {
                all += 1;
                used += usize::from(*one);
            }
            // Of a source that is used and the only one at this path, the other ones must be.
            let itself = usize::from(own == [true]);
            all > 1 && (used > itself || uses.is_read_within(package))
        };
        let packages: BTreeSet<_> = sources
            .iter()
            .filter(|(package, own)| early(package, own))
            .map(|(package, _)| package.to_vec())
            .collect();
        let mut wholes = Self {
            packages,
            ..Self::default()
        };
        if !wholes.packages.is_empty() {
            wholes.rules = modules.values().flat_map(rules_of).collect();
            wholes.sources = sources.into_keys().map(<[String]>::to_vec).collect();
            let paths = modules.values().flat_map(|module| module.links.values());
            let paths = paths.flat_map(|link| &link.uses);
            wholes.read = paths.filter(|path| wholes.has(path)).cloned().collect();
        }
        wholes
    }

    /// Whether what lies at a path below `data` is such a package, or holds one.
    pub(crate) fn has(&self, path: &[String]) -> bool {
        self.packages
            .iter()
            .any(|package| package.starts_with(path))
    }

    /// A rule whose reading no asking before makes right.
    pub(crate) fn refused(&self, modules: &BTreeMap<String, Module>) -> Option<Reader> {
        if self.read.is_empty() {
            return None;
        }
        let before = self.reached(modules);
        let replaces = modules.values().any(|module| module.replaces);
        modules.iter().find_map(|(source, module)| {
            module.links.iter().find_map(|(root, link)| {
                let path = link.uses.iter().find(|path| self.read.contains(*path))?;
                let rule = path_of(module, root);
                (replaces || before.contains(&rule)).then(|| Reader {
                    source: source.clone(),
                    rule: text_of(&rule),
                    path: text_of(path),
                })
            })
        })
    }

    // All rules that are asked for before, with those that they use in turn.
    fn reached(&self, modules: &BTreeMap<String, Module>) -> BTreeSet<Vec<String>> {
        let mut uses: BTreeMap<Vec<String>, Vec<&Vec<String>>> = BTreeMap::new();
        for module in modules.values() {
            for (root, link) in &module.links {
                let own = uses.entry(path_of(module, root)).or_default();
                own.extend(&link.uses);
            }
        }
        let mut reached = BTreeSet::new();
        let mut open: Vec<&Vec<String>> = self.read.iter().collect();
        while let Some(path) = open.pop() {
            let above = (1..=path.len()).find_map(|length| self.rules.get(path.get(..length)?));
            let below = self
                .rules
                .range(path.clone()..)
                .take_while(|rule| rule.starts_with(path));
            for rule in above.into_iter().chain(below) {
                if reached.insert(rule.clone()) {
                    open.extend(uses.get(rule).into_iter().flatten());
                }
            }
        }
        reached
    }

    /// What a query that reads these paths begins with: an expression that evaluates all rules below what is read, each by its own
    /// path, and then the packages, the inner ones first: one without a value in it is an empty object. It holds whatever they come to.
    /// Nothing where nothing is to be read.
    pub(crate) fn before(&self, paths: &[Vec<String>]) -> String {
        if paths.is_empty() && self.read.is_empty() {
            return String::new();
        }
        let all: Vec<&Vec<String>> = paths.iter().chain(&self.read).collect();
        let read = |rule: &&Vec<String>| all.iter().any(|path| rule.starts_with(path));
        let rules = self.rules.iter().filter(read);
        let packages = self.sources.iter().rev().filter(read);
        let each: Vec<String> = rules
            .chain(packages)
            .map(|rule| format!("[1 | {}]", text_of(rule)))
            .collect();
        format!("[{}]; ", each.join(", "))
    }
}

fn rules_of(module: &Module) -> impl Iterator<Item = Vec<String>> {
    module.links.keys().map(|root| path_of(module, root))
}

fn path_of(module: &Module, root: &String) -> Vec<String> {
    [module.package.as_slice(), std::slice::from_ref(root)].concat()
}

/// What the rules of a set use.
struct Uses {
    rules: BTreeSet<Vec<String>>,
    /// Paths above rules, each with the package of the rule that reads it.
    wholes: Vec<(Vec<String>, Vec<String>)>,
}

impl Uses {
    fn of(modules: &BTreeMap<String, Module>) -> Self {
        let all: BTreeSet<Vec<String>> = modules.values().flat_map(rules_of).collect();
        let mut uses = Self {
            rules: BTreeSet::new(),
            wholes: Vec::new(),
        };
        for module in modules.values() {
            for path in module.links.values().flat_map(|link| &link.uses) {
                let rule = (1..=path.len()).find_map(|length| all.get(path.get(..length)?));
                match rule {
                    Some(rule) => drop(uses.rules.insert(rule.clone())),
                    None if is_above(&all, path) => {
                        uses.wholes.push((path.clone(), module.package.clone()));
                    }
                    // A variable, a part of the data, or nothing.
                    None => {}
                }
            }
        }
        uses
    }

    // Whether a part of what lies at `package` is read as a whole, or all of it from within.
    fn is_read_within(&self, package: &[String]) -> bool {
        self.wholes.iter().any(|(path, reader)| {
            (path.len() > package.len() && path.starts_with(package))
                || (reader.starts_with(package) && package.starts_with(path))
        })
    }
}

fn is_above(rules: &BTreeSet<Vec<String>>, path: &[String]) -> bool {
    let next = rules.range(path.to_vec()..).next();
    next.is_some_and(|rule| rule.starts_with(path))
}

// As Rego writes it, whatever the parts are called.
fn text_of(path: &[String]) -> String {
    let part = |part: &String| format!("[{}]", serde_json::Value::from(part.as_str()));
    format!("data{}", path.iter().map(part).collect::<String>())
}

#[cfg(test)]
mod tests {
    use crate::{Engine, EngineOptions, Error};
    use serde_json::{Value, json};

    fn loaded(sources: &[&str]) -> Result<Engine, Error> {
        let engine = Engine::new(EngineOptions::default())?;
        let names: Vec<String> = (0..sources.len())
            .map(|number| number.to_string())
            .collect();
        let named: Vec<(&str, &str)> = names
            .iter()
            .map(String::as_str)
            .zip(sources.iter().copied())
            .collect();
        engine.load_policies(&named)?;
        Ok(engine)
    }

    fn asked(query: &str, sources: &[&str]) -> Result<Option<Value>, Error> {
        loaded(sources)?.evaluate(query, None)
    }

    #[test]
    fn a_package_of_several_sources_is_read_with_all_of_its_rules() {
        let whole = Ok(Some(json!({ "denied": true, "helper": 1 })));
        for rest in [
            &["package p\nallow if not denied\ndenied if true"][..],
            &["package p\nallow if not data.p.denied\ndenied if true"],
            &[
                "package p\nallow if not denied",
                "package p\ndenied if true",
            ],
            &[
                "package p\nallow if not data.q.no\ndenied if true",
                "package q\nno if data.p.denied",
            ],
        ] {
            let sources = [&["package p\nhelper := 1"], rest].concat();
            let backwards: Vec<&str> = sources.iter().rev().copied().collect();
            for sources in [sources, backwards] {
                assert_eq!(asked("data.p", &sources), whole, "{sources:?}");
                assert_eq!(
                    asked("count(data.p)", &sources),
                    Ok(Some(json!(2))),
                    "{sources:?}"
                );
                assert_eq!(asked("not data.p.allow", &sources), Ok(Some(json!(true))));
                let found = loaded(&sources)
                    .and_then(|engine| engine.query("x := data.p.allow; y := data.p", None));
                assert_eq!(found, Ok(Vec::new()), "{sources:?}");
                let found = loaded(&sources).and_then(|engine| engine.query("y := data.p", None));
                assert_eq!(found.map(|rows| rows.len()), Ok(1), "{sources:?}");
            }
        }
    }

    #[test]
    fn so_is_a_package_above_others() {
        let sources = [
            "package p\nhelper := 1",
            "package p.a\nallow if not denied\ndenied if data.p.b.denied",
            "package p.b\ndenied if true",
        ];
        let whole = json!({ "a": { "denied": true }, "b": { "denied": true }, "helper": 1 });
        assert_eq!(asked("data.p", &sources), Ok(Some(whole.clone())));
        assert_eq!(asked("data", &sources), Ok(Some(json!({ "p": whole }))));
    }

    #[test]
    fn a_package_without_values_is_an_empty_object() {
        let sources = [
            "package p\nx := y if y := data.p.q.r with input as 3",
            "package p.q\nr := 3 if input == 3",
        ];
        let whole = json!({ "q": {}, "x": 3 });
        assert_eq!(asked("data.p", &sources), Ok(Some(whole.clone())));
        assert_eq!(asked("data", &sources), Ok(Some(json!({ "p": whole }))));
    }

    const SPLIT: [&str; 2] = [
        "package p\nhelper := 1",
        "package p\nallow if not denied\ndenied if true",
    ];

    #[test]
    fn so_it_is_by_a_rule() {
        let whole = json!({ "denied": true, "helper": 1 });
        let reader = "package r\nx := data.p\ny if data.p.allow\nz := [x, {true | y}]";
        for sources in [[SPLIT[0], SPLIT[1], reader], [reader, SPLIT[0], SPLIT[1]]] {
            assert_eq!(asked("data.r.x", &sources), Ok(Some(whole.clone())));
            assert_eq!(asked("data.r.z", &sources), Ok(Some(json!([whole, []]))));
            assert_eq!(
                asked("data.r", &sources),
                Ok(Some(json!({ "x": whole, "z": [whole, []] })))
            );
            let all = json!({ "p": whole, "r": { "x": whole, "z": [whole, []] } });
            assert_eq!(asked("data", &sources), Ok(Some(all)));
            assert_eq!(asked("not data.r.y", &sources), Ok(Some(json!(true))));
        }
    }

    #[test]
    fn a_rule_that_cannot_be_helped_is_refused() {
        for readers in [
            &["package r\nx := data.p\ny if x with input as 1"][..],
            &[
                "package r\nimport data.p\nx := p[_]",
                "package p\nz := data.r.x",
            ],
            &["package p.q\nx := data.p"],
        ] {
            let sources = [&SPLIT[..], readers].concat();
            let error = loaded(&sources)
                .map(drop)
                .map_err(|error| (error.code(), error.to_string()));
            assert!(
                matches!(&error, Err(("GRID_COMPILE", text)) if text.contains("data[\"p\"] as a whole")),
                "{error:?}"
            );
        }
        let apart = [
            "package p\nhelper := 1",
            "package p\nallow if true",
            "package r\nx := y if y := data.p with input as 1",
        ];
        assert_eq!(
            asked("data.r.x", &apart),
            Ok(Some(json!({ "allow": true, "helper": 1 })))
        );
    }

    #[test]
    fn a_query_that_replaces_values_is_refused() {
        let split = [
            "package p\nhelper := 1",
            "package p\nallow if not denied\ndenied if true",
        ];
        let error = asked("data.p with input as 1", &split).map_err(|error| error.code());
        assert_eq!(error, Err("GRID_ARGUMENT"));
        assert_eq!(
            asked("data.p.denied with input as 1", &split),
            Ok(Some(json!(true)))
        );
    }
}
