//! The HTTP client of the host.

#[cfg(feature = "network")]
use crate::limits::memory::Uncapped;
use serde_json::{Value, json};
use std::fmt;
use std::net::IpAddr;
#[cfg(feature = "network")]
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// One request of `http.send`. The client connects to one of the addresses, and follows no redirects: the engine checks each.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method in upper case.
    pub method: String,
    /// Whether the connection uses TLS.
    pub is_https: bool,
    /// The host of the URL, without brackets.
    pub host: String,
    /// The port of the URL, or that of its scheme.
    pub port: u16,
    /// The addresses that the request may be sent to, in order of preference. The client does not look up the host again: the answer
    /// could be another.
    pub addresses: Vec<IpAddr>,
    /// The path and the query.
    pub target: String,
    /// Names and values in order, with `Host` and `User-Agent`.
    pub headers: Vec<(String, String)>,
    /// The body; empty without one.
    pub body: String,
    /// The TLS settings, for `https` only.
    pub tls: TlsSettings,
    /// How long all of it may take.
    pub timeout: Duration,
    /// Maximum length of the body of the response, in bytes.
    pub max_response_bytes: u32,
}

/// The TLS settings of a request. Certificates and keys are PEM texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TlsSettings {
    /// The certificates of authorities; without any, those of the system.
    pub authorities: Vec<String>,
    /// Whether the authorities of the system count too.
    pub has_system_authorities: bool,
    /// The client's certificate and its key.
    pub identity: Option<(String, String)>,
    /// The name that the certificate of the server must have, if it is not the host.
    pub server_name: Option<String>,
    /// Whether the certificate of the server is not checked.
    pub is_insecure: bool,
}

/// The response to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The reason phrase, for example `OK`.
    pub reason: String,
    /// Names and values in order.
    pub headers: Vec<(String, String)>,
    /// The body; bytes that are not UTF-8 are replaced.
    pub body: String,
}

/// The reason why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpFailure {
    /// The server was not reached or does not speak HTTP.
    Network(String),
    /// The timeout of the request is over.
    Timeout {
        /// Whether the response has begun.
        has_begun: bool,
    },
    /// The response ended before its end.
    Cut,
    /// The body is longer than allowed.
    TooLarge,
}

type SendFunction = dyn Fn(&HttpRequest) -> Result<HttpResponse, HttpFailure> + Send + Sync;

/// An HTTP client, for [`EngineOptions::http_client`](crate::EngineOptions::http_client). A clone is the same client; two clients are equal
/// if they share the function.
#[derive(Clone)]
pub struct HttpClient(Arc<SendFunction>);

impl HttpClient {
    /// A client that sends requests by a function. The function may block until the timeout of the request.
    pub fn new(
        send: impl Fn(&HttpRequest) -> Result<HttpResponse, HttpFailure> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(send))
    }

    /// Sends a request outside of the memory cap of the evaluation. A panic of the function is a failure.
    #[cfg(feature = "network")]
    pub(crate) fn send_uncapped(
        &self,
        request: &HttpRequest,
    ) -> Uncapped<Result<HttpResponse, HttpFailure>> {
        let send = || {
            catch_unwind(AssertUnwindSafe(|| (self.0)(request))).unwrap_or_else(|_| {
                Err(HttpFailure::Network("the HTTP client panicked".to_owned()))
            })
        };
        Uncapped::of(send)
    }
}

impl PartialEq for HttpClient {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for HttpClient {}

impl fmt::Debug for HttpClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HttpClient")
    }
}

impl HttpRequest {
    /// The request as JSON text, for clients in other languages: an object with the fields of this type, `timeout_ms` and `tls`.
    pub fn to_json(&self) -> String {
        let tls = &self.tls;
        let identity = tls.identity.as_ref();
        let (certificate, key) = identity
            .map(|(certificate, key)| (certificate, key))
            .unzip();
        let timeout = u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX);
        json!({
            "method": self.method,
            "is_https": self.is_https,
            "host": self.host,
            "port": self.port,
            "addresses": self.addresses,
            "target": self.target,
            "headers": self.headers,
            "body": self.body,
            "timeout_ms": timeout,
            "max_response_bytes": self.max_response_bytes,
            "tls": {
                "authorities": tls.authorities,
                "has_system_authorities": tls.has_system_authorities,
                "certificate": certificate,
                "key": key,
                "server_name": tls.server_name,
                "is_insecure": tls.is_insecure,
            },
        })
        .to_string()
    }
}

impl HttpResponse {
    /// Reads the result of a request from JSON text: an object with the fields of this type, or with `failure`, which is `network` with
    /// `message`, `timeout`, `timeout_in_body`, `cut` or `too_large`.
    ///
    /// # Errors
    /// The failure; [`HttpFailure::Network`] for any other text.
    pub fn from_json(text: &str) -> Result<Self, HttpFailure> {
        Self::read(text).unwrap_or_else(|| {
            Err(HttpFailure::Network(
                "the HTTP client returned no response".to_owned(),
            ))
        })
    }

    /// The response as [`from_json`](Self::from_json) reads it.
    #[cfg(feature = "network")]
    pub(crate) fn to_json(&self) -> String {
        json!({
            "status": self.status,
            "reason": self.reason,
            "headers": self.headers,
            "body": self.body,
        })
        .to_string()
    }

    fn read(text: &str) -> Option<Result<Self, HttpFailure>> {
        let value: Value = serde_json::from_str(text).ok()?;
        let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
        match text("failure").as_deref() {
            Some("timeout") => return Some(Err(HttpFailure::Timeout { has_begun: false })),
            Some("timeout_in_body") => return Some(Err(HttpFailure::Timeout { has_begun: true })),
            Some("cut") => return Some(Err(HttpFailure::Cut)),
            Some("too_large") => return Some(Err(HttpFailure::TooLarge)),
            Some(_) => return Some(Err(HttpFailure::Network(text("message")?))),
            None => {}
        }
        let header = |pair: &Value| {
            let name = pair.get(0)?.as_str()?.to_owned();
            Some((name, pair.get(1)?.as_str()?.to_owned()))
        };
        Some(Ok(Self {
            status: u16::try_from(value.get("status")?.as_u64()?).ok()?,
            reason: text("reason")?,
            headers: value
                .get("headers")?
                .as_array()?
                .iter()
                .map(header)
                .collect::<Option<_>>()?,
            body: text("body")?,
        }))
    }
}
