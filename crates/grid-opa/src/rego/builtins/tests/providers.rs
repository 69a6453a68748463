//! AWS requests. The expected results are those of OPA 1.22.2.

use super::{answer, operands, within};
use crate::rego::builtins::{Failure, Halt};
use std::time::Duration;

const NAME: &str = "providers.aws.sign_req";
const KEYS: &str = r#""aws_access_key": "A", "aws_secret_access_key": "S", "aws_region": "r""#;

// The result for a request, with more fields in the configuration.
fn signed(request: &str, config: &str, time_ns: &str) -> String {
    answer(
        NAME,
        &format!("[{request}, {{{KEYS}, {config}}}, {time_ns}]"),
    )
}

// The header `Authorization` of a signed request.
fn authorization(request: &str) -> String {
    let signed = signed(request, r#""aws_service": "es""#, "1.0");
    let from = signed
        .split_once(r#""Authorization": ""#)
        .map(|(_, from)| from);
    let text = from
        .and_then(|from| from.split_once('"'))
        .map(|(text, _)| text);
    text.map_or(signed.clone(), str::to_owned)
}

#[test]
fn a_signature_covers_the_request() {
    let request = r#"{
        "method": "GET", "url": "https://iam.amazonaws.com/a b/(c)?Action=List Users&V=1#f",
        "headers": {"Host": "proxy", "User-Agent": "u", "X": 1}, "body": {"b": [1.0, {"$set": [2]}], "a": "<"}
    }"#;
    let config = r#"{
        "aws_access_key": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "aws_service": "iam", "aws_region": "us-east-1", "aws_session_token": "t"
    }"#;
    let signed = answer(NAME, &format!("[{request}, {config}, 1440938160000000000]"));
    assert_eq!(
        signed,
        "{\"body\": {\"a\": \"<\", \"b\": [1.0, {2}]}, \"headers\": {\"Authorization\": \"AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,SignedHeaders=host;x;x-amz-date;x-amz-security-token,\
         Signature=21ee288b5adbcf3d92e7013a08951868cee410eeca72608206dc6bfa10704efa\", \"Host\": \"proxy\", \
         \"User-Agent\": \"u\", \"X\": \"\", \"host\": \"iam.amazonaws.com\", \"x-amz-date\": \"20150830T123600Z\", \
         \"x-amz-security-token\": \"t\"}, \"method\": \"GET\", \
         \"url\": \"https://iam.amazonaws.com/a b/(c)?Action=List Users&V=1#f\"}"
    );
}

#[test]
fn s3_gets_the_hash_of_the_body_or_that_it_is_not_signed() {
    let request = r#"{"method": "put", "url": "s3://bucket/k", "raw_body": "text", "body": 1}"#;
    let config = r#""aws_service": "s3", "disable_payload_signing": true"#;
    assert_eq!(
        signed(request, config, "-1"),
        "{\"body\": 1, \"headers\": {\"Authorization\": \"AWS4-HMAC-SHA256 \
         Credential=A/19691231/r/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,\
         Signature=260a6e45c32886137397378030ddc35912796cdf0287756cd063f9289548d8f1\", \"host\": \"bucket\", \
         \"x-amz-content-sha256\": \"UNSIGNED-PAYLOAD\", \"x-amz-date\": \"19691231T235959Z\"}, \
         \"method\": \"put\", \"raw_body\": \"text\", \"url\": \"s3://bucket/k\"}"
    );
    let request = r#"{"method": "get", "url": "http://h/"}"#;
    let signed = signed(request, r#""aws_service": "s3""#, "951782400000000000");
    assert!(signed.contains("9d1852ff9b9c7f2dbd3b2b4aa1fe3acfc83d1ee4048dde8cc9e8b837870e355b"));
    assert!(signed.contains("20000229T000000Z"));
}

#[test]
fn duplicate_headers_are_signed_if_they_are_equal() {
    let request = |second: &str| {
        format!(
            r#"{{"method": "get", "url": "http://h/", "headers": {{
                "Ab": "1", "aB": "{second}", "": "e", "AUTHORIZATION": "mine", "Authorization": "old"
            }}}}"#
        )
    };
    assert_eq!(
        authorization(&request("1")),
        "AWS4-HMAC-SHA256 Credential=A/19700101/r/es/aws4_request,SignedHeaders=;ab;host;x-amz-date,\
         Signature=0914515c54115f45ce865005c03c49fda8f2453589e1b4f9493cd0171ad4a9e7"
    );
    assert_eq!(authorization(&request("2")), "unsure");
    // OPA would put bytes that are not UTF-8 into a header.
    assert_eq!(
        authorization(r#"{"method": "get", "url": "http://%FF/"}"#),
        "unsure"
    );
}

#[test]
fn errors_are_those_of_opa() {
    let config = format!(r#"{{{KEYS}, "aws_service": "es"}}"#);
    let cases = [
        (
            r#"1, {}, "a""#.to_owned(),
            "operand 1 must be object but got number",
        ),
        (
            r#"{}, [], "a""#.to_owned(),
            "operand 1 must be object but got array",
        ),
        (
            r#"{}, {"aws_region": 1}, "a""#.to_owned(),
            "operand 2 missing required AWS config parameters(s): {\"aws_access_key\", \"aws_secret_access_key\", \"aws_service\"}",
        ),
        (
            format!(r#"{{}}, {}, "a""#, config.replace("\"r\"", "null")),
            "operand 2 invalid values for required AWS config parameters(s): {\"aws_region\"}",
        ),
        (
            format!(r#"{{}}, {config}, "a""#),
            "operand 1 must be number but got string",
        ),
        (
            format!(r#"{{}}, {config}, 1e9"#),
            "operand 3 could not convert time_ns value into a unix timestamp",
        ),
        (
            format!(r#"{{"b": 1, "Url": 2}}, {config}, 1"#),
            "operand 1 invalid request parameters(s): {\"Url\", \"b\"}",
        ),
        (
            format!(r#"{{"url": 2, "headers": 1}}, {config}, 1"#),
            "operand 1 missing required request parameters(s): {\"method\"}",
        ),
        (
            format!(r#"{{"method": 1, "url": 2, "headers": 1}}, {config}, 1"#),
            "operand 0 must be object but got number",
        ),
        (
            format!(r#"{{"method": 1, "url": "%"}}, {config}, 1"#),
            "operand 1 invalid values for required request parameters(s): {\"method\"}",
        ),
        (
            format!(
                r#"{{"method": "", "url": ""}}, {}, 1"#,
                config.replace('}', r#", "disable_payload_signing": null}"#)
            ),
            "operand 2 invalid value for 'disable_payload_signing' in AWS config",
        ),
    ];
    for (arguments, expected) in cases {
        assert_eq!(
            answer(NAME, &format!("[{arguments}]")),
            format!("type: {expected}")
        );
    }
    assert_eq!(
        answer(
            NAME,
            &format!(r#"[{{"method": "", "url": "http://h/%zz"}}, {config}, 1]"#)
        ),
        r#"builtin: parse "http://h/%zz": invalid URL escape "%zz""#
    );
}

#[test]
fn headers_and_bodies_charge_memory() {
    let long = "a".repeat(40_000);
    let config = format!(r#"{{{KEYS}, "aws_service": "es"}}"#);
    for more in [
        format!(r#""body": "{long}{long}{long}""#),
        format!(r#""headers": {{"{long}": "1"}}"#),
        format!(r#""headers": {{"a": "{long}{long}{long}"}}"#),
    ] {
        let arguments = format!(r#"[{{"method": "", "url": "", {more}}}, {config}, 1]"#);
        let answer = within(
            NAME,
            &operands(&arguments),
            100_000,
            Duration::from_secs(60),
        );
        assert_eq!(answer, Err(Failure::Halt(Halt::Memory)), "{}", &more[..10]);
    }
}
