//! Sends a request: finds its addresses, follows allowed redirects, and repeats it.

use super::request::Request;
use super::url::{Target, failure};
use super::{Fault, headers, time_left};
use crate::permissions::addresses::{Unresolved, addresses, is_public};
use crate::permissions::{HttpFailure, HttpRequest, HttpResponse, Match};
use crate::rego::builtins::{Context, Failure, Halt};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Maximum number of redirects of a request, as in Go by default.
const MAX_REDIRECTS: usize = 10;

/// The delay before the first repetition. Each following one is 1.6 times as long, up to the maximum.
const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// The user agent of requests without one.
const USER_AGENT: &str = concat!("Grid/", env!("CARGO_PKG_VERSION"));

/// Sends a request with additional headers until it has a response or no repetitions are left.
pub(super) fn send(
    request: &Request<'_>,
    more: &[(String, String)],
    context: &mut Context<'_>,
) -> Result<HttpResponse, Fault> {
    let mut delay = FIRST_DELAY;
    let mut repeated = 0;
    loop {
        match follow(request, more, context) {
            Err(Fault::Network(_)) if repeated < request.retries => {}
            outcome => return outcome,
        }
        let left = time_left(context)?;
        std::thread::sleep(delay.min(left));
        context.in_time()?;
        delay = delay.mul_f32(1.6).min(LONGEST_DELAY);
        repeated += 1;
    }
}

/// A message, which a redirect changes.
struct Message {
    method: String,
    target: Target,
    headers: Vec<(String, String)>,
    host: Option<String>,
    body: String,
}

fn follow(
    request: &Request<'_>,
    more: &[(String, String)],
    context: &mut Context<'_>,
) -> Result<HttpResponse, Fault> {
    let begun = Instant::now();
    let mut message = Message {
        method: request.method.clone(),
        target: request.target.clone(),
        headers: request.headers.clone(),
        host: request.host.clone(),
        body: request.body.clone(),
    };
    message.headers.extend_from_slice(more);
    let (op, url) = (request.method.as_str(), request.target.text.as_str());
    for _ in 0..=MAX_REDIRECTS {
        let response = exchange(request, &message, begun, context)?;
        let location = headers::first(&response.headers, "location");
        let is_redirect = matches!(response.status, 301..=303 | 307 | 308);
        if !request.follows_redirects || !is_redirect || location.is_empty() {
            return Ok(response);
        }
        let target = message.target.redirected(location, &message.method)?;
        if !target.has_origin_of(&message.target) {
            // What the policy wrote for one host does not go to another.
            message.host = None;
            message.headers.retain(|(name, _)| {
                ![
                    "authorization",
                    "cookie",
                    "proxy-authorization",
                    "www-authenticate",
                ]
                .iter()
                .any(|secret| name.eq_ignore_ascii_case(secret))
            });
        }
        if response.status <= 303 && message.method != "GET" && message.method != "HEAD" {
            message.method = "GET".to_owned();
            message.body.clear();
            message
                .headers
                .retain(|(name, _)| !name.to_ascii_lowercase().starts_with("content-"));
        }
        message.target = target;
    }
    Err(Fault::Network(failure(
        op,
        url,
        &format!("stopped after {MAX_REDIRECTS} redirects"),
    )))
}

// Sends one message to a host that is allowed.
fn exchange(
    request: &Request<'_>,
    message: &Message,
    begun: Instant,
    context: &mut Context<'_>,
) -> Result<HttpResponse, Fault> {
    let target = &message.target;
    let addresses = permitted(request, message, begun, context)?;
    let client = context.outside.and_then(|outside| outside.http());
    let Some((_, client)) = client else {
        return Err(Failure::unsure("there is no HTTP client").into());
    };
    let (timeout, is_own) = timeout(request, begun, context)?;
    let mut sent = vec![(
        "Host".to_owned(),
        message
            .host
            .clone()
            .unwrap_or_else(|| target.host_and_port()),
    )];
    if headers::first(&message.headers, "user-agent").is_empty() {
        sent.push(("User-Agent".to_owned(), USER_AGENT.to_owned()));
    }
    sent.extend_from_slice(&message.headers);
    let own = HttpRequest {
        method: message.method.clone(),
        is_https: target.is_https,
        host: target.host.clone(),
        port: target.port,
        addresses,
        target: target.target.clone(),
        headers: sent,
        body: message.body.clone(),
        tls: request.tls.clone(),
        timeout,
        max_response_bytes: request.allowed.max_response_bytes,
    };
    // The memory of the client is not the policy's; the response is charged below.
    let response = client.send_uncapped(&own);
    context.in_time()?;
    match response.get() {
        Some(Ok(response)) => {
            let headers: usize = response
                .headers
                .iter()
                .map(|(name, value)| name.len() + value.len() + 64)
                .sum();
            // It is copied here, decoded, and kept in the answer.
            context.charge(
                response
                    .body
                    .len()
                    .saturating_add(headers)
                    .saturating_mul(2),
            )?;
            if response.body.len() > request.allowed.max_response_bytes as usize {
                return Err(too_large(request).into());
            }
            Ok(response.clone())
        }
        Some(Err(HttpFailure::Network(text))) => {
            Err(Fault::Network(failure(&message.method, &target.text, text)))
        }
        Some(Err(HttpFailure::Timeout { .. })) if !is_own => Err(Halt::Time.into()),
        Some(Err(HttpFailure::Timeout { has_begun: false })) => Err(Fault::Network(failure(
            &message.method,
            &target.text,
            "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        ))),
        Some(Err(HttpFailure::Timeout { has_begun: true })) => Err(Fault::Internal(
            "context deadline exceeded (Client.Timeout or context cancellation while reading body)"
                .into(),
        )),
        Some(Err(HttpFailure::Cut)) => Err(Fault::Internal("unexpected EOF".into())),
        Some(Err(HttpFailure::TooLarge)) => Err(too_large(request).into()),
        None => Err(Failure::unsure("the HTTP client did not answer").into()),
    }
}

fn too_large(request: &Request<'_>) -> Failure {
    Failure::unsure(format!(
        "the response is longer than {} bytes; the program can raise this limit with the option allow",
        request.allowed.max_response_bytes
    ))
}

// The time that is left for the request, and whether its own timeout ends it rather than the limit of the evaluation.
fn timeout(
    request: &Request<'_>,
    begun: Instant,
    context: &Context<'_>,
) -> Result<(Duration, bool), Halt> {
    let left = time_left(context)?;
    let own = request.timeout.saturating_sub(begun.elapsed());
    Ok((own.min(left), own <= left))
}

// The addresses of the host of a message that it may be sent to.
fn permitted(
    request: &Request<'_>,
    message: &Message,
    begun: Instant,
    context: &mut Context<'_>,
) -> Result<Vec<IpAddr>, Fault> {
    let target = &message.target;
    let found = request.allowed.hosts.find(&target.host, Some(target.port));
    if found == Match::None {
        return Err(Failure::unsure(format!(
            "the host {}:{} is not allowed; the program can allow it with the option allow",
            target.host, target.port
        ))
        .into());
    }
    let (timeout, is_own) = timeout(request, begun, context)?;
    let mut all = match addresses(&target.host, timeout) {
        Ok(all) => all,
        Err(Unresolved::Time) if is_own => {
            return Err(Fault::Network(failure(
                &message.method,
                &target.text,
                "lookup timed out",
            )));
        }
        Err(Unresolved::Time) => return Err(Halt::Time.into()),
        Err(Unresolved::Failed(text)) => {
            return Err(Fault::Network(failure(
                &message.method,
                &target.text,
                &format!("dial tcp: {text}"),
            )));
        }
    };
    if found != Match::Exactly {
        all.retain(|address| is_public(*address));
        if all.is_empty() {
            return Err(Failure::unsure(format!(
                "the host {}:{} has a private address, and the option allow does not name it exactly",
                target.host, target.port
            ))
            .into());
        }
    }
    Ok(all)
}
