//! Builtins of networks, URLs and GraphQL.

#[cfg(feature = "graphql")]
mod graphql;
#[cfg(feature = "network")]
pub(super) mod http;
mod net;
pub(super) mod percent;
#[cfg(any(feature = "crypto", feature = "network"))]
pub(super) mod request_fields;
pub(super) mod uri;
mod urlquery;

use super::{Answer, Builtin, Context, Failure, Text, builtin, operands};

pub(super) const FAMILIES: &[&[&[Builtin]]] = &[
    #[cfg(feature = "graphql")]
    &[graphql::ALL],
    &[uri::ALL, urlquery::ALL],
    &net::FAMILIES,
    #[cfg(feature = "network")]
    &[http::ALL],
];
