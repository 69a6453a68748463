//! The algorithms of tokens, and what signs and verifies with each of them.

use super::super::Failure;
use super::super::crypto::code;
use super::keys::Material;
use hmac::Hmac;
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

/// The algorithms that OPA knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[rustfmt::skip]
pub(super) enum Algorithm {
    Hs256, Hs384, Hs512,
    Rs256, Rs384, Rs512,
    Ps256, Ps384, Ps512,
    Es256, Es384, Es512,
    EdDsa,
}

/// How the salt of PS* and the two numbers of ES* must be, and which keys verify: io.jwt.verify_* and io.jwt.decode_verify
/// differ in OPA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A salt as long as the hash, and numbers as long as the curve's. Of a private key the public one verifies.
    Exact,
    /// A salt of any length, and numbers that are each half of the signature. A private key verifies nothing.
    #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
    Any,
}

/// Which keys an algorithm is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Secret,
    Rsa,
    Curve,
    Edwards,
}

/// OPA takes the bytes of such a key as the secret, of a public one as well, which anybody may know.
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
const NO_SECRET: &str = "an Ed25519 key is no secret";

impl Algorithm {
    /// The algorithm of a name that OPA knows: `none` is not among them.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "HS256" => Self::Hs256,
            "HS384" => Self::Hs384,
            "HS512" => Self::Hs512,
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => Kind::Secret,
            Self::Rs256 | Self::Rs384 | Self::Rs512 => Kind::Rsa,
            Self::Ps256 | Self::Ps384 | Self::Ps512 => Kind::Rsa,
            Self::Es256 | Self::Es384 | Self::Es512 => Kind::Curve,
            Self::EdDsa => Kind::Edwards,
        }
    }

    /// Whether its keys are secrets.
    #[cfg(feature = "bundle")]
    pub(super) fn takes_secret(self) -> bool {
        self.kind() == Kind::Secret
    }

    // The code of a message under a secret, of an algorithm with one.
    fn code(self, secret: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Hs256 => code::<Hmac<Sha256>>(secret, message),
            Self::Hs384 => code::<Hmac<Sha384>>(secret, message),
            Self::Hs512 => code::<Hmac<Sha512>>(secret, message),
            _ => Err(format!("{self:?} takes no secret")),
        }
    }

    /// Whether a signature is that of a message under a key; not with a key of another kind.
    #[cfg_attr(
        not(any(feature = "jwt-rsa", feature = "jwt-ec")),
        expect(unused_variables, reason = "other keys have forms")
    )]
    pub(super) fn verifies(
        self,
        key: &Material,
        message: &[u8],
        signature: &[u8],
        form: Form,
    ) -> Result<bool, Failure> {
        match (self.kind(), key) {
            (Kind::Secret, Material::Secret(secret)) => {
                let code = self.code(secret, message)?;
                Ok(code.ct_eq(signature).into())
            }
            #[cfg(feature = "jwt-rsa")]
            (Kind::Rsa, Material::Rsa(key)) => {
                super::rsa::verifies(key, self, form, message, signature)
            }
            #[cfg(feature = "jwt-ec")]
            (Kind::Curve, Material::Curve(key)) => {
                super::curve::verifies(key, self, form, message, signature)
            }
            #[cfg(feature = "jwt-ec")]
            (Kind::Edwards, Material::Edwards(key)) => {
                Ok(super::curve::verifies_edwards(key, message, signature))
            }
            #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
            (_, Material::Private(key)) => match form {
                Form::Exact => self.verifies(&key.public, message, signature, form),
                Form::Any => Ok(false),
            },
            (kind, Material::Unsupported(of, what)) if kind == *of => Err(Failure::unsure(
                format!("this build cannot verify with {what}"),
            )),
            _ => Ok(false),
        }
    }

    /// The signature of a message, or `None` with another key than a secret or a private key of its kind.
    pub(super) fn sign(self, key: &Material, message: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        let kind = self.kind();
        Ok(match key {
            Material::Secret(secret) if kind == Kind::Secret => Some(self.code(secret, message)?),
            #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
            Material::Private(key) if kind == Kind::Secret && key.is_edwards() => {
                return Err(Failure::unsure(NO_SECRET));
            }
            #[cfg(feature = "jwt-ec")]
            Material::Edwards(_) if kind == Kind::Secret => {
                return Err(Failure::unsure(NO_SECRET));
            }
            #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
            Material::Private(key) => key.sign(self, message)?,
            Material::Unsupported(of, what) if kind == *of => {
                return Err(Failure::unsure(format!(
                    "this build cannot sign with {what}"
                )));
            }
            _ => None,
        })
    }
}
