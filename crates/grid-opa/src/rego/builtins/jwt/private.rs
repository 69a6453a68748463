//! Private keys: a public key, and what signs with it.

#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
use super::super::Failure;
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
use super::algorithm::Algorithm;
use super::keys::Material;

/// A private key.
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
pub(super) struct Private {
    pub(super) public: Material,
    signer: Signer,
}

#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
enum Signer {
    #[cfg(feature = "jwt-rsa")]
    Rsa(super::rsa::sign::Parts),
    /// The secret number of a key on the curve of its public key.
    #[cfg(feature = "jwt-ec")]
    Curve(Vec<u8>),
    #[cfg(feature = "jwt-ec")]
    Edwards(super::curve::sign::EdwardsKey),
}

/// A private RSA key of its numbers n, e, d, p and q, and of dP, dQ and qInv. Go looks at them when it signs.
#[cfg(feature = "jwt-rsa")]
pub(super) fn rsa(public: Material, numbers: [Vec<u8>; 5], crt: Option<[Vec<u8>; 3]>) -> Material {
    let signer = Signer::Rsa(super::rsa::sign::Parts { numbers, crt });
    Material::Private(Box::new(Private { public, signer }))
}

/// A private key on a curve, of its secret number. Go looks at that when it signs.
#[cfg(feature = "jwt-ec")]
pub(super) fn curve(public: Material, secret: Vec<u8>) -> Material {
    let signer = Signer::Curve(secret);
    Material::Private(Box::new(Private { public, signer }))
}

/// A private key for EdDSA, of both its parts, which must go together.
#[cfg(feature = "jwt-ec")]
pub(super) fn edwards(public: Material, point: &[u8], secret: &[u8]) -> Result<Material, String> {
    let signer = Signer::Edwards(super::curve::sign::edwards_key(point, secret)?);
    Ok(Material::Private(Box::new(Private { public, signer })))
}

// A build that cannot verify with a key cannot sign with it.

#[cfg(not(feature = "jwt-rsa"))]
pub(super) fn rsa(public: Material, _: [Vec<u8>; 5], _: Option<[Vec<u8>; 3]>) -> Material {
    public
}

#[cfg(not(feature = "jwt-ec"))]
pub(super) fn curve(public: Material, _: Vec<u8>) -> Material {
    public
}

#[cfg(not(feature = "jwt-ec"))]
pub(super) fn edwards(public: Material, _: &[u8], _: &[u8]) -> Result<Material, String> {
    Ok(public)
}

#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
impl Private {
    /// The signature of a message, or `None` with an algorithm that the key is not for.
    pub(super) fn sign(
        &self,
        algorithm: Algorithm,
        message: &[u8],
    ) -> Result<Option<Vec<u8>>, Failure> {
        match (&self.signer, &self.public) {
            #[cfg(feature = "jwt-rsa")]
            (Signer::Rsa(parts), _) => super::rsa::sign::sign(parts, algorithm, message),
            #[cfg(feature = "jwt-ec")]
            (Signer::Curve(secret), Material::Curve(public)) => {
                super::curve::sign::sign(public, secret, algorithm, message)
            }
            #[cfg(feature = "jwt-ec")]
            (Signer::Edwards(key), _) => Ok((algorithm == Algorithm::EdDsa)
                .then(|| super::curve::sign::sign_edwards(key, message))),
            #[cfg(feature = "jwt-ec")]
            (Signer::Curve(_), _) => Ok(None),
        }
    }

    /// Whether it is a key for EdDSA.
    pub(super) fn is_edwards(&self) -> bool {
        match self.signer {
            #[cfg(feature = "jwt-ec")]
            Signer::Edwards(_) => true,
            #[cfg(feature = "jwt-ec")]
            Signer::Curve(_) => false,
            #[cfg(feature = "jwt-rsa")]
            Signer::Rsa(_) => false,
        }
    }
}
