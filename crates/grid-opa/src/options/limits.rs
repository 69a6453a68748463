//! The options that are limits, and the one check of their values.

use super::EngineOptions;
use crate::error::Error;
use crate::options::value::OptionValue;

/// A limit: its option, its unit, its range of valid values, and its field.
pub(super) struct Limit {
    pub(super) name: &'static str,
    unit: &'static str,
    least: u32,
    most: u32,
    pub(super) field: fn(&mut EngineOptions) -> &mut u32,
}

pub(super) const LIMITS: [Limit; 14] = [
    Limit {
        name: "max_policy_bytes",
        unit: "bytes",
        least: 1,
        most: 64 << 20,
        field: |options| &mut options.max_policy_bytes,
    },
    Limit {
        name: "max_data_bytes",
        unit: "bytes",
        least: 1,
        most: 1 << 30,
        field: |options| &mut options.max_data_bytes,
    },
    Limit {
        name: "max_input_bytes",
        unit: "bytes",
        least: 1,
        most: 256 << 20,
        field: |options| &mut options.max_input_bytes,
    },
    Limit {
        name: "max_nesting",
        unit: "levels",
        least: 1,
        most: 2000,
        field: |options| &mut options.max_nesting,
    },
    Limit {
        name: "max_depth",
        unit: "levels",
        least: 1,
        most: 10_000,
        field: |options| &mut options.max_depth,
    },
    Limit {
        name: "max_evaluation_ms",
        unit: "milliseconds",
        least: 1,
        most: 3_600_000,
        field: |options| &mut options.max_evaluation_ms,
    },
    Limit {
        name: "max_evaluation_memory_bytes",
        unit: "bytes",
        least: 1,
        most: u32::MAX,
        field: |options| &mut options.max_evaluation_memory_bytes,
    },
    Limit {
        name: "max_load_ms",
        unit: "milliseconds",
        least: 1,
        most: 3_600_000,
        field: |options| &mut options.max_load_ms,
    },
    Limit {
        name: "max_load_memory_bytes",
        unit: "bytes",
        least: 1,
        most: u32::MAX,
        field: |options| &mut options.max_load_memory_bytes,
    },
    Limit {
        name: "max_bundle_bytes",
        unit: "bytes",
        least: 1,
        most: 1 << 30,
        field: |options| &mut options.max_bundle_bytes,
    },
    Limit {
        name: "max_bundle_unpacked_bytes",
        unit: "bytes",
        least: 1,
        most: 1 << 30,
        field: |options| &mut options.max_bundle_unpacked_bytes,
    },
    Limit {
        name: "max_bundle_entries",
        unit: "entries",
        least: 1,
        most: 1_000_000,
        field: |options| &mut options.max_bundle_entries,
    },
    Limit {
        name: "decision_cache_bytes",
        unit: "bytes",
        least: 0,
        most: 1 << 30,
        field: |options| &mut options.decision_cache_bytes,
    },
    Limit {
        name: "decision_cache_ttl_ms",
        unit: "milliseconds",
        least: 0,
        most: u32::MAX,
        field: |options| &mut options.decision_cache_ttl_ms,
    },
];

impl Limit {
    /// The only conversion of a number of a host language to a limit.
    pub(super) fn checked(&self, value: OptionValue<'_>) -> Result<u32, Error> {
        let Self {
            name,
            unit,
            least,
            most,
            ..
        } = self;
        match value {
            OptionValue::Number(number)
                if number.fract() == 0.0
                    && (f64::from(*least)..=f64::from(*most)).contains(&number) =>
            {
                Ok(number as u32)
            }
            OptionValue::Number(number) => Err(Error::argument(format!(
                "{name} is a whole number of {unit} from {least} to {most}, not {number}"
            ))),
            _ => Err(Error::argument(format!("{name} is a number of {unit}"))),
        }
    }
}
