//! Responses that are kept: in an evaluation, and between evaluations.

use super::{ASK, Sent, engine, response};
use grid_opa::{Engine, EngineOptions, Hosts, HttpClient, HttpSend, Permissions};
use serde_json::json;

#[test]
fn the_same_request_is_sent_once_in_an_evaluation_and_again_in_the_next() {
    let (engine, sent) = engine(&["127.0.0.1"], |_| Ok(response(200, &[], "x")));
    let query = format!("x := [y | some i in [1, 2, 3]; y := {ASK}.raw_body]");
    assert_eq!(engine.query(&query, None).map(|found| found.len()), Ok(1));
    assert_eq!(sent.lock().unwrap().len(), 1);
    assert_eq!(engine.query(&query, None).map(|found| found.len()), Ok(1));
    assert_eq!(sent.lock().unwrap().len(), 2);
}

/// The numbers of requests after each evaluation.
fn counts(engine: &Engine, sent: &Sent, query: &str, times: usize) -> Vec<usize> {
    let each = (0..times).map(|_| {
        engine.evaluate(query, None).unwrap();
        sent.lock().unwrap().len()
    });
    each.collect()
}

#[test]
fn responses_are_kept_between_evaluations_as_the_request_and_the_headers_say() {
    const FAR: (&str, &str) = ("Expires", "Fri, 01 Jan 2100 00:00:00 GMT");
    let ask = |rest: &str| {
        format!(r#"http.send({{"method": "get", "url": "http://127.0.0.1", {rest}}}).status_code"#)
    };
    let of = |headers: &'static [(&'static str, &'static str)], status: u16, rest: &str| {
        let (engine, sent) = engine(&["127.0.0.1"], move |_| Ok(response(status, headers, "x")));
        counts(&engine, &sent, &ask(rest), 2)
    };
    assert_eq!(of(&[FAR], 200, r#""cache": true"#), [1, 1]);
    assert_eq!(of(&[FAR], 200, r#""cache": false"#), [1, 2]);
    assert_eq!(of(&[FAR], 500, r#""cache": true"#), [1, 2]);
    assert_eq!(
        of(
            &[FAR, ("Cache-Control", "no-store")],
            200,
            r#""cache": true"#
        ),
        [1, 2]
    );
    assert_eq!(of(&[], 200, r#""cache": true"#), [1, 2]);
    assert_eq!(
        of(
            &[("Cache-Control", "no-store")],
            200,
            r#""force_cache": true, "force_cache_duration_seconds": 60"#
        ),
        [1, 1]
    );
    assert_eq!(
        of(
            &[FAR],
            200,
            r#""cache": true, "caching_mode": "deserialized""#
        ),
        [1, 1]
    );
}

#[test]
fn a_response_that_is_over_is_asked_for_by_its_tag() {
    let (engine, sent) = engine(&["127.0.0.1"], |request| {
        let known = request
            .headers
            .iter()
            .any(|(name, value)| name == "If-None-Match" && value == "\"1\"");
        Ok(match known {
            true => response(
                304,
                &[("Expires", "Fri, 01 Jan 2100 00:00:00 GMT"), ("X-New", "1")],
                "",
            ),
            false => response(200, &[("ETag", "\"1\""), ("Expires", "0")], "body"),
        })
    });
    let query = r#"r := http.send({"method": "get", "url": "http://127.0.0.1", "cache": true}); x := [r.status_code, r.raw_body, r.headers["x-new"]]"#;
    let ask = r#"http.send({"method": "get", "url": "http://127.0.0.1", "cache": true}).raw_body"#;
    assert_eq!(engine.evaluate(ask, None), Ok(Some(json!("body"))));
    let found = engine.query(query, None).unwrap();
    assert_eq!(found[0]["x"], json!([200, "body", ["1"]]));
    assert_eq!(engine.evaluate(ask, None), Ok(Some(json!("body"))));
    assert_eq!(sent.lock().unwrap().len(), 2);
}

#[test]
fn headers_that_the_request_ignores_are_not_part_of_the_key() {
    let (engine, sent) = engine(&["127.0.0.1"], |_| Ok(response(200, &[], "x")));
    let query = r#"[x | some id in ["1", "2"]; x := http.send({"method": "get", "url": "http://127.0.0.1", "headers": {"Id": id},
        "cache_ignored_headers": ["Id"]}).raw_body]"#;
    engine.evaluate(query, None).unwrap();
    assert_eq!(sent.lock().unwrap().len(), 1);
}

#[test]
fn long_responses_and_cached_ones_count_as_memory_of_the_evaluation() {
    let mut allow = Permissions::default();
    allow.http_send = Some(HttpSend {
        max_response_bytes: 64 << 20,
        cache_bytes: 64 << 20,
        ..HttpSend::to(Hosts::new(&["127.0.0.1"]).unwrap())
    });
    let client = HttpClient::new(|_| Ok(response(200, &[], &"x".repeat(4 << 20))));
    let options = EngineOptions {
        allow,
        http_client: Some(client),
        max_evaluation_memory_bytes: 1 << 20,
        ..EngineOptions::default()
    };
    let engine = Engine::new(options).unwrap();
    let error = engine.evaluate(ASK, None).unwrap_err();
    assert_eq!(error.code(), "GRID_LIMIT", "{error}");
}
