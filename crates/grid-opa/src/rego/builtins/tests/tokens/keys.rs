//! Tokens with the keys of RFC 6979, RFC 7515 and RFC 8037. The tokens under `fixed` come from another program, those under `opa` come
//! from OPA. OPA verifies all of them.

use super::{call, sign, unquoted};
use serde_json::{Value, json};

fn data() -> Value {
    serde_json::from_str(include_str!("../tokens.json")).unwrap()
}

fn public(key: &Value) -> Value {
    let mut key = key.clone();
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        key.as_object_mut().unwrap().remove(private);
    }
    key
}

// The result for a token and the text of a JWK.
fn verify(algorithm: &str, token: &str, key: &Value) -> String {
    let name = format!("verify_{}", algorithm.to_lowercase());
    call(&name, json!([token, key.to_string()]))
}

#[cfg(feature = "jwt-rsa")]
fn decode_verify(token: &str, key: &Value) -> String {
    call("decode_verify", json!([token, { "cert": key.to_string() }]))
}

#[cfg(feature = "jwt-rsa")]
#[test]
fn rsa_keys_sign() {
    let data = data();
    let key = &data["keys"]["rsa"];
    for algorithm in ["RS256", "RS384", "RS512"] {
        assert_eq!(sign(algorithm, key), data["fixed"][algorithm].to_string());
    }
    for algorithm in ["PS256", "PS384", "PS512"] {
        // The salt differs each time.
        let (one, other) = (sign(algorithm, key), sign(algorithm, key));
        assert_ne!(one, other);
        for signed in [&one, &other] {
            assert_eq!(verify(algorithm, unquoted(signed), &public(key)), "true");
            // This requires a salt as long as the hash.
            assert!(decode_verify(unquoted(signed), &public(key)).starts_with("[true"));
        }
        let of_opa = data["opa"][format!("{algorithm} rsa")].as_str().unwrap();
        assert_eq!(verify(algorithm, of_opa, &public(key)), "true");
        let other = of_opa.replace("eyJhIjoxfQ", "eyJhIjoyfQ");
        assert_eq!(verify(algorithm, &other, &public(key)), "false");
    }
}

#[cfg(feature = "jwt-rsa")]
#[test]
fn rsa_keys_that_go_does_not_sign_with() {
    let data = data();
    let with = |changes: &[(&str, &str)]| {
        let mut key = data["keys"]["rsa"].clone();
        for (name, value) in changes {
            match *value {
                "" => key.as_object_mut().unwrap().remove(*name),
                value => key
                    .as_object_mut()
                    .unwrap()
                    .insert((*name).to_owned(), value.into()),
            };
        }
        sign("RS256", &key)
    };
    let (p, q) = (
        data["keys"]["rsa"]["p"].as_str().unwrap(),
        data["keys"]["rsa"]["q"].as_str().unwrap(),
    );
    let signed = data["fixed"]["RS256"].to_string();
    let no_crt = [("dp", ""), ("dq", ""), ("qi", "")];
    assert_eq!(with(&no_crt), signed);
    assert_eq!(with(&[("dp", "AQ"), ("qi", "")]), signed);
    assert_eq!(with(&[("p", q), ("q", p), ("dp", "")]), signed);
    for (changes, error) in [
        (vec![("d", "")], "RS256 cannot sign with this key"),
        (vec![("d", ""), ("D", "x")], "required field d is missing"),
        (vec![("p", "")], r#"missing "p" value"#),
        (vec![("q", "")], r#"missing "q" value"#),
        (vec![("p", "AQ")], "modulus must be > 1"),
        (vec![("p", q)], "crypto/rsa: p * q != n"),
        (vec![("d", q)], "crypto/rsa: invalid CRT exponent"),
        (vec![("dp", q)], "crypto/rsa: invalid CRT exponent"),
        (vec![("dq", "AQ")], "crypto/rsa: invalid CRT exponent"),
        (vec![("qi", q)], "crypto/rsa: invalid CRT coefficient"),
        (
            vec![("e", "AQ")],
            "crypto/rsa: public exponent too small or negative",
        ),
        (
            vec![("e", "gAAAAQ")],
            "crypto/rsa: public exponent too large",
        ),
    ] {
        let answer = with(&changes);
        assert_eq!(answer, format!("builtin: {error}"), "{changes:?}");
    }
    assert!(with(&[("n", "_w")]).starts_with("builtin: crypto/rsa: 8-bit keys are insecure"));
    let long = "_".repeat(1400);
    assert_eq!(with(&[("n", &long)]), "unsure");
}

#[cfg(feature = "jwt-ec")]
#[test]
fn keys_on_curves_sign() {
    let data = data();
    let keys = &data["keys"];
    for (algorithm, key) in [
        ("ES256", "p256"),
        ("ES384", "p384"),
        ("ES512", "p521"),
        ("EdDSA", "ed"),
    ] {
        assert_eq!(
            sign(algorithm, &keys[key]),
            data["fixed"][algorithm].to_string(),
            "{algorithm}"
        );
    }
    // As in OPA, any hash works with any curve.
    for (named, token) in data["opa"].as_object().unwrap() {
        let (algorithm, key) = named.split_once(' ').unwrap();
        if !algorithm.starts_with("ES") {
            continue;
        }
        let key = &keys[key];
        assert_eq!(
            verify(algorithm, token.as_str().unwrap(), &public(key)),
            "true",
            "{named}"
        );
        let own = sign(algorithm, key);
        assert_eq!(
            verify(algorithm, unquoted(&own), &public(key)),
            "true",
            "{named}"
        );
    }
}

#[cfg(feature = "jwt-ec")]
#[test]
fn keys_on_curves_that_go_does_not_sign_with() {
    let data = data();
    let with = |key: &str, name: &str, value: Value| {
        let mut key = data["keys"][key].clone();
        key[name] = value;
        key
    };
    // The order of P-256. Secrets are above 0 and below the order.
    let order = "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE";
    let zero = "A".repeat(43);
    let failed = |why| format!("builtin: failed to sign payload using ecdsa: {why}");
    let overflow = failed("input overflows the modulus");
    assert_eq!(sign("ES256", &with("p256", "d", order.into())), overflow);
    let below = failed("ecdsa: private key scalar is zero or negative");
    assert_eq!(sign("ES256", &with("p256", "d", zero.into())), below);
    let short = sign("ES256", &with("p256", "d", "AQ".into()));
    assert_eq!(
        short,
        r#"builtin: invalid "d" length (1) for curve "P-256""#
    );
    let x = with("p256", "x", "AQ".into());
    assert_eq!(
        sign("ES256", &x),
        r#"builtin: invalid "x" length (1) for curve "P-256""#
    );
    let other = with("ed", "x", data["keys"]["p256"]["x"].clone());
    assert_eq!(
        sign("EdDSA", &other),
        "builtin: ed25519: invalid x value given d value"
    );
    assert_eq!(
        sign("ES256", &data["keys"]["ed"]),
        "builtin: ES256 cannot sign with this key"
    );
    // OPA uses the bytes of these keys as a secret.
    assert_eq!(sign("HS256", &data["keys"]["ed"]), "unsure");
    assert_eq!(sign("HS256", &public(&data["keys"]["ed"])), "unsure");
}

// io.jwt.verify_* needs public keys. io.jwt.decode_verify takes the public part of private keys.
#[cfg(all(feature = "jwt-rsa", feature = "jwt-ec"))]
#[test]
fn private_keys_verify_in_decode_verify_only() {
    let data = data();
    let tokens = [
        ("RS256", "rsa"),
        ("ES256", "p256"),
        ("ES512", "p521"),
        ("EdDSA", "ed"),
    ];
    for (algorithm, key) in tokens {
        let key = &data["keys"][key];
        let token = data["fixed"][algorithm].as_str().unwrap();
        assert_eq!(verify(algorithm, token, key), "false", "{algorithm}");
        assert_eq!(
            verify(algorithm, token, &public(key)),
            "true",
            "{algorithm}"
        );
        let both = json!({ "keys": [key, public(key)] });
        assert_eq!(verify(algorithm, token, &both), "true", "{algorithm}");
        let expected = format!(r#"[true, {{"alg": "{algorithm}"}}, {{"a": 1}}]"#);
        assert_eq!(decode_verify(token, key), expected);
    }
    // A private RSA key must have both primes, with any value.
    let token = data["fixed"]["RS256"].as_str().unwrap();
    let mut key = data["keys"]["rsa"].clone();
    key["p"] = Value::Null;
    assert!(decode_verify(token, &key).starts_with("[true"));
    key.as_object_mut().unwrap().remove("p");
    assert_eq!(decode_verify(token, &key), r#"builtin: missing "p" value"#);
}
