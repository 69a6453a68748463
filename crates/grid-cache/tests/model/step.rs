//! Steps as numbers, and their meaning.

use grid_cache::{CacheOptions, Policy, Ttl, ValueRef};
use std::time::Duration;

/// The options of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) policy: Policy,
    pub(crate) max_entries: usize,
    pub(crate) max_bytes: usize,
    /// Microseconds; 0 for no TTL.
    pub(crate) ttl: u32,
    pub(crate) sliding: bool,
    /// Number of keys.
    pub(crate) keys: u16,
}

impl Setup {
    pub(crate) fn options(&self) -> CacheOptions {
        CacheOptions {
            max_entries: Some(self.max_entries),
            max_bytes: Some(self.max_bytes),
            policy: Some(self.policy),
            ttl: (self.ttl > 0).then(|| ttl(self.ttl.into())),
            sliding: Some(self.sliding),
            keep: None,
        }
    }
}

/// One call with its arguments; the call decides the meaning of a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) call: u8,
    pub(crate) key: u16,
    pub(crate) value: u16,
    pub(crate) ttl: u16,
    pub(crate) other: u16,
}

/// A TTL from microseconds.
pub(crate) fn ttl(micros: u64) -> Ttl {
    Ttl::from_duration(Duration::from_micros(micros)).unwrap()
}

/// A value of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    Text(String),
    Bytes(Vec<u8>),
}

impl Kept {
    pub(crate) fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Kept::Text(text) => text.into(),
            Kept::Bytes(bytes) => bytes.into(),
        }
    }
}

impl From<ValueRef<'_>> for Kept {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Text(text) => Kept::Text(text.to_owned()),
            ValueRef::Bytes(bytes) => Kept::Bytes(bytes.to_vec()),
        }
    }
}

impl Step {
    /// All keys of a run.
    pub(crate) fn keys(setup: &Setup) -> Vec<String> {
        (0..setup.keys).map(|n| Self::key_of(n, setup)).collect()
    }

    /// The key of a number: empty, short, or longer than most values.
    pub(crate) fn key_of(number: u16, setup: &Setup) -> String {
        match number % setup.keys {
            0 => String::new(),
            1 => "k".repeat(200),
            n => format!("key{n}"),
        }
    }

    /// The value of a number: counts, texts and bytes, some larger than a small cache.
    pub(crate) fn value_of(number: u16) -> Kept {
        let length = usize::from(number / 8);
        match number % 8 {
            0 => Kept::Text((length as i64 - 100).to_string()),
            1 => Kept::Text(i64::MAX.to_string()),
            2 => Kept::Bytes(vec![b'1'; length % 3]),
            3 => Kept::Bytes(vec![0xff; length % 400]),
            4 => Kept::Text("x".repeat(length)),
            _ => Kept::Text("y".repeat(length % 200)),
        }
    }

    /// The TTL of a number: that of the cache, none, or 1 µs to 4 s, most of them short.
    pub(crate) fn ttl_of(number: u16) -> Option<Ttl> {
        match number % 8 {
            0 | 1 => None,
            2 => Some(Ttl::NEVER),
            3 => Some(ttl(1 + u64::from(number / 8) * 500)),
            _ => Some(ttl(1 + u64::from(number / 8) % 2000)),
        }
    }

    /// The move of the clock for a number, in microseconds: mostly little, seldom beyond every TTL.
    pub(crate) fn wait_of(number: u16) -> u64 {
        match number % 16 {
            0 => 10_000_000,
            1 => u64::from(number) * 20,
            2..8 => u64::from(number / 16) % 64,
            _ => u64::from(number / 16) % 1024,
        }
    }
}
