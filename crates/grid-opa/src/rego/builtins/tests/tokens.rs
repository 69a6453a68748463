//! Tokens, and the errors of signing.

#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
mod keys;

use super::{answer, check};
use serde_json::{Value, json};

fn call(name: &str, operands: Value) -> String {
    answer(&format!("io.jwt.{name}"), &operands.to_string())
}

fn sign(algorithm: &str, key: &Value) -> String {
    call(
        "encode_sign",
        json!([{ "alg": algorithm }, { "a": 1 }, key]),
    )
}

fn unquoted(answer: &str) -> &str {
    answer.trim_matches('"')
}

#[test]
fn secrets() {
    let signed = sign("HS256", &json!({ "kty": "oct", "k": "YQ" }));
    let token = unquoted(&signed);
    assert_eq!(call("verify_hs256", json!([token, "a"])), "true");
    assert_eq!(call("verify_hs256", json!([token, "b"])), "false");
    let decoded = call("decode", json!([token]));
    assert_eq!(decoded.get(..30), Some(r#"[{"alg": "HS256"}, {"a": 1}, ""#));
    // OPA signs with the first of several fields with the same name.
    let header = r#"{"alg": "HS256", "alg": "RS256"}"#;
    let key = r#"{"kty": "oct", "k": "YQ"}"#;
    let raw = call("encode_sign_raw", json!([header, "{}", key]));
    assert_eq!(call("verify_hs256", json!([unquoted(&raw), "a"])), "true");
}

#[test]
fn errors_of_signing() {
    let oct = r#"{"kty": "oct", "k": "YQ"}"#;
    for (header, payload, key, expected) in [
        (
            "{}",
            "{}",
            oct,
            r#"missing or invalid 'alg' header: jwsbb: header "alg" not found"#,
        ),
        (
            r#"{"alg": "none"}"#,
            "{}",
            oct,
            "unknown JWS algorithm: none",
        ),
        (
            r#"{"alg": "HS256"}"#,
            "x",
            oct,
            "type is JWT but payload is not JSON",
        ),
        (
            r#"{"alg": "HS256"}"#,
            "{}",
            r#"{"keys": []}"#,
            "no keys found in JWK set",
        ),
        (
            r#"{"alg": "RS256"}"#,
            "{}",
            oct,
            "RS256 cannot sign with this key",
        ),
    ] {
        let answer = call("encode_sign_raw", json!([header, payload, key]));
        assert_eq!(answer, format!("builtin: {expected}"), "{header}");
    }
}

#[test]
fn bytes_that_are_not_utf8() {
    // {"alg":"HS256","x":"<ff>"} and {"a":"<c3>"}; the same outside of strings; a nested token followed by <ff>.
    let in_strings = "eyJhbGciOiJIUzI1NiIsIngiOiL_In0.eyJhIjoiwyJ9.AQ";
    let outside = "eyJhbGciOiJIUzI1NiJ9.eyJhIjr_fQ.AQ";
    let header = "eyJhbGciOiJIUzI1NiL_fQ.e30.AQ";
    let nested = "eyJhbGciOiJIUzI1NiIsImN0eSI6IkpXVCJ9.ZXlKaGJHY2lPaUpJVXpJMU5pSjkuZTMwLkFRRf8.AQ";
    let quoted = |token: &str| format!("[\"{token}\"]");
    check(&[
        (
            "io.jwt.decode",
            &quoted(in_strings),
            "[{\"alg\": \"HS256\", \"x\": \"\u{fffd}\"}, {\"a\": \"\u{fffd}\"}, \"01\"]",
        ),
        (
            "io.jwt.decode",
            &quoted(outside),
            "builtin: invalid JSON: invalid character 'ÿ' looking for beginning of value",
        ),
        (
            "io.jwt.decode",
            &quoted(header),
            "builtin: bad JWT header: invalid JSON: invalid character 'ÿ' after object key:value pair",
        ),
        (
            "io.jwt.decode",
            &quoted(nested),
            "builtin: JWT signature had invalid encoding: illegal base64 data at input byte 3",
        ),
    ]);
}
