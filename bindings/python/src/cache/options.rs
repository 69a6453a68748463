//! Options of a cache.

use grid_cache::{CacheOptions, Limit, Policy};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::arguments::{Ttl, count_of};
use crate::error::Failure;
use crate::scalars::flag_of;
use crate::text::text_of;

/// Options as the crate takes them.
pub(super) fn checked(given: &Bound<'_, PyDict>) -> PyResult<CacheOptions> {
    let mut options = CacheOptions::default();
    // The policy first: the lowest byte cap depends on it.
    if let Some(policy) = given.get_item("policy")? {
        let name = text_of(&policy, "the option policy")?;
        let policy: Policy = name.parse().map_err(Failure::from)?;
        options.policy = Some(policy);
    }
    let policy = options.policy.unwrap_or_default();
    for (name, value) in given {
        match text_of(&name, "the name of an option")?.as_ref() {
            "policy" => {}
            "max_entries" => {
                options.max_entries = Some(count_of(Limit::Entries, policy, &value)?);
            }
            "max_bytes" => {
                options.max_bytes = Some(count_of(Limit::Bytes, policy, &value)?);
            }
            "ttl_ms" => options.ttl = value.extract::<Ttl>()?.0,
            "sliding_ttl" => options.sliding = Some(flag_of(&value, "the option sliding_ttl")?),
            "keep" => options.keep = Some(flag_of(&value, "the option keep")?),
            other => {
                let text = format!(
                    "there is no option {other}; the options are max_entries, max_bytes, policy, ttl_ms, sliding_ttl, keep, profile"
                );
                return Err(Failure::argument(text).into());
            }
        }
    }
    Ok(options)
}
