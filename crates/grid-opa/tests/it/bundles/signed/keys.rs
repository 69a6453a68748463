//! The keys of signatures: which one verifies, and invalid ones.

use super::super::engine;
use super::super::files::plain;
use super::{P256, RSA, SECRET, files, load, of_token, refused, token, verification, with};
use grid_opa::BundleVerification;
use serde_json::json;

#[test]
fn the_key_and_not_the_token_selects_the_algorithm() {
    let payload = json!({ "files": files() });
    // Anyone with the public key could create this token.
    let confused = token(&json!({ "alg": "HS256", "kid": "default" }), &payload, RSA);
    refused(
        &of_token(&confused, &[]),
        ("RS256", RSA),
        "algorithm is HS256",
    );
    let parts: Vec<&str> = confused.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwia2lkIjoiZGVmYXVsdCJ9";
    let posing = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImRlZmF1bHQifQ";
    for (token, part) in [
        (format!("{none}.{}.", parts[1]), "algorithm is none"),
        (
            format!("{posing}.{}.{}", parts[1], parts[2]),
            "not signed with the key",
        ),
        (format!("{posing}.{}.", parts[1]), "not signed with the key"),
        (format!("{}.{}", parts[0], parts[1]), "3 sections"),
        (String::new(), "no period"),
        ("..".to_owned(), "header"),
        (format!("{}.!.{}", parts[0], parts[2]), "payload"),
    ] {
        refused(&of_token(&token, &[]), ("RS256", RSA), part);
    }
    let critical = json!({ "alg": "HS256", "kid": "default", "crit": ["x"], "x": 1 });
    refused(
        &of_token(&token(&critical, &payload, "secret"), &[]),
        SECRET,
        "unknown critical field",
    );
    // The last character of a signature contains unused bits; all other bits count.
    let good = token(
        &json!({ "alg": "HS256", "kid": "default" }),
        &payload,
        "secret",
    );
    load(&of_token(&good, &[]), SECRET).unwrap();
    let other = if good.ends_with("AA") { "BB" } else { "AA" };
    let bad = format!("{}{other}", &good[..good.len() - 2]);
    refused(&of_token(&bad, &[]), SECRET, "not signed with the key");
}

#[test]
fn the_named_key_is_used() {
    let payload = json!({ "files": files(), "keyid": "other" });
    let header = |kid: Option<&str>| {
        kid.map_or(
            json!({ "alg": "HS256" }),
            |kid| json!({ "alg": "HS256", "kid": kid }),
        )
    };
    let bundle = |kid| of_token(&token(&header(kid), &payload, "secret"), &[]);
    refused(&bundle(None), SECRET, "names the key other");
    refused(&bundle(Some("third")), SECRET, "names the key third");
    load(&bundle(Some("default")), SECRET).unwrap();
    let unnamed = token(&header(None), &json!({ "files": files() }), "secret");
    refused(&of_token(&unnamed, &[]), SECRET, "does not name a key");
    let mut options = verification(SECRET.0, SECRET.1);
    options.key_id = Some("default".to_owned());
    engine()
        .load_bundle(&bundle(Some("third")), &with(options.clone()))
        .unwrap();
    options.key_id = Some("third".to_owned());
    let error = engine()
        .load_bundle(&bundle(None), &with(options))
        .unwrap_err();
    assert_eq!(error.code(), "GRID_ARGUMENT");
}

#[test]
fn invalid_keys_are_argument_errors() {
    for (algorithm, key) in [
        ("HS256", ""),
        ("HS256", RSA),
        ("RS256", "secret"),
        (
            "RS256",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        ),
        ("none", "secret"),
        ("", "secret"),
        ("hs256", "secret"),
    ] {
        let error = load(plain(), (algorithm, key)).unwrap_err();
        assert_eq!(error.code(), "GRID_ARGUMENT", "{algorithm}: {error}");
    }
    let error = engine().load_bundle(plain(), &with(BundleVerification::default()));
    assert_eq!(error.map_err(|error| error.code()), Err("GRID_ARGUMENT"));
    // A key of another kind than its algorithm cannot verify.
    refused(
        include_bytes!("../rs256.tar.gz"),
        ("RS256", P256),
        "not signed with the key",
    );
}
