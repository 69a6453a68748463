//! JSON, YAML, schemas, times and hashes.

use super::check;

#[test]
fn json_and_other_notations() {
    check(&[
        (
            "json.marshal",
            r#"[{"b": {"$set": [2, 1]}, "a": "<"}]"#,
            r#""{\"a\":\"\\u003c\",\"b\":[1,2]}""#,
        ),
        ("json.unmarshal", r#"["{\"a\": 1.0}"]"#, r#"{"a": 1.0}"#),
        ("json.unmarshal", r#"["[1,"]"#, "builtin: unexpected EOF"),
        (
            "base64.decode",
            r#"["_w=="]"#,
            "builtin: illegal base64 data at input byte 0",
        ),
        ("base64.decode", r#"["/w=="]"#, "unsure"),
        (
            "urlquery.encode_object",
            r#"[{"a": ["1", "&"]}]"#,
            "\"a=1&a=%26\"",
        ),
        ("uuid.parse", r#"["x"]"#, "undefined"),
        (
            "net.cidr_contains",
            r#"["10.0.0.0/8", "10.1.0.0/16"]"#,
            "true",
        ),
        (
            "net.cidr_expand",
            r#"["10.0.0.0/31"]"#,
            r#"{"10.0.0.0", "10.0.0.1"}"#,
        ),
        ("opa.runtime", "[]", r#"{"a": 1}"#),
    ]);
}

#[test]
fn schemas() {
    let wrong = r#"[false, [{"desc": "Invalid type. Expected: integer, given: string", "error": "a: Invalid type. Expected: integer, given: string", "field": "a", "type": "invalid_type"}]]"#;
    check(&[
        (
            "json.match_schema",
            r#"[{"a": "x"}, {"properties": {"a": {"type": "integer"}}}]"#,
            wrong,
        ),
        (
            "json.match_schema",
            r##"["[[1]]", {"items": {"$ref": "#/definitions/x"}, "definitions": {"x": {"type": "array"}}}]"##,
            "[true, []]",
        ),
        (
            "json.match_schema",
            r#"[[0.3], {"items": {"multipleOf": 0.1}}]"#,
            "[true, []]",
        ),
        (
            "json.match_schema",
            r#"[[1], {"items": {"minimum": 1000000}}]"#,
            r#"[false, [{"desc": "Must be greater than or equal to 1e+06", "error": "0: Must be greater than or equal to 1e+06", "field": "0", "type": "number_gte"}]]"#,
        ),
        (
            "json.match_schema",
            r#"["\"a@b\"", {"format": "email"}]"#,
            "[true, []]",
        ),
        (
            "json.match_schema",
            r##"[[], {"allOf": [{"$ref": "#"}]}]"##,
            "unsure",
        ),
        (
            "json.match_schema",
            r#"[[], {"$ref": "http://a/b"}]"#,
            "unsure",
        ),
        (
            "json.match_schema",
            r#"[1, {}]"#,
            "builtin: wrong type, expected string or object",
        ),
        (
            "json.verify_schema",
            r#"[{"pattern": "("}]"#,
            r#"[false, "jsonschema: pattern must be a valid regex"]"#,
        ),
        (
            "json.verify_schema",
            r#"[{"minLength": 2, "maxLength": 1}]"#,
            r#"[false, "jsonschema: minLength cannot be greater than maxLength"]"#,
        ),
    ]);
}

#[cfg(feature = "yaml")]
#[test]
fn yaml() {
    check(&[
        (
            "yaml.unmarshal",
            r#"["a: yes\nb: [0x10, 1.0]\n<<: {b: 1, c: ~}"]"#,
            r#"{"a": "yes", "b": [16, 1], "c": null}"#,
        ),
        ("yaml.unmarshal", r#"["a: 1\na: 2"]"#, r#"{"a": 2}"#),
        (
            "yaml.unmarshal",
            r#"["&a [*a]"]"#,
            "builtin: yaml: anchor 'a' value contains itself",
        ),
        (
            "yaml.unmarshal",
            r#"["a: b: c"]"#,
            "builtin: yaml: mapping values are not allowed in this context",
        ),
        (
            "yaml.marshal",
            r#"[{"b": [1, {"c": "on"}], "a10": "x\ny", "a9": []}]"#,
            r#""a9: []\na10: |-\n  x\n  y\nb:\n  - 1\n  - c: \"on\"\n""#,
        ),
        ("yaml.is_valid", r#"["[1"]"#, "false"),
    ]);
}

#[cfg(feature = "time")]
#[test]
fn times() {
    check(&[
        ("time.now_ns", "[]", "1600000000000000000"),
        (
            "time.parse_rfc3339_ns",
            r#"["1970-01-01T00:00:01.5Z"]"#,
            "1500000000",
        ),
        (
            "time.parse_ns",
            r#"["2006-01-02", "1970-01-02"]"#,
            "86400000000000",
        ),
        (
            "time.format",
            r#"[[0, "America/New_York", "RFC1123"]]"#,
            "\"Wed, 31 Dec 1969 19:00:00 EST\"",
        ),
        ("time.add_date", "[0, 0, 1, 30]", "5270400000000000"),
        ("time.date", r#"[[0, "Nowhere/At_all"]]"#, "unsure"),
    ]);
}

#[cfg(feature = "crypto")]
#[test]
fn hashes() {
    check(&[
        (
            "crypto.md5",
            r#"["a"]"#,
            "\"0cc175b9c0f1b6a831c399e269772661\"",
        ),
        ("crypto.hmac.equal", r#"["a", "a"]"#, "true"),
    ]);
}
