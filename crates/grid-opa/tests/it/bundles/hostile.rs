//! Malicious bundles: each is a typed error without delay, and the engine keeps working.

mod paths;

use super::files::{archived, header, packed, plain, zipped};
use super::{engine, evaluate, load};
use grid_opa::{BundleOptions, Engine, EngineOptions, Error};
use serde_json::json;
use std::time::{Duration, Instant};
use tar::{Builder, EntryType};

/// Much longer than needed natively, and long enough under an emulator.
const MAX_DELAY: Duration = Duration::from_secs(20);

fn loaded(options: EngineOptions, bytes: &[u8]) -> Result<(), Error> {
    let engine = Engine::new(options).unwrap();
    engine
        .load_policy("good.rego", "package good\nx := 1")
        .unwrap();
    let started = Instant::now();
    let outcome = engine.load_bundle(bytes, &BundleOptions::default());
    assert!(started.elapsed() < MAX_DELAY, "{:?}", started.elapsed());
    assert_eq!(evaluate(&engine, "data.good.x"), Some(json!(1)));
    outcome
}

fn refused(bytes: &[u8], part: &str) {
    let error = loaded(EngineOptions::default(), bytes).unwrap_err();
    assert_eq!(error.code(), "GRID_INPUT", "{part}: {error}");
    assert!(error.to_string().contains(part), "{part}: {error}");
}

fn limited(options: EngineOptions, bytes: &[u8], option: &str) {
    let error = loaded(options, bytes).unwrap_err();
    assert_eq!(
        (error.code(), error.option()),
        ("GRID_LIMIT", Some(option)),
        "{error}"
    );
}

/// Ten mebibytes of zeros after these bytes, compressed to some kilobytes.
fn bomb(before: &[u8]) -> Vec<u8> {
    zipped(&[before, &vec![0; 10 << 20]].concat())
}

#[test]
fn garbage_and_truncated_bytes_are_refused() {
    for bytes in [
        &b""[..],
        b"\x1f",
        b"{}",
        b"package p",
        &[0; 2000],
        &archived(&[("a.rego", "")]),
    ] {
        refused(bytes, "gzip");
    }
    refused(&zipped(&[0xa5; 2000]), "not a complete gzipped tar");
    refused(&zipped(b"short"), "not a complete gzipped tar");
    let complete = plain();
    for length in 0..complete.len() {
        refused(&complete[..length], "gzip");
    }
    // Flips a bit of the checksum, of the length and of the packed data.
    for place in [complete.len() - 5, complete.len() - 1, 40] {
        let mut bytes = complete.to_vec();
        bytes[place] ^= 1;
        assert!(loaded(EngineOptions::default(), &bytes).is_err(), "{place}");
    }
    // Cut between two files before compression.
    let archive = archived(&[("a.rego", "package a"), ("b.rego", "package b")]);
    for end in [0, 1024, 2048, 2560] {
        refused(&zipped(&archive[..end]), "end is missing");
    }
    for more in [&b"more"[..], &[0], complete] {
        refused(&[complete, more].concat(), "data after the gzip stream");
    }
}

#[test]
fn no_changed_byte_stops_the_engine() {
    let archive = archived(&[
        ("/data.json", r#"{"a": 1}"#),
        ("/p.rego", "package p\nx := 1"),
    ]);
    for place in (0..archive.len()).step_by(7) {
        for value in [0, b'/', 0xff] {
            let mut bytes = archive.clone();
            bytes[place] = value;
            // Some are still valid bundles.
            let _ = loaded(EngineOptions::default(), &zipped(&bytes));
        }
    }
}

#[test]
fn bombs_stop_at_the_limit_in_the_error() {
    let options = || EngineOptions {
        max_load_memory_bytes: 32 << 20,
        max_bundle_unpacked_bytes: 8 << 20,
        ..EngineOptions::default()
    };
    let mut file = header("data.txt", EntryType::Regular, 100 << 20);
    file.set_cksum();
    let option = "max_bundle_unpacked_bytes";
    limited(options(), &bomb(file.as_bytes()), option);
    // After the end of the archive, where there are no files.
    limited(options(), &bomb(&[0; 1024]), option);
    // In a name, which is read before the files.
    let name = header("././@LongLink", EntryType::GNULongName, 100 << 20);
    limited(options(), &bomb(name.as_bytes()), option);
    let records = header("x", EntryType::XHeader, 100 << 20);
    limited(options(), &bomb(records.as_bytes()), option);
    // In the entry of a folder.
    let folder = header("x/", EntryType::Directory, 100 << 20);
    limited(options(), &bomb(folder.as_bytes()), option);
    let many = [plain(), &zipped(&[]).repeat(100_000)].concat();
    refused(&many, "data after the gzip stream");
    // Little when unpacked, but large as data.
    let text = format!("[{}1]", "[],".repeat(300_000));
    let engine_options = EngineOptions {
        max_load_memory_bytes: 8 << 20,
        ..options()
    };
    limited(
        engine_options,
        &packed(&[("a/data.json", &text)]),
        "max_load_memory_bytes",
    );
}

#[test]
fn declared_sizes_are_not_trusted() {
    let option = "max_bundle_unpacked_bytes";
    for size in [
        65 << 20,
        u64::from(u32::MAX),
        (1 << 33) - 1,
        u64::MAX,
        u64::MAX - 1000,
    ] {
        let file = header("data.json", EntryType::Regular, size);
        let error = loaded(EngineOptions::default(), &zipped(file.as_bytes())).unwrap_err();
        assert!(
            error.option() == Some(option) || error.code() == "GRID_INPUT",
            "{size}: {error}"
        );
    }
    let cut = header("data.json", EntryType::Regular, 1 << 20);
    refused(&zipped(cut.as_bytes()), "truncated");
    let mut builder = Builder::new(Vec::new());
    builder
        .append_pax_extensions([("size", &b"99999999999999999999"[..])])
        .unwrap();
    let small = header("data.json", EntryType::Regular, 2);
    builder.append(&small, &b"{}"[..]).unwrap();
    let _ = loaded(
        EngineOptions::default(),
        &zipped(&builder.into_inner().unwrap()),
    );
}

#[test]
fn entries_are_counted() {
    let folder = header("a/", EntryType::Directory, 0);
    let options = EngineOptions {
        max_bundle_entries: 2,
        ..EngineOptions::default()
    };
    loaded(options.clone(), &packed(&[("a", ""), ("b", "")])).unwrap_err();
    limited(
        options,
        &packed(&[("a", ""), ("b", ""), ("c", "")]),
        "max_bundle_entries",
    );
    let many = zipped(&folder.as_bytes().repeat(20_000));
    limited(EngineOptions::default(), &many, "max_bundle_entries");
    let wide = EngineOptions {
        max_bundle_entries: 1_000_000,
        max_bundle_unpacked_bytes: 8 << 20,
        ..EngineOptions::default()
    };
    limited(wide, &many, "max_bundle_unpacked_bytes");
}

#[test]
fn each_size_has_its_own_limit() {
    let options = |change: fn(&mut EngineOptions)| {
        let mut options = EngineOptions::default();
        change(&mut options);
        options
    };
    let size = options(|options| options.max_bundle_bytes = 100);
    limited(size, plain(), "max_bundle_bytes");
    let data = options(|options| options.max_data_bytes = 10);
    limited(
        data,
        &packed(&[("data.json", r#"{"a": "long"}"#)]),
        "max_data_bytes",
    );
    let policy = options(|options| options.max_policy_bytes = 30);
    limited(
        policy,
        &packed(&[("p.rego", "package p\n# a policy that is a little longer")]),
        "max_policy_bytes",
    );
    let deep = "[".repeat(200) + &"]".repeat(200);
    let error = load(&engine(), &[("a/data.json", &deep)]).unwrap_err();
    assert_eq!(error.code(), "GRID_LIMIT");
}

#[test]
fn counts_and_depths_in_a_small_bundle_are_bounded() {
    // Folders count as levels of the data in them.
    let folders = |count: usize| "d/".repeat(count) + "data.json";
    loaded_alone(&packed_long(&folders(126), r#"{"a": 1}"#)).unwrap();
    for (count, text) in [
        (127, r#"{"a": 1}"#),
        (128, "1"),
        (500, "1"),
        (1, &*nested(127)),
    ] {
        let error = loaded_alone(&packed_long(&folders(count), text)).unwrap_err();
        assert_eq!(error.code(), "GRID_LIMIT", "{count}: {error}");
    }
    let numbers = |count: usize| (0..count).map(|index| format!("\"r{index}\""));
    let roots = |count| {
        format!(
            "{{\"roots\": [{}]}}",
            numbers(count).collect::<Vec<_>>().join(",")
        )
    };
    loaded_alone(&packed(&[(".manifest", &roots(1000))])).unwrap();
    refused(
        &packed(&[(".manifest", &roots(100_000))]),
        "more than 1000 roots",
    );
    let versions = numbers(100_000)
        .map(|name| name + ": 1")
        .collect::<Vec<_>>();
    let versions = format!("{{\"file_rego_versions\": {{{}}}}}", versions.join(","));
    refused(
        &packed(&[(".manifest", &versions)]),
        "more than 4000 patterns",
    );
    let names: Vec<String> = (0..1500)
        .map(|index| format!("a/f{index}/data.json"))
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    loaded_alone(&packed(&files)).unwrap();
    let names: Vec<String> = (0..300).map(|index| format!("p{index}.rego")).collect();
    let texts: Vec<String> = (0..300)
        .map(|index| format!("package p{index}\nx := 1"))
        .collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    loaded_alone(&packed(&files)).unwrap();
}

fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

fn loaded_alone(bytes: &[u8]) -> Result<(), Error> {
    let started = Instant::now();
    let engine = engine();
    let outcome = engine.load_bundle(bytes, &BundleOptions::default());
    if outcome.is_ok() {
        engine.evaluate_json("data", None)?;
    }
    assert!(started.elapsed() < MAX_DELAY, "{:?}", started.elapsed());
    outcome
}

/// A bundle of one file with a path that is too long for a header.
fn packed_long(path: &str, text: &str) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    builder
        .append_pax_extensions([("path", path.as_bytes())])
        .unwrap();
    let file = header("short", EntryType::Regular, text.len() as u64);
    builder.append(&file, text.as_bytes()).unwrap();
    zipped(&builder.into_inner().unwrap())
}
