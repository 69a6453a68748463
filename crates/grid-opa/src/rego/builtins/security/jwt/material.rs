//! The contents of keys: secrets, public keys, and private keys, which include their public key.

#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
use super::super::Failure;
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
use super::algorithm::Algorithm;
use super::algorithm::Kind;
#[cfg(feature = "jwt-rsa")]
use super::rsa::Numbers;

/// The contents of a key.
pub(super) enum Material {
    Secret(Vec<u8>),
    #[cfg(feature = "jwt-rsa")]
    Rsa(super::rsa::Key),
    #[cfg(feature = "jwt-ec")]
    Curve(super::curve::Key),
    #[cfg(feature = "jwt-ec")]
    Edwards(super::curve::EdwardsKey),
    #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
    Private(Box<Private>),
    /// A key that OPA supports and this build does not.
    Unsupported(Kind, &'static str),
    /// A key that verifies nothing.
    Useless,
}

impl Material {
    /// Whether it has no secret.
    pub(super) const fn is_public(&self) -> bool {
        match self {
            Self::Secret(_) => false,
            #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
            Self::Private(_) => false,
            #[cfg(feature = "jwt-rsa")]
            Self::Rsa(_) => true,
            #[cfg(feature = "jwt-ec")]
            Self::Curve(_) | Self::Edwards(_) => true,
            Self::Unsupported(..) | Self::Useless => true,
        }
    }
}

/// The numbers of a key on a curve.
pub(super) struct Point<'p> {
    pub(super) curve: &'p str,
    pub(super) x: Vec<u8>,
    pub(super) y: Vec<u8>,
}

/// Makes an RSA key from its modulus and exponent.
pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Material, String> {
    #[cfg(feature = "jwt-rsa")]
    return Ok(match super::rsa::key(modulus, exponent)? {
        Numbers::Key(key) => Material::Rsa(key),
        Numbers::Useless => Material::Useless,
        Numbers::TooLong => Material::Unsupported(Kind::Rsa, "RSA keys of more than 16384 bits"),
    });
    #[cfg(not(feature = "jwt-rsa"))]
    {
        let is_odd = exponent.last().is_some_and(|byte| byte & 1 == 1);
        if !is_odd || modulus.iter().all(|byte| *byte == 0) {
            return Err("a key is not a valid RSA key".to_owned());
        }
        let what = "RSA keys: it was built without the feature jwt-rsa";
        Ok(Material::Unsupported(Kind::Rsa, what))
    }
}

/// Makes a key on one of the curves P-256, P-384 and P-521.
pub(super) fn point(point: &Point<'_>) -> Result<Material, String> {
    let size = match point.curve {
        "P-256" => 32,
        "P-384" => 48,
        "P-521" => 66,
        other => return Err(format!("a key has the unknown curve {other}")),
    };
    for (name, bytes) in [("x", &point.x), ("y", &point.y)] {
        if bytes.len() != size {
            let length = bytes.len();
            return Err(format!(
                "invalid {name:?} length ({length}) for curve {:?}",
                point.curve
            ));
        }
    }
    #[cfg(feature = "jwt-ec")]
    return super::curve::key(point.curve, &point.x, &point.y).map(Material::Curve);
    #[cfg(not(feature = "jwt-ec"))]
    {
        let what = "keys on elliptic curves: it was built without the feature jwt-ec";
        Ok(Material::Unsupported(Kind::Curve, what))
    }
}

/// Makes a key for EdDSA.
pub(super) fn edwards(bytes: &[u8]) -> Result<Material, String> {
    let Ok(bytes) = <[u8; 32]>::try_from(bytes) else {
        return Err("an Ed25519 key does not have 32 bytes".to_owned());
    };
    #[cfg(feature = "jwt-ec")]
    return Ok(super::curve::edwards_key(&bytes).map_or(Material::Useless, Material::Edwards));
    #[cfg(not(feature = "jwt-ec"))]
    {
        let _ = bytes;
        let what = "Ed25519 keys: it was built without the feature jwt-ec";
        Ok(Material::Unsupported(Kind::Edwards, what))
    }
}

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
    /// The secret number. The public key has the curve.
    #[cfg(feature = "jwt-ec")]
    Curve(Vec<u8>),
    #[cfg(feature = "jwt-ec")]
    Edwards(super::curve::sign::EdwardsKey),
}

/// Makes a private RSA key from n, e, d, p and q, and from dP, dQ and qInv. As in Go, they are checked when it signs.
#[cfg(feature = "jwt-rsa")]
pub(super) fn private_rsa(
    public: Material,
    numbers: [Vec<u8>; 5],
    crt: Option<[Vec<u8>; 3]>,
) -> Material {
    let signer = Signer::Rsa(super::rsa::sign::Parts { numbers, crt });
    Material::Private(Box::new(Private { public, signer }))
}

/// Makes a private key on a curve from its secret number. As in Go, it is checked when it signs.
#[cfg(feature = "jwt-ec")]
pub(super) fn private_point(public: Material, secret: Vec<u8>) -> Material {
    let signer = Signer::Curve(secret);
    Material::Private(Box::new(Private { public, signer }))
}

/// Makes a private key for EdDSA from both of its parts, which must match.
#[cfg(feature = "jwt-ec")]
pub(super) fn private_edwards(
    public: Material,
    point: &[u8],
    secret: &[u8],
) -> Result<Material, String> {
    let signer = Signer::Edwards(super::curve::sign::edwards_key(point, secret)?);
    Ok(Material::Private(Box::new(Private { public, signer })))
}

// A build that cannot verify with a key cannot sign with it.

#[cfg(not(feature = "jwt-rsa"))]
pub(super) fn private_rsa(public: Material, _: [Vec<u8>; 5], _: Option<[Vec<u8>; 3]>) -> Material {
    public
}

#[cfg(not(feature = "jwt-ec"))]
pub(super) fn private_point(public: Material, _: Vec<u8>) -> Material {
    public
}

#[cfg(not(feature = "jwt-ec"))]
pub(super) fn private_edwards(public: Material, _: &[u8], _: &[u8]) -> Result<Material, String> {
    Ok(public)
}

#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
impl Private {
    /// Signs a message. `None` if the key is not for the algorithm.
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
