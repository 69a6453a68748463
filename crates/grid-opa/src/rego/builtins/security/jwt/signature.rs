//! Signs and verifies with each algorithm.

use super::super::Failure;
use super::super::crypto::code;
use super::algorithm::{Algorithm, Form, Kind};
use super::material::Material;
use hmac::Hmac;
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

/// OPA uses the bytes of such a key as the secret, even those of a public key, which is not secret.
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
const NO_SECRET: &str = "an Ed25519 key is not a secret";

impl Algorithm {
    // The authentication code of a message, for an algorithm with a secret.
    fn code(self, secret: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Hs256 => code::<Hmac<Sha256>>(secret, message),
            Self::Hs384 => code::<Hmac<Sha384>>(secret, message),
            Self::Hs512 => code::<Hmac<Sha512>>(secret, message),
            _ => Err(format!("{self:?} does not use a secret")),
        }
    }

    /// Whether a key verifies the signature of a message. `false` if the key has another type.
    #[cfg_attr(
        not(any(feature = "jwt-rsa", feature = "jwt-ec")),
        expect(unused_variables, reason = "only these keys have forms")
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

    /// Signs a message. `None` unless the key is a secret or a private key of the type of the algorithm.
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
