//! What policies may reach outside of the process. Everything is refused by default.

#[cfg(feature = "network")]
pub(crate) mod addresses;
mod client;
mod hosts;
mod read;

pub use client::{HttpClient, HttpFailure, HttpRequest, HttpResponse, TlsSettings};
pub use hosts::Hosts;

use crate::document;
use crate::error::Error;
#[cfg(feature = "network")]
use crate::rego::builtins::HttpCache;
use crate::rego::value::Value as RegoValue;
#[cfg(feature = "network")]
pub(crate) use hosts::Match;
use serde_json::{Map, Value};

/// What the builtins of an engine may reach outside of the process, for [`EngineOptions::allow`](crate::EngineOptions::allow).
///
/// A call that is not allowed ends the evaluation with `GRID_EVALUATION`. It is never undefined, whatever the request or the options say:
/// a `not` would turn undefined into an allow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Permissions {
    /// What `http.send` may do. Default: nothing.
    pub http_send: Option<HttpSend>,
    /// The names that `net.lookup_ip_addr` may look up. Default: none.
    pub lookup_ip_addr: Option<Hosts>,
    /// The answer of `opa.runtime`, for example with `config`, `env` and `version`. Default: an empty object.
    pub runtime: Map<String, Value>,
}

/// What `http.send` may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSend {
    /// The hosts of requests and of the redirects that they follow. Only a host that is named exactly may have a private address.
    pub hosts: Hosts,
    /// Maximum length of the body of a response, in bytes. Default: 1 MiB.
    pub max_response_bytes: u32,
    /// Maximum size of the responses that are cached between evaluations, for requests with `cache` or `force_cache`, in bytes. Default: 1 MiB.
    /// 0 turns this cache off.
    pub cache_bytes: u32,
    /// The files that `tls_ca_cert_file`, `tls_client_cert_file` and `tls_client_key_file` may name. Default: none.
    pub tls_files: Vec<String>,
    /// The environment variables that `tls_ca_cert_env_variable` and the like may name. Default: none.
    pub tls_variables: Vec<String>,
    /// Whether a request may set `tls_insecure_skip_verify`. Default: false.
    pub insecure_tls: bool,
}

impl HttpSend {
    /// Requests to `hosts`, with the defaults of the other fields.
    pub const fn to(hosts: Hosts) -> Self {
        Self {
            hosts,
            max_response_bytes: 1 << 20,
            cache_bytes: 1 << 20,
            tls_files: Vec::new(),
            tls_variables: Vec::new(),
            insecure_tls: false,
        }
    }
}

impl Permissions {
    /// Reads permissions from JSON text, an object with the fields of this type and of [`HttpSend`]. Hosts are arrays of texts.
    ///
    /// ```
    /// use grid_opa::Permissions;
    ///
    /// let text = r#"{ "http_send": { "hosts": ["api.example.com:443"] }, "runtime": { "env": { "REGION": "eu" } } }"#;
    /// assert!(Permissions::from_json(text).is_ok_and(|allow| allow.http_send.is_some()));
    /// assert!(Permissions::from_json(r#"{ "http_send": { "host": "api.example.com" } }"#).is_err());
    /// ```
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a text that is not such an object; the message names the field.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        read::permissions(text)
    }

    /// Fails if this build cannot do what is allowed.
    pub(crate) fn check(&self, has_client: bool) -> Result<(), Error> {
        let is_asked = self.http_send.is_some() || self.lookup_ip_addr.is_some();
        if is_asked && !cfg!(feature = "network") {
            return Err(Error::argument(
                "allow has http_send or lookup_ip_addr, and this build of Grid has neither; use a build with the feature network",
            ));
        }
        if self.http_send.is_some() && !has_client {
            return Err(Error::argument(
                "allow has http_send, which needs an HTTP client; set http_client too",
            ));
        }
        Ok(())
    }
}

/// The permissions of an engine, as its builtins use them.
#[derive(Debug)]
pub(crate) struct Outside {
    runtime: RegoValue,
    #[cfg(feature = "network")]
    http: Option<(HttpSend, HttpClient)>,
    #[cfg(feature = "network")]
    lookups: Option<Hosts>,
    #[cfg(feature = "network")]
    responses: HttpCache,
}

impl Outside {
    // Some builds have no builtins that use the client.
    #[cfg_attr(not(feature = "network"), allow(unused_variables))]
    pub(crate) fn of(allow: &Permissions, client: Option<&HttpClient>) -> Result<Self, Error> {
        let runtime = Value::Object(allow.runtime.clone());
        Ok(Self {
            runtime: document::read_value(&runtime, "allow.runtime")?,
            #[cfg(feature = "network")]
            http: allow.http_send.clone().zip(client.cloned()),
            #[cfg(feature = "network")]
            lookups: allow.lookup_ip_addr.clone(),
            #[cfg(feature = "network")]
            responses: HttpCache::new(allow.http_send.as_ref().map_or(0, |http| http.cache_bytes))?,
        })
    }

    /// The value of `opa.runtime`.
    pub(crate) const fn runtime(&self) -> &RegoValue {
        &self.runtime
    }
}

#[cfg(feature = "network")]
impl Outside {
    /// What `http.send` may do, and the client for it.
    pub(crate) fn http(&self) -> Option<(&HttpSend, &HttpClient)> {
        self.http
            .as_ref()
            .map(|(allowed, client)| (allowed, client))
    }

    /// The hosts that `net.lookup_ip_addr` may look up.
    pub(crate) const fn lookups(&self) -> Option<&Hosts> {
        self.lookups.as_ref()
    }

    /// The responses that are kept between evaluations.
    pub(crate) const fn responses(&self) -> &HttpCache {
        &self.responses
    }
}
