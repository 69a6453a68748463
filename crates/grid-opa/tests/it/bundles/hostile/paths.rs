//! Paths that readers of tar could interpret differently.

use super::super::engine;
use super::super::files::{archived, header, packed, zipped};
use super::{loaded, refused};
use grid_opa::{BundleOptions, EngineOptions};
use tar::{Builder, EntryType};

#[test]
fn paths_outside_the_bundle_are_refused() {
    for path in [
        "../data.json",
        "a/../data.json",
        "/../data.json",
        "//data.json",
        "a//b.rego",
        "./../p.rego",
        "a/./p.rego",
        "a\\..\\p.rego",
        "p.rego/",
        "a\np.rego",
        "",
        "/",
        "..",
        "\u{7f}p.rego",
    ] {
        let text = if path.ends_with("json") {
            "{}"
        } else {
            "package p"
        };
        refused(&packed(&[(path, text)]), "path");
    }
    let mut bytes = header("abc.rego", EntryType::Regular, 0);
    bytes.as_mut_bytes()[0] = 0xff;
    bytes.set_cksum();
    refused(&zipped(bytes.as_bytes()), "UTF-8");
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::Continuous,
        EntryType::new(b'Z'),
    ] {
        let mut entry = header("p.rego", kind, 0);
        entry.set_link_name("/etc/passwd").unwrap();
        entry.set_cksum();
        refused(&zipped(entry.as_bytes()), "neither a file nor a folder");
    }
    for folder in ["../", "a/../../"] {
        let entry = header(folder, EntryType::Directory, 0);
        refused(&zipped(entry.as_bytes()), "path");
    }
}

#[test]
fn one_path_has_one_file_and_one_name() {
    for (one, other) in [
        ("p.rego", "p.rego"),
        ("p.rego", "/p.rego"),
        ("./p.rego", "/p.rego"),
        (".manifest", "/.manifest"),
    ] {
        refused(&packed(&[(one, "{}"), (other, "{}")]), "two files");
    }
    let extended = |records: &[(&str, &[u8])], path: &str| {
        let mut builder = Builder::new(Vec::new());
        builder
            .append_pax_extensions(records.iter().copied())
            .unwrap();
        let text = b"package p\nx := 1";
        let file = header(path, EntryType::Regular, text.len() as u64);
        builder.append(&file, &text[..]).unwrap();
        zipped(&builder.into_inner().unwrap())
    };
    let name = format!("{}/p.rego", "long".repeat(60));
    let long = extended(&[("path", name.as_bytes())], "short");
    let engine = engine();
    engine
        .load_bundle(&long, &BundleOptions::default())
        .unwrap();
    assert_eq!(engine.loaded_policies(), [name]);
    refused(
        &extended(&[("path", b"a.rego"), ("path", b"b.rego")], "c.rego"),
        "two records",
    );
    refused(
        &extended(&[("GNU.sparse.name", b"a.rego")], "c.rego"),
        "sparse",
    );
    refused(&extended(&[("path", b"../a.rego")], "c.rego"), "path");
    refused(&extended(&[("path", b"a\0.rego")], "c.rego"), "path");
    // A second archive, which only some readers see.
    let two = [
        archived(&[("a.rego", "package a")]),
        archived(&[("b.rego", "package b")]),
    ]
    .concat();
    refused(&zipped(&two), "after the end of the archive");
    let sparse = header("a.rego", EntryType::GNUSparse, 0);
    assert!(loaded(EngineOptions::default(), &zipped(sparse.as_bytes())).is_err());
    // The first entry of `git archive` is not a file.
    let mut builder = Builder::new(Vec::new());
    let comment = b"52 comment=0123456789012345678901234567890123456789\n";
    let global = header(
        "pax_global_header",
        EntryType::XGlobalHeader,
        comment.len() as u64,
    );
    builder.append(&global, &comment[..]).unwrap();
    let folder = header("authz/", EntryType::Directory, 0);
    builder.append(&folder, std::io::empty()).unwrap();
    let bytes = zipped(&builder.into_inner().unwrap());
    loaded(EngineOptions::default(), &bytes)
        .map_err(|error| error.to_string())
        .unwrap_err();
}
