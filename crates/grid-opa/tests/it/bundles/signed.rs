//! Bundles with signatures, signed by OPA and by these tests.

mod keys;

use super::files::{packed, plain};
use super::{engine, evaluate};
use grid_opa::{BundleKey, BundleOptions, BundleVerification, Engine, EngineOptions, Error};
use serde_json::{Value, json};

const RSA: &str = include_str!("rsa.pub");
const P256: &str = include_str!("ec.pub");
const P384: &str = include_str!("ec384.pub");
const SECRET: (&str, &str) = ("HS256", "secret");

fn verification(algorithm: &str, key: &str) -> BundleVerification {
    let key = BundleKey {
        algorithm: algorithm.to_owned(),
        key: key.to_owned(),
        scope: None,
    };
    BundleVerification {
        keys: [("default".to_owned(), key)].into(),
        ..BundleVerification::default()
    }
}

fn with(verification: BundleVerification) -> BundleOptions {
    BundleOptions {
        verification: Some(verification),
        ..BundleOptions::default()
    }
}

fn load(bytes: &[u8], (algorithm, key): (&str, &str)) -> Result<Engine, Error> {
    let engine = engine();
    engine.load_bundle(bytes, &with(verification(algorithm, key)))?;
    Ok(engine)
}

fn refused(bytes: &[u8], key: (&str, &str), part: &str) {
    let error = load(bytes, key).unwrap_err();
    assert_eq!(error.code(), "GRID_INPUT", "{error}");
    assert!(error.to_string().contains(part), "{part}: {error}");
}

/// A HS256 token, signed by the builtin.
fn token(header: &Value, payload: &Value, secret: &str) -> String {
    let key: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let input = json!({ "header": header, "payload": payload, "key": key });
    let query = "io.jwt.encode_sign(input.header, input.payload, {\"kty\": \"oct\", \"k\": \
        base64url.encode_no_pad(hex.decode(input.key))})";
    let token = engine().evaluate(query, Some(&input)).unwrap().unwrap();
    token.as_str().unwrap().to_owned()
}

fn sha256(text: &str) -> String {
    let query = "crypto.sha256(input)";
    let hash = engine().evaluate(query, Some(&json!(text))).unwrap();
    hash.unwrap().as_str().unwrap().to_owned()
}

fn listed(name: &str, hashed: &str) -> Value {
    json!({ "name": name, "hash": sha256(hashed), "algorithm": "SHA-256" })
}

/// A bundle of a policy and data, with a token of this payload.
fn signed(payload: &Value, more: &[(&str, &str)]) -> Vec<u8> {
    let header = json!({ "alg": "HS256", "kid": "default" });
    of_token(&token(&header, payload, SECRET.1), more)
}

fn of_token(token: &str, more: &[(&str, &str)]) -> Vec<u8> {
    of_signatures(&json!({ "signatures": [token] }).to_string(), more)
}

fn of_signatures(text: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut files = vec![
        (".signatures.json", text),
        ("p.rego", "package p\nx := 1\n"),
        ("d/data.json", "{\"b\": 1.0, \"a\": \"\u{2028}<\"}"),
    ];
    files.extend(more);
    packed(&files)
}

fn files() -> Vec<Value> {
    vec![
        listed("p.rego", "package p\nx := 1\n"),
        listed("d/data.json", "{\"a\":\"\\u2028<\",\"b\":1.0}"),
    ]
}

#[test]
fn bundles_signed_by_opa_load_only_with_their_key() {
    let bundles: [(&[u8], (&str, &str)); 6] = [
        (include_bytes!("hs256.tar.gz"), SECRET),
        (include_bytes!("rs256.tar.gz"), ("RS256", RSA)),
        (include_bytes!("ps256.tar.gz"), ("PS256", RSA)),
        (include_bytes!("es256.tar.gz"), ("ES256", P256)),
        (include_bytes!("es384.tar.gz"), ("ES384", P384)),
        // Created by `opa sign` and `tar`, with a file that is not a policy.
        (include_bytes!("byhand.tar.gz"), SECRET),
    ];
    for (index, (bytes, key)) in bundles.iter().enumerate() {
        let mut verification = verification(key.0, key.1);
        // Its token does not name a key.
        if index == 5 {
            verification.key_id = Some("default".to_owned());
        }
        let engine = engine();
        engine
            .load_bundle(bytes, &with(verification))
            .unwrap_or_else(|error| panic!("{key:?}: {error}"));
        assert_eq!(evaluate(&engine, "data.authz.allow"), Some(json!(false)));
        for other in [
            ("HS256", "Secret"),
            ("HS512", "secret"),
            ("RS256", RSA),
            ("ES256", P256),
        ] {
            if other != *key {
                let error = load(bytes, other).unwrap_err();
                assert!(
                    error.to_string().contains("is invalid"),
                    "{key:?} {other:?}: {error}"
                );
            }
        }
        // As in OPA, a signature without verification is not trusted.
        let error = super::engine().load_bundle(bytes, &BundleOptions::default());
        assert!(error.is_err_and(|error| error.to_string().contains("option verification")));
    }
}

#[test]
fn an_unsigned_bundle_is_refused_if_verification_is_on() {
    for bytes in [plain().to_vec(), packed(&[("signatures.json", "{}")])] {
        refused(&bytes, SECRET, "not signed");
    }
}

#[test]
fn scopes_are_equal_or_refused() {
    let bytes = include_bytes!("scoped.tar.gz");
    refused(bytes, SECRET, "scope");
    let mut options = verification(SECRET.0, SECRET.1);
    options.scope = Some("read".to_owned());
    engine().load_bundle(bytes, &with(options.clone())).unwrap();
    options.scope = None;
    options.keys.get_mut("default").unwrap().scope = Some("read".to_owned());
    engine().load_bundle(bytes, &with(options.clone())).unwrap();
    options.scope = Some("write".to_owned());
    let error = engine().load_bundle(bytes, &with(options)).unwrap_err();
    assert!(error.to_string().contains("scope"), "{error}");
}

#[test]
fn every_file_is_listed_and_unchanged() {
    let payload = |files: Vec<Value>| json!({ "files": files });
    let engine = load(&signed(&payload(files()), &[]), SECRET).unwrap();
    assert_eq!(evaluate(&engine, "data.p.x"), Some(json!(1)));
    let added = [("q.rego", "package q")];
    refused(
        &signed(&payload(files()), &added),
        SECRET,
        "does not list the file q.rego",
    );
    let ignored = [("README.md", "")];
    refused(
        &signed(&payload(files()), &ignored),
        SECRET,
        "does not list the file README.md",
    );
    let mut more = files();
    more.push(listed("q.rego", ""));
    refused(
        &signed(&payload(more), &[]),
        SECRET,
        "q.rego, which is not in the bundle",
    );
    for (index, name) in ["p.rego", "d/data.json"].iter().enumerate() {
        let mut wrong = files();
        wrong[index]["hash"] = json!(sha256("other"));
        let part = format!("{name} was changed after signing");
        refused(&signed(&payload(wrong), &[]), SECRET, &part);
    }
    let mut twice = files();
    twice.push(files().remove(0));
    refused(&signed(&payload(twice), &[]), SECRET, "twice");
    for algorithm in ["MD5", "SHA-1", "", "none", "sha-256"] {
        let mut weak = files();
        weak[0]["algorithm"] = json!(algorithm);
        refused(&signed(&payload(weak), &[]), SECRET, "no longer safe");
    }
    // A second list of files does not bypass the signed list.
    let second = [("a/.signatures.json", "{}")];
    refused(&signed(&payload(files()), &second), SECRET, "more than one");
    // The data has a valid signature but is invalid data.
    let invalid = [("data.json", "[1]")];
    let mut files = files();
    files.push(listed("data.json", "[1]"));
    refused(&signed(&payload(files), &invalid), SECRET, "not an object");
}

#[test]
fn excluded_files_are_not_checked() {
    let bytes = signed(&json!({ "files": files() }), &[("docs/a.txt", "new")]);
    let mut options = verification(SECRET.0, SECRET.1);
    options.exclude = vec!["*.txt".to_owned()];
    let error = engine()
        .load_bundle(&bytes, &with(options.clone()))
        .unwrap_err();
    assert!(error.to_string().contains("docs/a.txt"), "{error}");
    options.exclude = vec!["docs/*.txt".to_owned()];
    engine()
        .load_bundle(&bytes, &with(options.clone()))
        .unwrap();
    options.exclude = vec!["docs/[".to_owned()];
    let error = engine().load_bundle(&bytes, &with(options)).unwrap_err();
    assert_eq!(error.code(), "GRID_ARGUMENT");
}

#[test]
fn invalid_signature_files_are_refused() {
    let good = token(
        &json!({ "alg": "HS256", "kid": "default" }),
        &json!({ "files": files() }),
        "secret",
    );
    for (text, part) in [
        ("{}".to_owned(), "not 0"),
        (r#"{"signatures": []}"#.to_owned(), "not 0"),
        (json!({ "signatures": [good, good] }).to_string(), "not 2"),
        (
            json!({ "signatures": [good], "plugin": "mine" }).to_string(),
            "plugin mine",
        ),
        ("[".to_owned(), ".signatures.json"),
        (
            json!({ "signatures": good }).to_string(),
            ".signatures.json",
        ),
    ] {
        refused(&of_signatures(&text, &[]), SECRET, part);
        let error = engine().load_bundle(&of_signatures(&text, &[]), &BundleOptions::default());
        assert!(
            error.is_err(),
            "a bundle with a signature file counts as signed"
        );
    }
    for payload in [
        json!({}),
        json!({ "files": {} }),
        json!({ "files": [{ "name": "p.rego" }] }),
    ] {
        refused(&signed(&payload, &[]), SECRET, "payload");
    }
}

#[test]
fn large_signed_data_is_hashed_within_the_limits() {
    let data = format!(
        "{{\"list\": [{}1]}}",
        "{\"k\": [1.0, \"x\"]}, ".repeat(20_000)
    );
    let form = data.replace(' ', "");
    let mut files = files();
    files.push(listed("big/data.json", &form));
    let bytes = signed(&json!({ "files": files }), &[("big/data.json", &data)]);
    load(&bytes, SECRET).unwrap();
    let engine = Engine::new(EngineOptions {
        max_load_memory_bytes: 2 << 20,
        ..EngineOptions::default()
    })
    .unwrap();
    let error = engine.load_bundle(&bytes, &with(verification(SECRET.0, SECRET.1)));
    assert_eq!(error.unwrap_err().option(), Some("max_load_memory_bytes"));
}
