//! Keys: certificates, public keys and JWK sets.

use super::super::{Context, Failure};
use super::algorithm::Algorithm;
use super::material::Material;
use super::token::{self, Parameters};
use super::{jwk, pem};
use crate::rego::builtins::cache::Cache;
use std::rc::Rc;

/// A key with the fields of its JWK.
pub(super) struct Key {
    /// The name of its algorithm; empty for any algorithm.
    alg: String,
    kid: String,
    material: Material,
}

/// Whether a key verifies: the key with the `kid` of the header, else any key for the algorithm of the header.
pub(super) fn any(
    keys: &[Key],
    header: &Parameters,
    verifies: impl Fn(&Material) -> Result<bool, Failure>,
) -> Result<bool, Failure> {
    if !header.kid.is_empty()
        && let Some(key) = keys.iter().find(|key| key.kid == header.kid)
    {
        return verifies(&key.material);
    }
    let mut refusal = None;
    for key in keys
        .iter()
        .filter(|key| key.alg.is_empty() || key.alg == header.alg)
    {
        match verifies(&key.material) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => refusal = Some(error),
        }
    }
    refusal.map_or(Ok(false), Err)
}

/// The maximum length of a text whose keys are cached, in bytes.
const MAX_CACHED: usize = 16 << 10;

std::thread_local! {
    static KEYS: Cache<Vec<Key>> = const { Cache::new() };
}

/// Reads a certificate or a public key in PEM, or else a JWK or a JWK set. Public keys are cached, secrets are not.
pub(super) fn read(text: &str, context: &Context<'_>) -> Result<Rc<Vec<Key>>, Failure> {
    KEYS.with(|cached| {
        if let Some(keys) = cached.find(text) {
            return Ok(keys);
        }
        let keys = Rc::new(read_fresh(text, context)?);
        if text.len() <= MAX_CACHED && keys.iter().all(|key| key.material.is_public()) {
            cached.keep(text, keys.clone());
        }
        Ok(keys)
    })
}

fn read_fresh(text: &str, context: &Context<'_>) -> Result<Vec<Key>, Failure> {
    if let Some(block) = pem::find(text)? {
        return Ok(vec![Key {
            alg: String::new(),
            kid: String::new(),
            material: block.key()?,
        }]);
    }
    let keys = jwk::read(text, context)
        .map_err(|failure| token::within(failure, "failed to parse a JWK key (set)"))?;
    let keys = keys.into_iter().map(|key| {
        Ok::<_, Failure>(Key {
            alg: key.alg,
            kid: key.kid,
            material: key.material?,
        })
    });
    let keys: Vec<Key> = keys.collect::<Result<_, _>>()?;
    Ok(keys
        .into_iter()
        .filter(|key| key.alg.is_empty() || Algorithm::named(&key.alg).is_some())
        .collect())
}
