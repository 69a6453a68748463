//! `http.send`, `net.lookup_ip_addr` and `opa.runtime`, with a client that answers from a table. The clients of the bindings have tests with
//! real servers.

mod cached;
mod failures;

use grid_opa::{
    Engine, EngineOptions, Hosts, HttpClient, HttpFailure, HttpRequest, HttpResponse, HttpSend,
    Permissions,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

type Sent = Arc<Mutex<Vec<HttpRequest>>>;

/// An engine that may send requests to some hosts, and the requests that it sent.
fn engine(
    hosts: &[&str],
    answer: impl Fn(&HttpRequest) -> Result<HttpResponse, HttpFailure> + Send + Sync + 'static,
) -> (Engine, Sent) {
    engine_with(HttpSend::to(Hosts::new(hosts).unwrap()), answer)
}

fn engine_with(
    http: HttpSend,
    answer: impl Fn(&HttpRequest) -> Result<HttpResponse, HttpFailure> + Send + Sync + 'static,
) -> (Engine, Sent) {
    let sent = Sent::default();
    let seen = Arc::clone(&sent);
    let client = HttpClient::new(move |request| {
        seen.lock().unwrap().push(request.clone());
        answer(request)
    });
    let mut allow = Permissions::default();
    allow.http_send = Some(http);
    let options = EngineOptions {
        allow,
        http_client: Some(client),
        max_evaluation_ms: 20_000,
        ..EngineOptions::default()
    };
    (Engine::new(options).unwrap(), sent)
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> HttpResponse {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    HttpResponse {
        status,
        reason: "Reason".to_owned(),
        headers: headers.iter().map(pair).collect(),
        body: body.to_owned(),
    }
}

const ASK: &str = r#"http.send({"method": "get", "url": "http://127.0.0.1:8080/a?b"})"#;

#[test]
fn nothing_is_allowed_by_default_and_a_refusal_is_no_undefined() {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    engine
        .load_policy(
            "p.rego",
            &format!(
                "package p\nallow if not {ASK}\nlookup if not net.lookup_ip_addr(\"localhost\")"
            ),
        )
        .unwrap();
    for rule in ["data.p.allow", "data.p.lookup"] {
        let error = engine.evaluate(rule, None).unwrap_err();
        assert_eq!(error.code(), "GRID_EVALUATION");
        assert!(error.to_string().contains("not allowed"), "{error}");
    }
    assert_eq!(engine.evaluate("opa.runtime()", None), Ok(Some(json!({}))));
    // raise_error turns errors of a request into values, but no refusal.
    let (engine, sent) = engine_of_nothing();
    for query in [
        r#"http.send({"method": "get", "url": "http://10.0.0.1/", "raise_error": false})"#,
        r#"not http.send({"method": "get", "url": "http://other.test/"})"#,
        r#"http.send({"method": "get", "url": "http://127.0.0.1:81/", "raise_error": false})"#,
        r#"http.send({"method": "get", "url": "http://127.0.0.1/", "tls_insecure_skip_verify": true, "raise_error": false})"#,
        r#"http.send({"method": "get", "url": "http://127.0.0.1/", "tls_ca_cert_file": "/etc/passwd", "raise_error": false})"#,
        r#"http.send({"method": "get", "url": "http://127.0.0.1/", "tls_ca_cert_env_variable": "HOME", "raise_error": false})"#,
    ] {
        let error = engine.evaluate(query, None).unwrap_err();
        assert!(error.to_string().contains("not allow"), "{query}: {error}");
    }
    assert!(sent.lock().unwrap().is_empty());
}

fn engine_of_nothing() -> (Engine, Sent) {
    engine(&["127.0.0.1:80"], |_| Ok(response(200, &[], "")))
}

#[test]
fn a_response_has_the_shape_of_opa() {
    let (engine, sent) = engine(&["127.0.0.1"], |_| {
        Ok(response(
            200,
            &[
                ("Content-Type", "application/json"),
                ("X-A", "1"),
                ("x-a", "2"),
            ],
            r#"{"a": [1]}"#,
        ))
    });
    let expected = json!({
        "status": "200 Reason", "status_code": 200, "body": {"a": [1]}, "raw_body": r#"{"a": [1]}"#,
        "headers": {"content-type": ["application/json"], "x-a": ["1", "2"]},
    });
    assert_eq!(engine.evaluate(ASK, None), Ok(Some(expected)));
    let sent = sent.lock().unwrap();
    let request = &sent[0];
    assert_eq!(
        (
            request.method.as_str(),
            request.target.as_str(),
            request.port
        ),
        ("GET", "/a?b", 8080)
    );
    assert_eq!(
        request.headers[0],
        ("Host".to_owned(), "127.0.0.1:8080".to_owned())
    );
    assert_eq!(
        request.addresses,
        ["127.0.0.1".parse::<std::net::IpAddr>().unwrap()]
    );
}

#[test]
fn redirects_go_to_allowed_hosts_only_and_leave_secrets_behind() {
    let redirect = |request: &HttpRequest| match request.port {
        1 => Ok(response(302, &[("Location", "http://127.0.0.1:2/b")], "")),
        2 => Ok(response(307, &[("Location", "http://127.0.0.1:3/c")], "")),
        _ => Ok(response(200, &[], "end")),
    };
    let (allowed, sent) = engine(&["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"], redirect);
    let query = r#"http.send({"method": "post", "url": "http://127.0.0.1:1/", "body": 1, "enable_redirect": true,
        "headers": {"authorization": "secret", "x-other": "1"}}).raw_body"#;
    assert_eq!(allowed.evaluate(query, None), Ok(Some(json!("end"))));
    let last = sent.lock().unwrap().pop().unwrap();
    assert_eq!(
        (
            last.method.as_str(),
            last.body.as_str(),
            last.target.as_str()
        ),
        ("GET", "", "/c")
    );
    let names: Vec<&str> = last.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Host", "User-Agent", "X-Other"]);
    let (partly, _) = engine(&["127.0.0.1:1", "127.0.0.1:2"], redirect);
    assert!(
        partly
            .evaluate(query, None)
            .unwrap_err()
            .to_string()
            .contains("127.0.0.1:3 is not allowed")
    );
    // A host that is allowed by a pattern may not lead to this machine.
    let (pattern, _) = engine(&["*", "127.0.0.1:1"], redirect);
    assert!(
        pattern
            .evaluate(query, None)
            .unwrap_err()
            .to_string()
            .contains("private address")
    );
    let (endless, _) = engine(&["127.0.0.1"], |_| {
        Ok(response(301, &[("Location", "/")], ""))
    });
    assert_eq!(endless.evaluate(query, None), Ok(None));
    assert_eq!(
        endless.evaluate(
            &query
                .replace("\"body\"", "\"raise_error\": false, \"body\"")
                .replace(".raw_body", ".error.message"),
            None
        ),
        Ok(Some(json!(
            "Post \"http://127.0.0.1:1/\": stopped after 10 redirects"
        )))
    );
}

#[test]
fn lookups_are_by_permission_too() {
    let allow = Permissions::from_json(
        r#"{"lookup_ip_addr": {"hosts": ["localhost", "127.0.0.9"]}, "runtime": {"version": "1"}}"#,
    )
    .unwrap();
    let engine = Engine::new(EngineOptions {
        allow,
        max_evaluation_ms: 20_000,
        ..EngineOptions::default()
    })
    .unwrap();
    assert_eq!(
        engine.evaluate(r#""127.0.0.1" in net.lookup_ip_addr("localhost")"#, None),
        Ok(Some(json!(true)))
    );
    assert_eq!(
        engine.evaluate(r#"net.lookup_ip_addr("127.0.0.9")"#, None),
        Ok(Some(json!(["127.0.0.9"])))
    );
    assert!(
        engine
            .evaluate(r#"net.lookup_ip_addr("example.com")"#, None)
            .is_err()
    );
    assert_eq!(
        engine.evaluate("opa.runtime().version", None),
        Ok(Some(Value::from("1")))
    );
}

#[test]
fn options_that_cannot_work_are_errors() {
    let allow = Permissions::from_json(r#"{"http_send": {"hosts": ["a"]}}"#).unwrap();
    let without = Engine::new(EngineOptions {
        allow,
        ..EngineOptions::default()
    });
    assert!(without.is_err_and(|error| error.to_string().contains("http_client")));
}
