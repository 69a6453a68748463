//! Builtins of hashes, signatures and tokens.

mod crypto;
#[cfg(feature = "jwt")]
pub(super) mod jwt;
mod providers;
#[cfg(feature = "x509")]
mod x509;

#[cfg(feature = "bundle")]
use super::Halt;
#[cfg(feature = "jwt")]
use super::impure;
#[cfg(feature = "jwt-rsa")]
use super::random;
use super::{Answer, Builtin, Context, Failure, Text, builtin};
use super::{calendar, encoding, json, operands, percent, request_fields, strings, uri};

pub(super) const FAMILIES: &[&[&[Builtin]]] = &[
    &[crypto::ALL, providers::ALL],
    #[cfg(feature = "jwt")]
    &[jwt::SECRET],
    #[cfg(feature = "jwt-rsa")]
    &[jwt::RSA],
    #[cfg(feature = "jwt-ec")]
    &[jwt::CURVES],
    #[cfg(feature = "x509")]
    &[x509::ALL],
];
