//! The algorithms of tokens.

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

/// The required form of the salt of PS* and of the two numbers of ES*, and the keys that verify. In OPA, io.jwt.verify_* and
/// io.jwt.decode_verify differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The salt is as long as the hash, and the numbers are as long as those of the curve. A private key verifies with its public key.
    Exact,
    /// The salt has any length, and each number is half of the signature. A private key verifies nothing.
    #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
    Any,
}

/// The type of the keys of an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Secret,
    Rsa,
    Curve,
    Edwards,
}

impl Algorithm {
    /// Finds an algorithm by its name in OPA, which does not include `none`.
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

    /// The type of its keys.
    pub(super) const fn kind(self) -> Kind {
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
}
