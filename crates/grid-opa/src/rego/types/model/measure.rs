//! The size of types, and their hashes.

use crate::rego::types::model::constant::Constant;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The maximum number of levels of a type.
pub(crate) const MAX_DEPTH: u16 = 200;

/// The maximum number of nodes of a type's tree.
pub(crate) const MAX_SIZE: u32 = 1 << 20;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    pub(crate) size: u32,
    pub(crate) depth: u16,
    pub(crate) unknown: bool,
    /// Equal for equal types, and almost always different for different types.
    pub(crate) hash: u64,
}

impl Measure {
    /// The measure of a type without parts, given the number of its kind.
    pub(crate) const fn of(kind: u64) -> Self {
        Self {
            size: 1,
            depth: 0,
            unknown: false,
            hash: kind,
        }
    }

    /// Adds a part.
    pub(crate) fn with(self, part: Option<Self>) -> Self {
        let part = part.unwrap_or(Self {
            unknown: true,
            ..Self::of(0)
        });
        Self {
            size: self.size.saturating_add(part.size),
            depth: self.depth.max(part.depth + 1),
            unknown: self.unknown || part.unknown,
            hash: mix(self.hash, part.hash),
        }
    }

    /// Adds a key.
    pub(crate) fn with_key(self, key: &Constant) -> Self {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        Self {
            hash: mix(self.hash, hasher.finish()),
            ..self
        }
    }

    pub(crate) fn with_all(self, parts: impl IntoIterator<Item = Option<Self>>) -> Self {
        parts.into_iter().fold(self, Self::with)
    }

    pub(crate) const fn is_too_large(self) -> bool {
        self.depth > MAX_DEPTH || self.size > MAX_SIZE
    }
}

/// Mixes two hashes (the finalizer of SplitMix64).
const fn mix(a: u64, b: u64) -> u64 {
    let mixed = a.rotate_left(23).wrapping_add(0x9e37_79b9_7f4a_7c15) ^ b;
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
