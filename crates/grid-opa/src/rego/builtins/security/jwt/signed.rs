//! Tokens and their verification keys, for the signatures of bundles.

use super::super::{Failure, Halt};
use super::algorithm::{Algorithm, Form};
use super::material::Material;
use super::pem;
use super::token::Token;

/// A key for one algorithm. The owner of the key chooses the algorithm, never a token.
pub(crate) struct VerificationKey {
    algorithm: Algorithm,
    name: String,
    material: Material,
}

/// A token that is not verified yet.
pub(crate) struct SignedToken<'t> {
    token: Token<'t>,
    alg: String,
    /// The name of its key; empty if it names none.
    pub(crate) kid: String,
    /// The text of its payload.
    pub(crate) payload: String,
}

impl VerificationKey {
    /// Reads the key for an algorithm: a secret, or a public key or certificate in PEM.
    pub(crate) fn read(algorithm: &str, key: &str) -> Result<Self, String> {
        let name = algorithm.to_owned();
        let algorithm =
            Algorithm::named(algorithm).ok_or_else(|| format!("there is no algorithm {name}"))?;
        let block = pem::find(key).map_err(reason)?;
        let material = match (algorithm.takes_secret(), block) {
            (true, None) if !key.is_empty() => Material::Secret(key.as_bytes().to_vec()),
            (true, None) => return Err("the secret is empty".to_owned()),
            // A public key is not a secret: everyone who has it could sign.
            (true, Some(_)) => {
                return Err(format!("{name} needs a secret, but this is a key in PEM"));
            }
            (false, None) => return Err(format!("{name} needs a public key in PEM")),
            (false, Some(block)) => block.key().map_err(reason)?,
        };
        Ok(Self {
            algorithm,
            name,
            material,
        })
    }
}

impl<'t> SignedToken<'t> {
    pub(crate) fn read(text: &'t str) -> Result<Self, String> {
        let token = Token::split(text)?;
        let header = token.header().map_err(reason)?.parameters()?;
        if !header.valid {
            return Err(
                "its header names no algorithm, or has an unknown critical field".to_owned(),
            );
        }
        Ok(Self {
            payload: String::from_utf8(token.payload().map_err(reason)?)
                .map_err(|_| "its payload is not UTF-8".to_owned())?,
            alg: header.alg,
            kid: header.kid,
            token,
        })
    }

    /// Whether the key verifies the token. An algorithm other than the key's is an error.
    pub(crate) fn is_signed_with(&self, key: &VerificationKey) -> Result<bool, String> {
        if self.alg != key.name {
            return Err(format!(
                "its algorithm is {}, but the key is for {}",
                self.alg, key.name
            ));
        }
        // OPA signs with salts of any length.
        #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
        let form = Form::Any;
        #[cfg(not(any(feature = "jwt-rsa", feature = "jwt-ec")))]
        let form = Form::Exact;
        let signature = self.token.signature().map_err(reason)?;
        key.algorithm
            .verifies(&key.material, &self.token.signed(), &signature, form)
            .map_err(reason)
    }
}

fn reason(failure: Failure) -> String {
    match failure {
        Failure::Builtin(text) | Failure::Type(text) => text,
        Failure::Halt(Halt::Unsure(text)) => text,
        Failure::Halt(halt) => format!("{halt:?}"),
    }
}
