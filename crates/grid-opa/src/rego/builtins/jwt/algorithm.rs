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

    /// Which keys it is for.
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
