//! Hashes and message authentication codes.

use super::encoding::hex;
use super::operands::string;
use super::{Answer, Builtin, Context, builtin};
use crate::rego::value::Value;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

pub(super) const ALL: &[Builtin] = &[
    builtin("crypto.hmac.equal", 2, |operands, _| {
        let (one, other) = (string(operands, 1)?, string(operands, 2)?);
        Ok(Some(
            bool::from(one.as_bytes().ct_eq(other.as_bytes())).into(),
        ))
    }),
    builtin("crypto.hmac.md5", 2, code_of::<Hmac<Md5>>),
    builtin("crypto.hmac.sha1", 2, code_of::<Hmac<Sha1>>),
    builtin("crypto.hmac.sha256", 2, code_of::<Hmac<Sha256>>),
    builtin("crypto.hmac.sha512", 2, code_of::<Hmac<Sha512>>),
    builtin("crypto.md5", 1, hash::<Md5>),
    builtin("crypto.sha1", 1, hash::<Sha1>),
    builtin("crypto.sha256", 1, hash::<Sha256>),
];

fn hash<D: Digest>(operands: &[Value], _: &mut Context<'_>) -> Answer {
    Ok(Some(hex(&D::digest(string(operands, 1)?)).into()))
}

fn code_of<M: Mac + KeyInit>(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let (message, key) = (string(operands, 1)?, string(operands, 2)?);
    let code = code::<M>(key.as_bytes(), message.as_bytes())?;
    Ok(Some(hex(&code).into()))
}

/// The authentication code of a message with a key.
pub(super) fn code<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
    let mut code =
        <M as KeyInit>::new_from_slice(key).map_err(|_| "HMAC cannot use this key".to_owned())?;
    code.update(message);
    Ok(code.finalize().into_bytes().to_vec())
}
