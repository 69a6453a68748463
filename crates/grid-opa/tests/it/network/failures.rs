//! Errors of requests, repetitions, and the time limit.

use super::{engine, response};
use grid_opa::{Engine, EngineOptions, Hosts, HttpClient, HttpFailure, HttpSend, Permissions};
use serde_json::json;
use std::sync::{Arc, Mutex};

#[test]
fn errors_of_requests_are_as_in_opa() {
    let (engine, _) = engine(&["127.0.0.1"], |request| match request.port {
        1 => Err(HttpFailure::Network("connection refused".to_owned())),
        2 => Err(HttpFailure::Timeout { has_begun: false }),
        3 => Err(HttpFailure::TooLarge),
        _ => panic!("a fault of the client"),
    });
    let ask = |rest: &str| format!(r#"http.send({{"method": "get", {rest}}})"#);
    let error = |rest: &str| {
        engine.evaluate(
            &format!("{}.error", ask(&format!("{rest}, \"raise_error\": false"))),
            None,
        )
    };
    let network = |text: &str| {
        Ok(Some(
            json!({"code": "eval_http_send_network_error", "message": text}),
        ))
    };
    assert_eq!(
        error(r#""url": "http://127.0.0.1:1""#),
        network("Get \"http://127.0.0.1:1\": connection refused")
    );
    assert_eq!(
        error(r#""url": "http://127.0.0.1:2""#),
        network(
            "Get \"http://127.0.0.1:2\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        )
    );
    assert_eq!(
        error(r#""url": "http://127.0.0.1:4""#),
        network("Get \"http://127.0.0.1:4\": the HTTP client panicked")
    );
    assert_eq!(
        engine.evaluate(&ask(r#""url": "http://127.0.0.1:1""#), None),
        Ok(None)
    );
    let large = engine
        .evaluate(&ask(r#""url": "http://127.0.0.1:3""#), None)
        .unwrap_err();
    assert!(large.to_string().contains("longer than"), "{large}");
    for (rest, text) in [
        (r#""url": 1"#, "\"url\" must be a string"),
        (
            r#""url": "http://127.0.0.1", "headers": 1"#,
            "invalid type for headers key",
        ),
        (
            r#""url": "http://127.0.0.1", "timeout": "1x""#,
            "invalid timeout value \"1x\": time: unknown unit \"x\" in duration \"1x\"",
        ),
        (
            r#""url": "http://127.0.0.1", "force_cache": true"#,
            "'force_cache' set but 'force_cache_duration_seconds' parameter is missing",
        ),
        (
            r#""url": "http://127.0.0.1", "cache": 1"#,
            "invalid value for \"cache\" field",
        ),
    ] {
        let found = error(rest).unwrap().unwrap();
        assert_eq!(
            found,
            json!({"code": "eval_http_send_internal_error", "message": text}),
            "{rest}"
        );
    }
    assert_eq!(
        error(r#""url": "http://127.0.0.1", "headers": {"a": "x\r\ny: z"}"#),
        network("Get \"http://127.0.0.1\": net/http: invalid header field value for \"A\"")
    );
    let unknown = engine.evaluate(r#"http.send({"method": "get", "url": "http://127.0.0.1", "z": 1, "raise_error": false}).error.message"#, None);
    assert!(
        unknown
            .unwrap()
            .unwrap()
            .as_str()
            .unwrap()
            .contains("operand 1 invalid request parameters(s): {\"z\"}")
    );
}

#[test]
fn requests_are_repeated_and_end_with_the_time_limit() {
    let count = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&count);
    let (engine, _) = engine(&["127.0.0.1"], move |_| {
        let mut count = seen.lock().unwrap();
        *count += 1;
        match *count {
            3 => Ok(response(200, &[], "third")),
            _ => Err(HttpFailure::Network("no".to_owned())),
        }
    });
    let query = r#"http.send({"method": "get", "url": "http://127.0.0.1", "max_retry_attempts": 2}).raw_body"#;
    assert_eq!(engine.evaluate(query, None), Ok(Some(json!("third"))));
    let mut allow = Permissions::default();
    allow.http_send = Some(HttpSend::to(Hosts::new(&["127.0.0.1"]).unwrap()));
    let slow = HttpClient::new(|request| {
        std::thread::sleep(request.timeout);
        Err(HttpFailure::Timeout { has_begun: false })
    });
    let options = EngineOptions {
        allow,
        http_client: Some(slow),
        max_evaluation_ms: 50,
        ..EngineOptions::default()
    };
    let engine = Engine::new(options).unwrap();
    let error = engine
        .evaluate(&query.replace("2}", "2, \"raise_error\": false}"), None)
        .unwrap_err();
    assert_eq!(error.code(), "GRID_LIMIT", "{error}");
}
