//! `http.send`, `net.lookup_ip_addr` and `opa.runtime`, with a client that answers from a table. The clients of the bindings have tests with
//! real servers.

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
fn the_same_request_is_sent_once_in_an_evaluation_and_again_in_the_next() {
    let (engine, sent) = engine(&["127.0.0.1"], |_| Ok(response(200, &[], "x")));
    let query = format!("x := [y | some i in [1, 2, 3]; y := {ASK}.raw_body]");
    assert_eq!(engine.query(&query, None).map(|found| found.len()), Ok(1));
    assert_eq!(sent.lock().unwrap().len(), 1);
    assert_eq!(engine.query(&query, None).map(|found| found.len()), Ok(1));
    assert_eq!(sent.lock().unwrap().len(), 2);
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
