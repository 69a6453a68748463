//! Builtins of networks and URLs.

mod net;
pub(super) mod percent;
pub(super) mod uri;
mod urlquery;

use super::{Answer, Builtin, Context, Failure, Text, builtin, operands};

pub(super) const FAMILIES: [&[&[Builtin]]; 2] = [&[uri::ALL, urlquery::ALL], &net::FAMILIES];
