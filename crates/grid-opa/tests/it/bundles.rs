//! Bundles: their contents, their roots, and invalid ones. The files in `bundles/` were created with OPA 1.22.2.

mod files;
mod hostile;
mod refused;
#[cfg(all(feature = "jwt-ec", feature = "jwt-rsa"))]
mod signed;

use files::{packed, plain};
use grid_opa::{BundleOptions, Engine, EngineOptions, Error};
use serde_json::{Value, json};

fn engine() -> Engine {
    Engine::new(EngineOptions::default()).unwrap()
}

fn named(name: &str) -> BundleOptions {
    BundleOptions {
        name: Some(name.to_owned()),
        ..BundleOptions::default()
    }
}

fn load(engine: &Engine, files: &[(&str, &str)]) -> Result<(), Error> {
    engine.load_bundle(&packed(files), &BundleOptions::default())
}

fn evaluate(engine: &Engine, query: &str) -> Option<Value> {
    engine.evaluate(query, None).unwrap()
}

#[test]
fn policies_and_data_of_all_folders_serve_in_one_step() {
    let engine = engine();
    load(
        &engine,
        &[
            ("/data.json", r#"{"a": {"b": 1}}"#),
            ("./a/c/data.json", "[1, 2]"),
            ("a/d/e/data.json", r#"{"f": 1.5}"#),
            ("p/q.rego", "package p\nx := data.a.b"),
            ("p/r.rego", "package p\ny := data.a.c[1]"),
            ("README.md", "#"),
            ("p/data.txt", "?"),
            ("p/other.json", "?"),
            ("plan.json", "?"),
        ],
    )
    .unwrap();
    assert_eq!(engine.revision(), 1);
    assert_eq!(engine.loaded_policies(), ["p/q.rego", "p/r.rego"]);
    assert_eq!(
        evaluate(&engine, "data"),
        Some(json!({"a": {"b": 1, "c": [1, 2], "d": {"e": {"f": 1.5}}}, "p": {"x": 1, "y": 2}}))
    );
    let [bundle] = &engine.loaded_bundles()[..] else {
        panic!("{:?}", engine.loaded_bundles());
    };
    assert_eq!(
        (
            bundle.name.as_str(),
            bundle.revision.as_str(),
            &bundle.roots
        ),
        ("bundle", "", &vec![String::new()])
    );
}

#[test]
fn bundles_of_opa_build_are_loaded() {
    let engine = engine();
    let options = BundleOptions::default();
    engine.load_bundle(plain(), &options).unwrap();
    let input = json!({ "user": "ann" });
    assert_eq!(
        engine.evaluate("data.authz.allow", Some(&input)),
        Ok(Some(json!(true)))
    );
    let [bundle] = &engine.loaded_bundles()[..] else {
        panic!("{:?}", engine.loaded_bundles());
    };
    assert_eq!(
        (bundle.revision.as_str(), &bundle.roots[..]),
        ("r1", &["authz".to_owned(), "users".to_owned()][..])
    );
    // A bundle with both Rego versions in its manifest, in an engine of v1.
    let old = include_bytes!("bundles/v0.tar.gz");
    engine.load_bundle(old, &options).unwrap();
    let input = json!({ "x": 1 });
    assert_eq!(
        engine.evaluate("[data.old.allow, data.new.allow]", Some(&input)),
        Ok(Some(json!([true, true])))
    );
    assert_eq!(engine.loaded_policies(), ["new/a.rego", "old/a.rego"]);
}

#[test]
fn the_next_version_replaces_all_of_the_last_one() {
    let engine = engine();
    let roots = |extra: &str| format!(r#"{{"roots": ["a", "p"], "revision": "{extra}"}}"#);
    engine.set_data(&json!({ "own": 1 })).unwrap();
    load(
        &engine,
        &[
            (".manifest", &roots("1")),
            ("a/data.json", r#"{"old": 1, "both": 1}"#),
            ("one.rego", "package p\none := 1"),
            ("two.rego", "package p.two\ntwo := 1"),
        ],
    )
    .unwrap();
    let before = evaluate(&engine, "data");
    let revision = engine.revision();
    // A failed load changes nothing.
    for files in [
        [(".manifest", "{"), ("one.rego", "package p")],
        [("a/data.json", "{"), ("one.rego", "package p")],
        [("a/data.json", "{}"), ("one.rego", "package p\nx if {")],
    ] {
        assert!(load(&engine, &files).is_err(), "{files:?}");
        assert_eq!(
            (evaluate(&engine, "data"), engine.revision()),
            (before.clone(), revision)
        );
    }
    load(
        &engine,
        &[
            (".manifest", &roots("2")),
            ("a/data.json", r#"{"both": 2}"#),
            ("two.rego", "package p.two\ntwo := 2"),
        ],
    )
    .unwrap();
    assert_eq!(
        evaluate(&engine, "data"),
        Some(json!({"own": 1, "a": {"both": 2}, "p": {"two": {"two": 2}}}))
    );
    assert_eq!(engine.loaded_bundles()[0].revision, "2");
    assert_eq!(engine.remove_bundle("bundle"), Ok(true));
    assert_eq!(evaluate(&engine, "data"), Some(json!({ "own": 1 })));
    assert_eq!(engine.remove_bundle("bundle"), Ok(false));
    assert!(engine.loaded_policies().is_empty() && engine.loaded_bundles().is_empty());
}

#[test]
fn bundles_with_separate_roots_are_loaded_together() {
    let engine = engine();
    let bundle = |root: &str| {
        packed(&[
            (".manifest", &format!(r#"{{"roots": ["{root}"]}}"#)),
            (&format!("{root}/data.json"), r#"{"d": 1}"#),
            (
                "p.rego",
                &format!("package {}\nx := 1", root.replace('/', ".")),
            ),
        ])
    };
    engine.load_bundle(&bundle("a/b"), &named("one")).unwrap();
    engine.load_bundle(&bundle("a/bc"), &named("two")).unwrap();
    for root in ["a/b", "a", "a/b/c", "/a/b/"] {
        let error = engine
            .load_bundle(&bundle(root), &named("three"))
            .unwrap_err();
        assert_eq!(error.code(), "GRID_INPUT", "{root}: {error}");
    }
    let everything = packed(&[("p.rego", "package z")]);
    let error = engine
        .load_bundle(&everything, &named("three"))
        .unwrap_err();
    assert!(error.to_string().contains("overlaps"), "{error}");
    assert_eq!(engine.loaded_policies(), ["one/p.rego", "two/p.rego"]);
    // Other roots under the same name: the next version of the bundle.
    engine.load_bundle(&bundle("a/b/c"), &named("one")).unwrap();
    assert_eq!(
        evaluate(&engine, "data"),
        Some(json!({"a": {"b": {"c": {"d": 1, "x": 1}}, "bc": {"d": 1, "x": 1}}}))
    );
    engine.remove_bundle("two").unwrap();
    assert_eq!(engine.loaded_policies(), ["one/p.rego"]);
}

#[test]
fn nothing_else_lies_below_a_root() {
    let engine = engine();
    engine
        .load_policy("own.rego", "package own\nx := data.a.b")
        .unwrap();
    engine.set_data(&json!({ "own_data": 1 })).unwrap();
    load(
        &engine,
        &[
            (".manifest", r#"{"roots": ["a/b", "p"]}"#),
            ("a/b/data.json", "1"),
            ("p.rego", "package p.q\ny := 1"),
        ],
    )
    .unwrap();
    assert_eq!(evaluate(&engine, "data.own.x"), Some(json!(1)));
    let revision = engine.revision();
    let code = |result: Result<(), Error>| result.map_err(|error| error.code());
    for source in ["package p", "package p.q", "package p.q.r", "package a.b"] {
        assert_eq!(
            code(engine.load_policy("x", source)),
            Err("GRID_COMPILE"),
            "{source}"
        );
    }
    assert_eq!(
        code(engine.load_policy("p.rego", "package z")),
        Err("GRID_ARGUMENT")
    );
    assert_eq!(
        code(engine.remove_policy("p.rego").map(drop)),
        Err("GRID_ARGUMENT")
    );
    for data in [json!({"a": {"b": 1}}), json!({"p": {}}), json!({"a": 1})] {
        assert_eq!(code(engine.set_data(&data)), Err("GRID_INPUT"), "{data}");
        assert_eq!(code(engine.merge_data(&data)), Err("GRID_INPUT"), "{data}");
    }
    for patch in [
        json!([{"op": "remove", "path": "/a/b"}]),
        json!([{"op": "replace", "path": "/a/b", "value": 2}]),
        json!([{"op": "add", "path": "/p", "value": 2}]),
    ] {
        assert_eq!(
            code(engine.patch_data(&patch)),
            Err("GRID_INPUT"),
            "{patch}"
        );
    }
    assert_eq!(engine.revision(), revision);
    // Outside the roots everything works as without bundles, and the bundle's data stays.
    engine.set_data(&json!({"a": {"c": 2}})).unwrap();
    engine.merge_data(&json!({ "d": 3 })).unwrap();
    engine
        .patch_data(&json!([{"op": "add", "path": "/e", "value": 4}]))
        .unwrap();
    assert_eq!(
        engine.get_data(""),
        Ok(Some(json!({"a": {"b": 1, "c": 2}, "d": 3, "e": 4})))
    );
    assert_eq!(engine.remove_policy("own.rego"), Ok(true));
    // Clearing the policies also removes the bundle, and its data belongs to no bundle.
    engine.clear_policies().unwrap();
    assert!(engine.loaded_bundles().is_empty());
    engine.set_data(&json!({})).unwrap();
    assert_eq!(evaluate(&engine, "data"), Some(json!({})));
}

#[test]
fn existing_policies_and_data_stay() {
    for (files, what) in [
        (&[("a/data.json", "1")][..], "data"),
        (&[(".manifest", r#"{"roots": ["p"]}"#)], "p.rego"),
        (&[(".manifest", r#"{"roots": ["d/e"]}"#)], "d/e"),
    ] {
        let engine = engine();
        engine.load_policy("p.rego", "package p").unwrap();
        engine.set_data(&json!({"d": {"e": null}})).unwrap();
        let error = load(&engine, files).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(engine.loaded_policies(), ["p.rego"]);
        assert_eq!(evaluate(&engine, "data.d.e"), Some(json!(null)));
    }
    let engine = engine();
    engine.load_policy("p.rego", "package own").unwrap();
    let files = [
        (".manifest", r#"{"roots": ["p"]}"#),
        ("p.rego", "package p"),
    ];
    let error = load(&engine, &files).unwrap_err();
    assert_eq!((error.code(), error.file()), ("GRID_INPUT", Some("p.rego")));
}

#[test]
fn empty_objects_above_a_root_are_dropped() {
    let engine = engine();
    let files = [
        (".manifest", r#"{"roots": ["a/b", "c"]}"#),
        ("data.json", r#"{"a": {}, "c": {}}"#),
    ];
    load(&engine, &files).unwrap();
    assert_eq!(evaluate(&engine, "data"), Some(json!({ "c": {} })));
}

#[test]
fn names_of_bundles_are_checked() {
    for name in ["", "a\nb", &"n".repeat(1025)] {
        let error = engine().load_bundle(plain(), &named(name)).unwrap_err();
        assert_eq!(error.code(), "GRID_ARGUMENT");
    }
    let error = engine().load_bundle(plain(), &named(&"n".repeat(1020)));
    assert_eq!(error.map_err(|error| error.code()), Err("GRID_ARGUMENT"));
}
