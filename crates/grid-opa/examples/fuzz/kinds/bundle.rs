//! Mutated bundles: their compressed bytes, the bytes of the archive inside, and the contents of its files.

use crate::corpus::Corpus;
use crate::kinds::Kind;
use crate::mutate;
use crate::probe::{Probe, options};
use crate::texts::pick;
use crate::values;
use fastrand::Rng;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use grid_opa::{BundleKey, BundleOptions, BundleVerification, Engine};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// A policy whose answer must stay the same, whatever is loaded.
const GOOD: &str = "package good_beside\nanswer := 42";

/// The algorithm and key that verify a bundle; `None` for a bundle that is not verified.
type Key = Option<(&'static str, &'static str)>;

const SECRET: Key = Some(("HS256", "secret"));

/// Bundles that OPA wrote.
const OPAS: [(&[u8], Key); 5] = [
    (
        include_bytes!("../../../tests/it/bundles/plain.tar.gz"),
        None,
    ),
    (include_bytes!("../../../tests/it/bundles/v0.tar.gz"), None),
    (
        include_bytes!("../../../tests/it/bundles/byhand.tar.gz"),
        SECRET,
    ),
    (
        include_bytes!("../../../tests/it/bundles/hs256.tar.gz"),
        SECRET,
    ),
    (
        include_bytes!("../../../tests/it/bundles/es256.tar.gz"),
        Some(("ES256", include_str!("../../../tests/it/bundles/ec.pub"))),
    ),
];

/// The first four can be in one bundle; most bundles are made of these.
const PATHS: [&str; 20] = [
    "a/data.json",
    "p.rego",
    "a/p.rego",
    "a/b/data.json",
    "data.json",
    "a/p_test.rego",
    "/data.json",
    "a/data.yaml",
    ".manifest",
    "a/.manifest",
    ".signatures.json",
    "policy.wasm",
    "patch.json",
    "../data.json",
    "a/../data.json",
    "./a//data.json",
    "",
    "a/",
    "a\\data.json",
    "data.json/data.json",
];

const MANIFESTS: [&str; 6] = [
    r#"{"roots": ["a"]}"#,
    r#"{"roots": ["a", "b/c"], "revision": "1"}"#,
    r#"{"roots": [""]}"#,
    r#"{"roots": ["a", "a/b"]}"#,
    r#"{"roots": ["a"], "rego_version": 0, "file_rego_versions": {"/*.rego": 1}}"#,
    r#"{"revision": "x", "metadata": {"k": 1}, "wasm": []}"#,
];

pub(crate) struct Bundles {
    corpus: Corpus,
    archives: Vec<(Vec<u8>, Key)>,
}

impl Bundles {
    pub(crate) fn new(corpus: Corpus) -> Result<Self, String> {
        let archives = OPAS.iter().map(|(packed, key)| {
            let mut archive = Vec::new();
            GzDecoder::new(*packed)
                .read_to_end(&mut archive)
                .map_err(|error| error.to_string())?;
            Ok((archive, *key))
        });
        Ok(Self {
            corpus,
            archives: archives.collect::<Result<_, String>>()?,
        })
    }

    // A bundle, and the key that verifies it.
    fn bundle(&self, random: &mut Rng) -> Result<(Vec<u8>, Key), String> {
        match random.u32(0..10) {
            0 => {
                let (packed, key) = random.choice(&OPAS).copied().unwrap_or((&[], None));
                Ok((mutate::raw(packed, random), key))
            }
            1..=3 => {
                let Some((archive, key)) = random.choice(&self.archives) else {
                    return Err("there is no archive".to_owned());
                };
                Ok((zipped(&mutate::raw(archive, random))?, *key))
            }
            _ => {
                let mut archive = self.archive(random)?;
                if random.u32(0..8) == 0 {
                    archive = mutate::raw(&archive, random);
                }
                Ok((zipped(&archive)?, None))
            }
        }
    }

    fn archive(&self, random: &mut Rng) -> Result<Vec<u8>, String> {
        let mut archive = tar::Builder::new(Vec::new());
        if random.bool() {
            add(&mut archive, ".manifest", pick(random, &MANIFESTS), 0)?;
        }
        let mut likely = PATHS.iter().take(4);
        for _ in 0..random.usize(1..5) {
            let path = match likely.next() {
                Some(path) if random.u32(0..6) > 0 => path,
                _ => pick(random, &PATHS),
            };
            let content = self.content(path, random);
            let kind = if random.u32(0..20) == 0 {
                random.u8(0..8)
            } else {
                0
            };
            add(&mut archive, path, &content, kind)?;
        }
        archive.into_inner().map_err(|error| error.to_string())
    }

    fn content(&self, path: &str, random: &mut Rng) -> String {
        let [first, second] = [(); 2].map(|()| {
            random
                .choice(&self.corpus.policies)
                .map_or("", String::as_str)
        });
        if path.ends_with(".rego") {
            return match random.u32(0..4) {
                0 => first.to_owned(),
                1 => mutate::rego(first, second, random),
                2 => "package a.p\nx := data.a".to_owned(),
                _ => mutate::rego("package a\nallow if not data.a.denied", second, random),
            };
        }
        if path.ends_with(".manifest") {
            return mutate::bytes(pick(random, &MANIFESTS), random);
        }
        match random.u32(0..4) {
            0 => r#"{"a": {"b": 1}, "b": {"c": [1]}}"#.to_owned(),
            1 => r#"{"c": [1]}"#.to_owned(),
            _ => values::document(&self.corpus.inputs, random),
        }
    }
}

impl Kind for Bundles {
    fn case(&mut self, probe: &mut Probe, random: &mut Rng) {
        let (bytes, key) = match self.bundle(random) {
            Ok(bundle) => bundle,
            Err(error) => return probe.finding("a bundle cannot be written", error),
        };
        let loaded_with = BundleOptions {
            verification: key.map(|(algorithm, key)| verification(algorithm, key)),
            ..BundleOptions::default()
        };
        probe.note("bundle", &format!("{bytes:?}"));
        let Ok(engine) = Engine::new(options()) else {
            return probe.finding("an engine cannot be created", String::new());
        };
        let _ = probe.change(|| engine.load_policy("good", GOOD));
        let revision = engine.revision();
        let loaded = probe.change(|| engine.load_bundle(&bytes, &loaded_with));
        let names = engine.loaded_bundles().len();
        let expected = (usize::from(loaded.is_ok()), u64::from(loaded.is_ok()));
        if (names, engine.revision() - revision) != expected {
            let text = format!("{names} bundles, revision {}", engine.revision());
            probe.finding("a bundle is partly loaded", text);
        }
        if loaded.is_ok() {
            let _ = probe.question(|| engine.evaluate_json("data", Some("{}")));
            // A bundle that was loaded can be loaded again, and replaces itself.
            if let Err(error) = probe.change(|| engine.load_bundle(&bytes, &loaded_with)) {
                probe.finding("a bundle does not replace itself", error.to_string());
            }
            let removed = probe.change(|| engine.remove_bundle("bundle"));
            if !matches!(removed, Ok(true)) || !engine.loaded_bundles().is_empty() {
                probe.finding("a bundle is not removed", format!("{removed:?}"));
            }
            let left = probe.question(|| engine.get_data(""));
            if !matches!(&left, Ok(Some(data)) if *data == serde_json::json!({})) {
                probe.finding("a bundle leaves data behind", format!("{left:?}"));
            }
        }
        let good = probe.question(|| engine.evaluate_json("data.good_beside.answer", None));
        let late = matches!(&good, Err(error) if error.option() == Some("max_evaluation_ms"));
        if good != Ok(Some("42".to_owned())) && !late {
            probe.finding("the answer of another policy changed", format!("{good:?}"));
        }
    }
}

fn verification(algorithm: &str, key: &str) -> BundleVerification {
    let key = BundleKey {
        algorithm: algorithm.to_owned(),
        key: key.to_owned(),
        scope: None,
    };
    BundleVerification {
        keys: BTreeMap::from([("key".to_owned(), key)]),
        key_id: Some("key".to_owned()),
        scope: None,
        exclude: Vec::new(),
    }
}

fn zipped(archive: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(archive)
        .and_then(|()| encoder.finish())
        .map_err(|error| error.to_string())
}

// Adds a file or another kind of entry. The name may be one that the tar writer refuses.
fn add(
    archive: &mut tar::Builder<Vec<u8>>,
    path: &str,
    content: &str,
    kind: u8,
) -> Result<(), String> {
    let mut header = tar::Header::new_ustar();
    if let Some(name) = header.as_old_mut().name.get_mut(..path.len()) {
        name.copy_from_slice(path.as_bytes());
    }
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_entry_type(tar::EntryType::new(b'0' + kind));
    header.set_cksum();
    archive
        .append(&header, content.as_bytes())
        .map_err(|error| error.to_string())
}
