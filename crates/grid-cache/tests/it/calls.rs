//! The methods of a case: from the arguments in YAML to calls of the crate.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use grid_cache::{Cache, CacheOptions, Error, Ttl, ValueRef};
use serde_json::{Map, Value as Json};

use crate::special_forms::{Given, decode};

/// What a call gave: nothing to compare, a value, or undefined.
pub(crate) enum Outcome {
    Nothing,
    Undefined,
    Value(Given),
}

/// Opens a named cache under a handle.
pub(crate) fn open(
    arguments: &[Json],
    handles: &mut BTreeMap<String, Cache>,
) -> Result<Result<Outcome, Error>, String> {
    let (handle, name, options) = match arguments {
        [Json::String(handle), Json::String(name)] => (handle, name, &Json::Null),
        [Json::String(handle), Json::String(name), options] => (handle, name, options),
        _ => return Err("open takes a handle, a name and options".into()),
    };
    Ok(read_options(options)?
        .and_then(|options| Cache::open(name, &options))
        .map(|cache| {
            handles.insert(handle.clone(), cache);
            Outcome::Nothing
        }))
}

/// One call. The outer error is a fault of the case, the inner one is what the cache answered.
pub(crate) fn call(
    cache: &Cache,
    method: &str,
    arguments: &[Json],
) -> Result<Result<Outcome, Error>, String> {
    let given = arguments
        .iter()
        .take(2)
        .map(decode)
        .collect::<Result<Vec<_>, _>>()?;
    let count = |count: usize| Outcome::Value(Given::Number(count as f64));
    Ok(match (method, given.as_slice(), arguments.get(2)) {
        ("set", [Given::Text(key), value], extra) if arguments.len() <= 3 => {
            let value: ValueRef<'_> = match value {
                Given::Text(text) => text.into(),
                Given::Bytes(bytes) => bytes.into(),
                _ => return Err("a value is text or bytes".into()),
            };
            let ttl = read_ttl(extra)?;
            ttl.and_then(|ttl| cache.set(key, value, ttl))
                .map(|()| Outcome::Nothing)
        }
        ("get", [Given::Text(key)], None) => Ok(match cache.get(key) {
            None => Outcome::Undefined,
            Some(value) => Outcome::Value(match value.as_str() {
                Some(text) => Given::Text(text.to_owned()),
                None => Given::Bytes(value.as_bytes().to_vec()),
            }),
        }),
        ("delete", [Given::Text(key)], None) => Ok(Outcome::Value(Given::Flag(cache.delete(key)))),
        ("size", [], None) => Ok(count(cache.len())),
        ("bytes", [], None) => Ok(count(cache.bytes())),
        ("cleanup_expired", [], None) => Ok(count(cache.cleanup_expired())),
        ("clear", [], None) => {
            cache.clear();
            Ok(Outcome::Nothing)
        }
        ("sleep_ms", [Given::Number(millis)], None) => {
            sleep(Duration::from_secs_f64(millis / 1000.0));
            Ok(Outcome::Nothing)
        }
        _ => return Err("no such method, or arguments that it does not take".into()),
    })
}

/// The options of a constructor or of `open`.
pub(crate) fn read_options(json: &Json) -> Result<Result<CacheOptions, Error>, String> {
    let empty = Map::new();
    let options = match json {
        Json::Null => &empty,
        Json::Object(options) => options,
        _ => return Err("options are a map".into()),
    };
    only_keys(options, &["max_entries", "max_bytes", "ttl_ms"])?;
    Ok(CacheOptions::from_numbers(
        number(options, "max_entries")?,
        number(options, "max_bytes")?,
        number(options, "ttl_ms")?,
    ))
}

/// The third argument of `set`.
fn read_ttl(extra: Option<&Json>) -> Result<Result<Option<Ttl>, Error>, String> {
    let Some(extra) = extra else {
        return Ok(Ok(None));
    };
    let extra = extra
        .as_object()
        .ok_or("the third argument of set is a map")?;
    only_keys(extra, &["ttl_ms"])?;
    Ok(number(extra, "ttl_ms")?.map(Ttl::from_millis).transpose())
}

/// A number under a key, where there is one.
fn number(map: &Map<String, Json>, key: &str) -> Result<Option<f64>, String> {
    match map.get(key).map(decode).transpose()? {
        None => Ok(None),
        Some(Given::Number(number)) => Ok(Some(number)),
        Some(other) => Err(format!("{key} is a number, not {other:?}")),
    }
}

/// Unknown keys are faults of the case: a misspelt expectation must not pass.
pub(crate) fn only_keys(map: &Map<String, Json>, known: &[&str]) -> Result<(), String> {
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(format!("unknown key {key}")),
    }
}
