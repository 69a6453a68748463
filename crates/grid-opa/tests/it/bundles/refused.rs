//! Files of a bundle that are not as they should be.

#[cfg(feature = "bundle-yaml")]
use super::ask;
use super::{engine, load};
#[cfg(feature = "bundle-yaml")]
use serde_json::json;

/// What a bundle of these files is refused with, by an engine without anything.
fn refused(files: &[(&str, &str)]) -> (&'static str, String) {
    let engine = engine();
    let error = load(&engine, files).unwrap_err();
    assert_eq!(engine.revision(), 0);
    assert!(engine.loaded_policies().is_empty() && engine.loaded_bundles().is_empty());
    (error.code(), error.to_string())
}

#[test]
fn files_that_are_not_as_they_should_be_are_refused() {
    let manifest = |text: &'static str| (".manifest", text);
    let roots = manifest(r#"{"roots": ["a/b"]}"#);
    for (files, part) in [
        (
            &[roots, ("p.rego", "package a")][..],
            "outside of the bundle's roots",
        ),
        (
            &[roots, ("p.rego", "package a.bc")],
            "outside of the bundle's roots",
        ),
        (&[roots, ("data.json", r#"{"a": 1}"#)], "/a, outside"),
        (
            &[roots, ("data.json", r#"{"a": {"c": 1}}"#)],
            "/a/c, outside",
        ),
        (&[roots, ("a/c/data.json", "1")], "/a/c, outside"),
        (&[manifest(r#"{"roots": []}"#)], "roots are none"),
        (&[manifest(r#"{"roots": ["a", "a/b"]}"#)], "overlap"),
        (&[manifest(r#"{"roots": ["a", ""]}"#)], "overlap"),
        (&[manifest(r#"{"roots": ["a//b"]}"#)], "empty part"),
        (&[manifest(r#"{"roots": "a"}"#)], "invalid type"),
        (&[manifest(r#"{"Roots": ["a"]}"#)], "lower case"),
        (&[manifest(r#"{"rego_version": 2}"#)], "Rego version 2"),
        (
            &[manifest(r#"{"file_rego_versions": {"[": 0}}"#)],
            "pattern",
        ),
        (
            &[manifest(
                r#"{"wasm": [{"entrypoint": "a", "module": "/policy.wasm"}]}"#,
            )],
            "WebAssembly",
        ),
        (&[manifest("[]")], "manifest"),
        (&[manifest("")], "manifest"),
        (&[("a/.manifest", "{}")], "root"),
        (&[("x.manifest", "{}")], "OPA would take it"),
        (&[(".manifest.pb", "")], "JSON"),
        (&[("policy.wasm", "")], "WebAssembly"),
        (&[("a/policy.wasm", "")], "WebAssembly"),
        (&[("patch.json", "{}")], "delta"),
        (&[("data.json", "[]")], "no object"),
        (&[("data.json", "{} x")], "data.json:1:4"),
        (&[("a/data.json", "\u{feff}{}")], "no valid JSON"),
        (&[("a/data.json", "1e100000")], "number too big"),
        (
            &[
                ("data.json", r#"{"a": {"b": 1}}"#),
                ("a/data.json", r#"{"b": 2}"#),
            ],
            "/a/b",
        ),
        (&[(".a/data.json", "1")], "dot"),
    ] {
        let (code, text) = refused(files);
        assert_eq!(code, "GRID_INPUT", "{text}");
        assert!(text.contains(part), "{text}");
    }
    for (files, file) in [
        (&[("p.rego", "package p\nx if {")][..], "p.rego:"),
        (
            &[("p.rego", "package p\nx if { http.send({}) }")],
            "p.rego:2:",
        ),
        (
            &[
                ("p.rego", "package a\nb := 1"),
                ("data.json", r#"{"a": {"b": 1}}"#),
            ],
            "data.a.b",
        ),
        (
            &[
                (".manifest", r#"{"rego_version": 0}"#),
                ("p.rego", "package p\nx if { true }"),
            ],
            "p.rego:2",
        ),
        (
            &[("p.rego", "package p\nx { input.y; input.z }")],
            "p.rego:2",
        ),
    ] {
        let (code, text) = refused(files);
        assert_eq!(code, "GRID_COMPILE", "{text}");
        assert!(text.contains(file), "{text}");
    }
}

#[cfg(not(feature = "bundle-yaml"))]
#[test]
fn yaml_is_refused_where_the_build_reads_none() {
    for name in ["data.yaml", "a/data.yml"] {
        let (code, text) = refused(&[(name, "{}")]);
        assert!(code == "GRID_INPUT" && text.contains("opa build"), "{text}");
    }
    load(&engine(), &[("a.yaml", "{}")]).unwrap();
}

#[cfg(feature = "bundle-yaml")]
#[test]
fn yaml_is_data_as_json_is() {
    let engine = engine();
    let files = [("data.yaml", "a: {b: 1}"), ("a/data.yml", "c: [x]")];
    load(&engine, &files).unwrap();
    assert_eq!(
        ask(&engine, "data"),
        Some(json!({"a": {"b": 1, "c": ["x"]}}))
    );
    let (code, text) = refused(&[("a/data.yaml", "b: no")]);
    assert!(
        code == "GRID_INPUT" && text.contains("a/data.yaml"),
        "{text}"
    );
}
