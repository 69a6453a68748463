//! Bundles with invalid files.

#[cfg(feature = "bundle-yaml")]
use super::evaluate;
use super::{engine, load};
#[cfg(feature = "bundle-yaml")]
use serde_json::json;

/// The code and text of the error for a bundle of these files, in an empty engine.
fn refused(files: &[(&str, &str)]) -> (&'static str, String) {
    let engine = engine();
    let error = load(&engine, files).unwrap_err();
    assert_eq!(engine.revision(), 0);
    assert!(engine.loaded_policies().is_empty() && engine.loaded_bundles().is_empty());
    (error.code(), error.to_string())
}

#[test]
fn invalid_files_are_refused() {
    let manifest = |text: &'static str| (".manifest", text);
    let roots = manifest(r#"{"roots": ["a/b"]}"#);
    for (files, part) in [
        (
            &[roots, ("p.rego", "package a")][..],
            "outside the roots of the bundle",
        ),
        (
            &[roots, ("p.rego", "package a.bc")],
            "outside the roots of the bundle",
        ),
        (&[roots, ("data.json", r#"{"a": 1}"#)], "/a, outside"),
        (
            &[roots, ("data.json", r#"{"a": {"c": 1}}"#)],
            "/a/c, outside",
        ),
        (&[roots, ("a/c/data.json", "1")], "/a/c, outside"),
        (&[manifest(r#"{"roots": []}"#)], "list of roots is empty"),
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
        (&[("x.manifest", "{}")], "OPA would read it"),
        (&[(".manifest.pb", "")], "JSON"),
        (&[("policy.wasm", "")], "WebAssembly"),
        (&[("a/policy.wasm", "")], "WebAssembly"),
        (&[("patch.json", "{}")], "delta"),
        (&[("data.json", "[]")], "not an object"),
        (&[("data.json", "{} x")], "data.json:1:4"),
        (&[("a/data.json", "\u{feff}{}")], "not valid JSON"),
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
            &[("p.rego", "package p\nx if { acme.send({}) }")],
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
fn yaml_is_refused_without_the_feature() {
    for name in ["data.yaml", "a/data.yml"] {
        let (code, text) = refused(&[(name, "{}")]);
        assert!(code == "GRID_INPUT" && text.contains("opa build"), "{text}");
    }
    load(&engine(), &[("a.yaml", "{}")]).unwrap();
}

#[cfg(feature = "bundle-yaml")]
#[test]
fn yaml_data_is_loaded_like_json() {
    let engine = engine();
    let files = [("data.yaml", "a: {b: 1}"), ("a/data.yml", "c: [x]")];
    load(&engine, &files).unwrap();
    assert_eq!(
        evaluate(&engine, "data"),
        Some(json!({"a": {"b": 1, "c": ["x"]}}))
    );
    let (code, text) = refused(&[("a/data.yaml", "b: no")]);
    assert!(
        code == "GRID_INPUT" && text.contains("a/data.yaml"),
        "{text}"
    );
}
