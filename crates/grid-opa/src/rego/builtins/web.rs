//! Builtins of networks, URLs and GraphQL.

#[cfg(feature = "graphql")]
mod graphql;
mod net;
pub(super) mod percent;
pub(super) mod uri;
mod urlquery;

use super::{Answer, Builtin, Context, Failure, Text, builtin, operands};

pub(super) const FAMILIES: &[&[&[Builtin]]] = &[
    #[cfg(feature = "graphql")]
    &[graphql::ALL],
    &[uri::ALL, urlquery::ALL],
    &net::FAMILIES,
];
