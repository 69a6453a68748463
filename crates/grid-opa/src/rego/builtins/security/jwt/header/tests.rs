use super::*;

fn alg(header: &str) -> String {
    SigningHeader::read(header)
        .and_then(|mut header| header.text("alg"))
        .unwrap_or_else(|error| format!("! {error}"))
}

#[test]
fn the_first_of_fields_with_one_name() {
    assert_eq!(alg(r#"{"alg": "A", "alg": "B"}"#), "A");
    assert_eq!(alg(r#"{"x": {"alg": "A"}, "y": ["alg"], "alg": "B"}"#), "B");
    // A name as written takes precedence over a name with escapes, until a search unescapes all names.
    assert_eq!(alg(r#"{"\u0061lg": "A", "alg": "B"}"#), "B");
    let mut header = SigningHeader::read(r#"{"\u0061lg": "A", "alg": "B"}"#).unwrap();
    assert!(header.text("typ").is_err());
    assert_eq!(header.text("alg").unwrap(), "A");
}

#[test]
fn more_than_json() {
    for value in [
        "1.2.3", "01", "+1", "1e", "nan", "-inf", "+NaN", r#""\q""#, "\"\n\"", "--",
    ] {
        assert_eq!(
            alg(&format!(r#"{{"x": {value}, "alg": "A"}}"#)),
            "A",
            "{value}"
        );
    }
    for value in [
        "-", "x", "infx", "[1,]", "{\"a\"}", "tru", "", "[", "\"", "\"\\",
    ] {
        let header = format!(r#"{{"x": {value}, "alg": "A"}}"#);
        assert!(alg(&header).starts_with('!'), "{value}");
    }
    assert_eq!(alg("-"), "! jwsbb: header \"alg\" not found");
    assert_eq!(alg("{} {"), "! unexpected tail: \"{\"");
    let empty = "! cannot parse JSON: cannot parse empty string; unparsed tail: \"\"";
    assert_eq!(alg(" "), empty);
}

#[test]
fn depth_has_a_bound() {
    let nested = |depth: usize| {
        format!(
            r#"{{"x": {}1{}, "alg": "A"}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    assert_eq!(alg(&nested(298)), "A");
    assert_eq!(alg(&nested(299)), "! cannot parse JSON");
    assert_eq!(alg(&nested(100_000)), "! cannot parse JSON");
}

#[test]
fn texts_and_others() {
    assert_eq!(
        alg(r#"{"alg": "\u0041\/\n\ud83d\ude00\ud83d\u0041\ud83dx\u00"}"#),
        "A/\n\u{1f600}\u{fffd}\\ud83dx\\u00"
    );
    let kinds = [
        ("1", "number"),
        ("null", "null"),
        ("[]", "array"),
        ("{}", "object"),
        ("true", "true"),
    ];
    for (value, kind) in kinds {
        let error = format!("! value doesn't contain string; it contains {kind}");
        assert_eq!(alg(&format!(r#"{{"alg": {value}}}"#)), error);
    }
}
