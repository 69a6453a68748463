//! Tokens and keys of OPA's own cases.

use crate::extensions::tests::ask;
use crate::{Engine, EngineOptions};
use serde_json::{Value, json};

const HS256: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwIiwiaXNzIjoib3BhIn0.XmVoLoHI3pxMtMO_WRONMSJzGUDP9pDjy8Jp0_tdRXY";
const HS256_NBF: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJ4eHgiLCJuYmYiOjEwMDAuMX0.8ab0xurlRs_glclA3Sm7OMQgwkQvE4HuLsfMOc4nVO8";
const ES256: &str = "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJFUzI1NiJ9.eyJuYmYiOiAxNDQ0NDc4NDAwLCAiaXNzIjogInh4eCJ9.lArczfN-pIL8oUU-7PU83u-zfXougXBZj6drFeKFsPEoVhy9WAyiZlRshYqjTSXdaw8yw2L-ovt4zTUZb2PWMg";
const ES256_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"z8J91ghFy5o6f2xZ4g8LsLH7u2wEpT2ntj8loahnlsE","y":"7bdeXLH61KrGWRdh7ilnbcGQACxykaPKfmBccTHIOUo"}"#;
const ES256_CERTIFICATE: &str = r#"-----BEGIN CERTIFICATE-----
MIIBcDCCARagAwIBAgIJAMZmuGSIfvgzMAoGCCqGSM49BAMCMBMxETAPBgNVBAMM
CHdoYXRldmVyMB4XDTE4MDgxMDE0Mjg1NFoXDTE4MDkwOTE0Mjg1NFowEzERMA8G
A1UEAwwId2hhdGV2ZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATPwn3WCEXL
mjp/bFniDwuwsfu7bASlPae2PyWhqGeWwe23Xlyx+tSqxlkXYe4pZ23BkAAscpGj
yn5gXHExyDlKo1MwUTAdBgNVHQ4EFgQUElRjSoVgKjUqY5AXz2o74cLzzS8wHwYD
VR0jBBgwFoAUElRjSoVgKjUqY5AXz2o74cLzzS8wDwYDVR0TAQH/BAUwAwEB/zAK
BggqhkjOPQQDAgNIADBFAiEA4yQ/88ZrUX68c6kOe9G11u8NUaUzd8pLOtkKhniN
OHoCIHmNX37JOqTcTzGn2u9+c8NlnvZ0uDvsd1BmKPaUmjmm
-----END CERTIFICATE-----
"#;
const PS256: &str = "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJQUzI1NiJ9.eyJuYmYiOiAxNDQ0NDc4NDAwLCAiZm9vIjogImJhciJ9.i0F3MHWzOsBNLqjQzK1UVeQid9xPMowCoUsoM-C2BDxUY-FMKmCeJ1NJ4TGnS9HzFK1ftEvRnPT7EOxOkHPoCk1rz3feTFgtHtNzQqLM1IBTnz6aHHOrda_bKPHH9ZIYCRQUPXhpC90ivW_IJR-f7Z1WLrMXaJ71i1XteruENHrJJJDn0HedHG6N0VHugBHrak5k57cbE31utAdx83TEd8v2Y8wAkCJXKrdmTa-8419LNxW_yjkvoDD53n3X5CHhYkSymU77p0v6yWO38qDWeKJ-Fm_PrMAo72_rizDBj_yPa5LA3bT_EnsgZtC-sp8_SCDIH41bjiCGpRHhqgZmyw";
const PS256_KEY: &str = r#"{"kty":"RSA","e":"AQAB","kid":"bf688c97-bf51-49ba-b9d3-115195bb0eb8","n":"uJApsyzFv-Y85M5JjezHvMDw_spgVCI7BqpYhnzK3xXw1dnkz1bWXGA9yF6AeADlE-1yc1ozrAURTnFSihIgj414i3MC2_0FkNcdAbnX7d9q9_jdCkHda4HER0zzXCaHlgnzoAz6edUU800-h0LleLnfgg4UST-0DFTCIGpfTbs7OPSy2WgT1vP6xbB45CUOJA7o0q6XE-hdhWWN0plrDiYD-0Y1SpOQYXmHhSmr-WVeKeoh5_0zeEVab6TQYec_16ByEyepaZB0g6WyGkFE6aG1NrpvDd24s_h7BAJg_S2mtu1lKWEqYjOgwzEl5XQQyXbpnq1USb12ArX16rZdew"}"#;
const EDDSA: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWUsImlhdCI6MTUxNjIzOTAyMn0.JkKWCY39IdWEQttmdqR7VdsvT-_QxheW_eb0S5wr_j83ltux_JDUIXs7a3Dtn3xuqzuhetiuJrWIvy5TzimeCg";
const EDDSA_KEY: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"wmK6SSAu2E9V7uynkCKEaj5nZJyTvNG4x0KohsRzLpg"}"#;
const SIGNING_KEY: &str = r#"{"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;

// A call of a builtin of io.jwt with these arguments.
fn call(name: &str, arguments: &[Value]) -> String {
    let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
    format!("io.jwt.{name}({})", arguments.join(", "))
}

fn refused() -> Value {
    json!([false, {}, {}])
}

#[test]
fn decode_does_as_in_opa() {
    let nested = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImN0eSI6IkpXVCJ9.ImV5SmhiR2NpT2lKSVV6STFOaUlzSW5SNWNDSTZJa3BYVkNKOS5leUp6ZFdJaU9pSXdJaXdpYVhOeklqb2liM0JoSW4wLlhtVm9Mb0hJM3B4TXRNT19XUk9OTVNKekdVRFA5cERqeThKcDBfdGRSWFki.8W0qx4mLxslmZl7wEMUWBxH7tST3XsEuWXxesXqFnRI";
    let duplicate = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiAiMCIsImlzcyI6ICJub3Qgb3BhIiwgImlzcyI6ICJhbHNvIG5vdCBvcGEiLCAiaXNzIjogIm9wYSJ9.XmVoLoHI3pxMtMO_WRONMSJzGUDP9pDjy8Jp0_tdRXY";
    for token in [HS256, nested, duplicate] {
        let expected = json!([
            { "alg": "HS256", "typ": "JWT" },
            { "iss": "opa", "sub": "0" },
            "5e65682e81c8de9c4cb4c3bf59138d3122731940cff690e3cbc269d3fb5d4576",
        ]);
        assert_eq!(ask(&call("decode", &[json!(token)])), Ok(Some(expected)));
    }
    for (token, error) in [
        ("", "no period separators"),
        ("a.b", "must have 3 sections, found 2"),
        ("a.b.c", "JWT header had invalid encoding"),
        ("e30.YQ.", "payload"),
        ("W10.e30.", "no JSON object"),
        (
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImVuYyI6ImJsYWgifQ.e30.",
            "JWE object",
        ),
        ("e30.e30.a", "JWT signature had invalid encoding"),
        ("é.é.é", "illegal base64"),
    ] {
        let found = ask(&call("decode", &[json!(token)]));
        assert!(
            found.as_ref().is_err_and(|text| text.contains(error)),
            "{token}: {found:?}"
        );
    }
}

#[test]
fn secrets_verify_as_in_opa() {
    let constraints = |more: Value| {
        let mut constraints = json!({ "secret": "secret" });
        if let (Some(all), Value::Object(more)) = (constraints.as_object_mut(), more) {
            all.extend(more);
        }
        constraints
    };
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let verified = json!([true, header, { "iss": "xxx", "nbf": 1000.1 }]);
    for (more, expected) in [
        (json!({}), verified.clone()),
        (json!({ "iss": "xxx", "alg": "HS256" }), verified.clone()),
        (json!({ "time": 1_000_100_000_000_u64 }), verified.clone()),
        (json!({ "time": 1_000_099_999_999_u64 }), refused()),
        (json!({ "time": 0 }), refused()),
        (json!({ "iss": "yyy" }), refused()),
        (json!({ "aud": "yyy" }), refused()),
        (json!({ "alg": "HS384" }), refused()),
        (json!({ "alg": "none" }), refused()),
        (json!({ "secret": "Secret" }), refused()),
    ] {
        let call = call("decode_verify", &[json!(HS256_NBF), constraints(more)]);
        assert_eq!(ask(&call), Ok(Some(expected)), "{call}");
    }
    for (more, error) in [
        (json!({ "secret": "" }), "no key constraint"),
        (
            json!({ "secret": 1 }),
            "secret constraint: must be a string",
        ),
        (json!({ "time": -1 }), "must not be negative"),
        (json!({ "time": "1" }), "must be a number"),
        (json!({ "x": 1 }), "unknown token validation constraint: x"),
        (json!({ "cert": "x" }), "no valid JSON"),
        (json!({ "cert": SIGNING_KEY }), "duplicate key constraints"),
    ] {
        let found = ask(&call(
            "decode_verify",
            &[json!(HS256_NBF), constraints(more)],
        ));
        assert!(
            found.as_ref().is_err_and(|text| text.contains(error)),
            "{error}: {found:?}"
        );
    }
    // Of no algorithm, of one that is none, and with a field that must be understood: {}, none, crit.
    for header in [
        "e30",
        "eyJhbGciOiJub25lIn0",
        "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsieCJdLCJ4IjoxfQ",
    ] {
        let token = format!("{header}.e30.");
        let call = call(
            "decode_verify",
            &[json!(token), json!({ "secret": "secret" })],
        );
        assert_eq!(ask(&call), Ok(Some(refused())), "{call}");
    }
    for (name, secret, expected) in [
        ("verify_hs256", "secret", true),
        ("verify_hs256", "", false),
        ("verify_hs384", "secret", false),
        ("verify_hs512", "secret", false),
    ] {
        let call = call(name, &[json!(HS256_NBF), json!(secret)]);
        assert_eq!(ask(&call), Ok(Some(json!(expected))), "{call}");
    }
}

#[test]
fn secrets_sign_as_in_opa() {
    let payload = r#"{"aud": {"bob", "saul"}, "exp": 1300819380, "http://example.com/is_root": true, "iss": "joe", "privateParams": {"private_one": "one", "private_two": "two"}}"#;
    let header = r#"{"alg": "HS256", "typ": "JWT"}"#;
    let call = format!("io.jwt.encode_sign({header}, {payload}, {SIGNING_KEY})");
    let expected = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOlsiYm9iIiwic2F1bCJdLCJleHAiOjEzMDA4MTkzODAsImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlLCJpc3MiOiJqb2UiLCJwcml2YXRlUGFyYW1zIjp7InByaXZhdGVfb25lIjoib25lIiwicHJpdmF0ZV90d28iOiJ0d28ifX0.-Or2eol8bzly-Ztb0v7_7UkcKBkN_aNNpK33HK0MeOY";
    assert_eq!(ask(&call), Ok(Some(json!(expected))));
    let raw = |header: &str, payload: &str| {
        let arguments = [json!(header), json!(payload), json!(SIGNING_KEY)];
        ask(&self::call("encode_sign_raw", &arguments))
    };
    assert_eq!(
        raw("{\"typ\":\"text/plain\",\r\n \"alg\":\"HS256\"}", "e"),
        Ok(Some(json!(
            "eyJ0eXAiOiJ0ZXh0L3BsYWluIiwNCiAiYWxnIjoiSFMyNTYifQ.ZQ.oO8Vnc4Jv7-J231a1bEcQrgXfKbNW-kEvVY7BP1v5rM"
        )))
    );
    for (header, payload, error) in [
        ("{}", "{}", "'alg' header"),
        ("x", "{}", "no valid JSON"),
        ("{\"alg\":\"none\"}", "{}", "unknown JWS algorithm: none"),
        ("{\"alg\":\"HS256\"}", "", "payload is not JSON"),
        ("{\"alg\":\"RS256\"}", "{}", "signs with HS256"),
    ] {
        let found = raw(header, payload);
        assert!(
            found.as_ref().is_err_and(|text| text.contains(error)),
            "{error}: {found:?}"
        );
    }
}

// An answer for each algorithm with keys; an error that stays one where the build cannot check it.
fn with_keys(token: &str, keys: &str, built: bool) {
    let call = call("decode_verify", &[json!(token), json!({ "cert": keys })]);
    if built {
        let found = ask(&call);
        assert!(
            found
                .as_ref()
                .is_ok_and(|found| found.as_ref().is_some_and(|found| found[0] == true)),
            "{found:?}"
        );
        let (signed, signature) = token.rsplit_once('.').unwrap_or_default();
        let other = format!("{signed}.{}", signature.chars().rev().collect::<String>());
        let call = self::call("decode_verify", &[json!(other), json!({ "cert": keys })]);
        assert_eq!(ask(&call), Ok(Some(refused())));
        return;
    }
    let policy = format!(
        "package p\nok(x) := 1 if {call}[0] == x\nok(x) := 2 if x\ndeny if not {call}[0]\nvalue := ok(true)\nlist := [x | x := {call}]"
    );
    let engine = Engine::new(EngineOptions::default()).and_then(|engine| {
        engine.load_policies(&[("p", &policy)])?;
        Ok(engine)
    });
    for rule in ["data.p.deny", "data.p.value", "data.p.list", "data.p"] {
        let found = engine
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|engine| engine.evaluate(rule, None));
        assert!(
            found
                .as_ref()
                .is_err_and(|error| error.message().contains("this build cannot")),
            "{rule}: {found:?}"
        );
    }
}

#[test]
fn what_is_not_built_in_is_always_an_error() {
    with_keys(ES256, ES256_KEY, cfg!(feature = "jwt-ec"));
    with_keys(EDDSA, EDDSA_KEY, cfg!(feature = "jwt-ec"));
    with_keys(PS256, PS256_KEY, cfg!(feature = "jwt-rsa"));
    if cfg!(feature = "jwt-ec") || !cfg!(feature = "jwt-rsa") {
        with_keys(ES256, ES256_CERTIFICATE, cfg!(feature = "jwt-ec"));
    }
    // A secret is none of a key's business, whatever the header says, and a key of another kind verifies nothing.
    for (token, keys) in [(HS256, ES256_KEY), (ES256, PS256_KEY), (PS256, ES256_KEY)] {
        let call = call("decode_verify", &[json!(token), json!({ "cert": keys })]);
        assert_eq!(ask(&call), Ok(Some(refused())), "{call}");
    }
}

#[test]
fn odd_keys_are_errors() {
    for keys in [
        "",
        "null",
        "{\"keys\":{}}",
        "{\"keys\":[1]}",
        "{\"keys\":[{}]}",
        "{\"kty\":\"oct\",\"k\":\"\"}",
        "{\"kty\":\"oct\",\"k\":\"é\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-999\",\"x\":\"AA\",\"y\":\"AA\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}",
        "{\"kty\":\"RSA\",\"n\":\"AA\",\"e\":\"Ag\"}",
        "{\"kty\":\"oct\",\"k\":\"AA\",\"alg\":\"nope\"}",
        "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----x",
        "-----BEGIN PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nMAAwAA==\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ] {
        let call = call("decode_verify", &[json!(HS256), json!({ "cert": keys })]);
        assert!(ask(&call).is_err(), "{call}");
    }
    assert_eq!(
        ask(&call(
            "decode_verify",
            &[json!(HS256), json!({ "cert": "{\"keys\":[]}" })]
        )),
        Ok(Some(refused()))
    );
}
