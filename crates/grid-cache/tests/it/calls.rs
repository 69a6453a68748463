//! The methods of a case: from the arguments in YAML to calls of the crate.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use grid_cache::{Cache, CacheOptions, Error, Lease, TimeLeft, Ttl, Value, ValueRef};
use serde_json::{Map, Value as Json};

use crate::calls_of_many;
use crate::special_forms::{Given, decode};

/// The state that the steps of a case share.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) handles: BTreeMap<String, Cache>,
    pub(crate) snapshots: BTreeMap<String, Vec<u8>>,
}

/// The result of a step; the outer error is a fault of the case, the inner one is the answer of the cache.
pub(crate) type Answer = Result<Result<Outcome, Error>, String>;

/// The result of a call: nothing to compare, a value, or undefined.
pub(crate) enum Outcome {
    Nothing,
    Undefined,
    Value(Given),
}

/// Opens a named cache under a handle.
pub(crate) fn open(arguments: &[Json], world: &mut World) -> Answer {
    let (handle, name, options) = match arguments {
        [Json::String(handle), Json::String(name)] => (handle, name, &Json::Null),
        [Json::String(handle), Json::String(name), options] => (handle, name, options),
        _ => return Err("open takes a handle, a name and options".into()),
    };
    Ok(read_options(options)?
        .and_then(|options| Cache::open(name, &options))
        .map(|cache| {
            world.handles.insert(handle.clone(), cache);
            Outcome::Nothing
        }))
}

/// One call.
pub(crate) fn call(cache: &Cache, method: &str, arguments: &[Json], world: &mut World) -> Answer {
    let Some(Ok(Given::Text(key))) = arguments.first().map(decode) else {
        return calls_of_many::call(cache, method, arguments, world);
    };
    let key = key.as_str();
    let flag = |flag| Outcome::Value(Given::Flag(flag));
    Ok(Ok(match (method, arguments) {
        ("get", [_]) => value_or_undefined(cache.get(key)),
        ("get_buffer", [_]) => cache.get(key).map_or(Outcome::Undefined, |value| {
            Outcome::Value(Given::Bytes(value.as_bytes().to_vec()))
        }),
        ("peek", [_]) => value_or_undefined(cache.peek(key)),
        ("take", [_]) => value_or_undefined(cache.take(key)),
        ("has", [_]) => flag(cache.contains(key)),
        ("delete", [_]) => flag(cache.delete(key)),
        ("touch", [_]) => flag(cache.touch(key)),
        ("ttl", [_]) => match cache.ttl_of(key) {
            TimeLeft::Missing => Outcome::Undefined,
            TimeLeft::Never => Outcome::Value(Given::Nothing),
            TimeLeft::Expires(left) => {
                Outcome::Value(Given::Number(left.as_micros() as f64 / 1000.0))
            }
        },
        ("expire", [_, ttl]) => return Ok(read_ttl(ttl)?.map(|ttl| flag(cache.expire(key, ttl)))),
        _ => return call_with_value(cache, method, key, &arguments[1..], world, arguments),
    }))
}

/// Calls that store something.
fn call_with_value(
    cache: &Cache,
    method: &str,
    key: &str,
    rest: &[Json],
    world: &mut World,
    arguments: &[Json],
) -> Answer {
    let given = rest.first().map(decode).transpose()?;
    let ttl = read_ttl_option(rest.get(1));
    Ok(match (method, &given) {
        ("set", Some(value)) => {
            let value = value_ref(value)?;
            ttl?.and_then(|ttl| cache.set(key, value, ttl))
                .map(|()| Outcome::Nothing)
        }
        ("get_or_insert", Some(value)) => {
            let value = value_ref(value)?;
            ttl?.and_then(|ttl| cache.get_or_insert(key, value, ttl))
                .map(|(value, _)| value_or_undefined(Some(value)))
        }
        ("fetch", Some(value)) => {
            let value = value_ref(value)?;
            ttl?.and_then(|ttl| fetch(cache, key, value, ttl))
        }
        ("incr", None | Some(Given::Number(_))) => {
            let by = if let Some(Given::Number(by)) = given {
                by as i64
            } else {
                1
            };
            ttl?.and_then(|ttl| cache.incr(key, by, ttl))
                .map(|sum| Outcome::Value(Given::Number(sum as f64)))
        }
        _ => return calls_of_many::call(cache, method, arguments, world),
    })
}

/// The steps of one caller of a fetch.
fn fetch(
    cache: &Cache,
    key: &str,
    value: ValueRef<'_>,
    ttl: Option<Ttl>,
) -> Result<Outcome, Error> {
    match cache.lease(key, Ttl::from_millis(30_000.0)?, None)? {
        Lease::Value(value) => Ok(value_or_undefined(Some(value))),
        Lease::Granted(token) => {
            cache.fulfil(key, token, value, ttl)?;
            Ok(Outcome::Value(match value {
                ValueRef::Text(text) => Given::Text(text.to_owned()),
                ValueRef::Bytes(bytes) => Given::Bytes(bytes.to_vec()),
            }))
        }
        Lease::Busy(_) => Ok(Outcome::Nothing),
    }
}

/// A value to store.
pub(crate) fn value_ref(given: &Given) -> Result<ValueRef<'_>, String> {
    match given {
        Given::Text(text) => Ok(text.into()),
        Given::Bytes(bytes) => Ok(bytes.into()),
        _ => Err("a value is text or bytes".into()),
    }
}

/// A value of the cache as a case has it.
pub(crate) fn given_of(value: &Value) -> Given {
    match value.as_str() {
        Some(text) => Given::Text(text.to_owned()),
        None => Given::Bytes(value.as_bytes().to_vec()),
    }
}

fn value_or_undefined(value: Option<Value>) -> Outcome {
    value.map_or(Outcome::Undefined, |value| Outcome::Value(given_of(&value)))
}

/// Waits.
pub(crate) fn wait(millis: f64) -> Outcome {
    sleep(Duration::from_secs_f64(millis / 1000.0));
    Outcome::Nothing
}

/// The options of a constructor or of `open`.
pub(crate) fn read_options(json: &Json) -> Result<Result<CacheOptions, Error>, String> {
    let empty = Map::new();
    let options = match json {
        Json::Null => &empty,
        Json::Object(options) => options,
        _ => return Err("options are a map".into()),
    };
    let known = [
        "max_entries",
        "max_bytes",
        "policy",
        "ttl_ms",
        "sliding_ttl",
        "keep",
    ];
    only_keys(options, &known)?;
    let policy = match options.get("policy") {
        None => Ok(None),
        Some(name) => name.as_str().ok_or("a policy is a text")?.parse().map(Some),
    };
    let (max_entries, max_bytes) = (
        number(options, "max_entries")?,
        number(options, "max_bytes")?,
    );
    let counts =
        policy.and_then(|policy| CacheOptions::from_numbers(policy, max_entries, max_bytes, None));
    let ttl = options.get("ttl_ms").map_or(Ok(Ok(None)), read_ttl)?;
    let flag = |key: &str| options.get(key).and_then(Json::as_bool);
    Ok(counts.and_then(|counts| {
        Ok(CacheOptions {
            ttl: ttl?,
            sliding: flag("sliding_ttl"),
            keep: flag("keep"),
            ..counts
        })
    }))
}

/// The TTL in the options of an entry.
pub(crate) fn read_ttl_option(
    options: Option<&Json>,
) -> Result<Result<Option<Ttl>, Error>, String> {
    let Some(options) = options else {
        return Ok(Ok(None));
    };
    let options = options.as_object().ok_or("options of an entry are a map")?;
    only_keys(options, &["ttl_ms"])?;
    options.get("ttl_ms").map_or(Ok(Ok(None)), read_ttl)
}

/// A TTL in milliseconds; null for none.
fn read_ttl(json: &Json) -> Result<Result<Option<Ttl>, Error>, String> {
    match decode(json)? {
        Given::Nothing => Ok(Ok(Some(Ttl::NEVER))),
        Given::Number(millis) => Ok(Ttl::from_millis(millis).map(Some)),
        other => Err(format!("a TTL is a number or null, not {other:?}")),
    }
}

/// A number under a key, if there is one.
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
