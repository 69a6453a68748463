//! The methods of a case about many keys or all entries.

use grid_cache::{Cache, Error, Limit, Page, Stats, Value, count_from_f64};
use serde_json::Value as Json;

use crate::calls::{Answer, Outcome, World, given_of, only_keys, read_ttl_option, value_ref, wait};
use crate::special_forms::{Given, decode};

/// One call.
pub(crate) fn call(cache: &Cache, method: &str, arguments: &[Json], world: &mut World) -> Answer {
    let given = || arguments.iter().map(decode).collect::<Result<Vec<_>, _>>();
    Ok(match (method, arguments) {
        ("set_many", [Json::Array(entries)]) => set_many(cache, entries)?,
        ("get_many", [Json::Array(keys)]) => {
            let values = cache.get_many(&texts(keys)?);
            let given =
                |value: Option<Value>| value.map_or(Given::Nothing, |value| given_of(&value));
            list(values.into_iter().map(given).collect())
        }
        ("delete_many", [Json::Array(keys)]) => count(cache.delete_many(&texts(keys)?)),
        ("keys", []) => {
            let mut keys = all(|cursor| cache.keys(cursor, 2));
            keys.sort();
            list(keys.into_iter().map(Given::Text).collect())
        }
        ("entries", []) => {
            let mut entries = all(|cursor| cache.entries(cursor, 2));
            entries.sort_by(|one, other| one.key().cmp(other.key()));
            let pair = |value: &Value| {
                Given::List(vec![Given::Text(value.key().to_owned()), given_of(value)])
            };
            list(entries.iter().map(pair).collect())
        }
        ("size", []) => count(cache.len()),
        ("bytes", []) => count(cache.bytes()),
        ("cleanup_expired", []) => count(cache.cleanup_expired()),
        ("clear", []) => {
            cache.clear();
            Ok(Outcome::Nothing)
        }
        ("resize", [options]) => resize(cache, options)?,
        ("stats", names) => {
            let stats = cache.stats();
            let counts = texts(names)?.into_iter().map(|name| count_of(&stats, name));
            list(counts.collect::<Result<_, _>>()?)
        }
        ("snapshot", [Json::String(name)]) => cache.snapshot().map(|bytes| {
            world.snapshots.insert(name.clone(), bytes);
            Outcome::Nothing
        }),
        ("restore", [_]) => match given()?.as_slice() {
            [Given::Text(name)] => restore(cache, world.snapshots.get(name).ok_or("no snapshot")?),
            [Given::Bytes(bytes)] => restore(cache, bytes),
            _ => return Err("restore takes the name of a snapshot or bytes".into()),
        },
        ("forget", [Json::String(name)]) => Ok(Outcome::Value(Given::Flag(Cache::forget(name)))),
        ("close", [Json::String(handle)]) => {
            world.handles.remove(handle).ok_or("no such handle")?;
            Ok(Outcome::Nothing)
        }
        ("sleep_ms", [Json::Number(millis)]) => Ok(wait(millis.as_f64().ok_or("a number")?)),
        _ => return Err("no such method, or arguments that it does not take".into()),
    })
}

fn set_many(cache: &Cache, entries: &[Json]) -> Answer {
    let mut keys = Vec::new();
    let mut values = Vec::new();
    let mut ttls = Vec::new();
    for entry in entries {
        let [key, value, options @ ..] = entry.as_array().ok_or("an entry is a list")?.as_slice()
        else {
            return Err("an entry is a key, a value and options".into());
        };
        let (Given::Text(key), value) = (decode(key)?, decode(value)?) else {
            return Err("a key is text".into());
        };
        match read_ttl_option(options.first())? {
            Ok(ttl) => ttls.push(ttl),
            Err(error) => return Ok(Err(error)),
        }
        keys.push(key);
        values.push(value);
    }
    let mut given = Vec::new();
    for ((key, value), ttl) in keys.iter().zip(&values).zip(ttls) {
        given.push((key.as_str(), value_ref(value)?, ttl));
    }
    Ok(cache.set_many(&given).map(|()| Outcome::Nothing))
}

fn resize(cache: &Cache, options: &Json) -> Answer {
    let options = options.as_object().ok_or("options are a map")?;
    only_keys(options, &["max_entries", "max_bytes"])?;
    let cap = |limit, name: &str| match options.get(name).map(decode).transpose()? {
        None => Ok(Ok(None)),
        Some(Given::Number(number)) => Ok(count_from_f64(limit, cache.policy(), number).map(Some)),
        Some(_) => Err(format!("{name} is a number")),
    };
    let (entries, bytes) = (
        cap(Limit::Entries, "max_entries")?,
        cap(Limit::Bytes, "max_bytes")?,
    );
    Ok(entries
        .and_then(|entries| cache.resize(entries, bytes?))
        .map(|evicted| Outcome::Value(Given::Number(evicted as f64))))
}

fn restore(cache: &Cache, bytes: &[u8]) -> Result<Outcome, Error> {
    let restored = cache.restore(bytes)?;
    let counts = [restored.entries, restored.left_out];
    list(counts.map(|count| Given::Number(count as f64)).into())
}

/// All pages of something.
fn all<T>(page: impl Fn(u64) -> Page<T>) -> Vec<T> {
    let mut items = Vec::new();
    let mut next = Some(0);
    while let Some(cursor) = next {
        let page = page(cursor);
        items.extend(page.items);
        next = page.next;
    }
    items
}

/// A count by its name.
fn count_of(stats: &Stats, name: &str) -> Result<Given, String> {
    let count = match name {
        "hits" => stats.hits,
        "misses" => stats.misses,
        "inserts" => stats.inserts,
        "updates" => stats.updates,
        "evicted_for_entries" => stats.evicted_for_entries,
        "evicted_for_bytes" => stats.evicted_for_bytes,
        "evicted_by_resize" => stats.evicted_by_resize,
        "expirations" => stats.expirations,
        "deletes" => stats.deletes,
        "cleared" => stats.cleared,
        "refused" => stats.refused,
        "entries" => stats.entries as u64,
        "bytes" => stats.bytes as u64,
        "peak_entries" => stats.peak_entries as u64,
        "peak_bytes" => stats.peak_bytes as u64,
        "max_entries" => stats.max_entries as u64,
        "max_bytes" => stats.max_bytes as u64,
        "leases" => stats.leases as u64,
        _ => return Err(format!("no count {name}")),
    };
    Ok(Given::Number(count as f64))
}

fn texts(items: &[Json]) -> Result<Vec<&str>, String> {
    let texts = items
        .iter()
        .map(|item| item.as_str().ok_or("keys and names are texts"));
    Ok(texts.collect::<Result<_, _>>()?)
}

fn list(items: Vec<Given>) -> Result<Outcome, Error> {
    Ok(Outcome::Value(Given::List(items)))
}

fn count(count: usize) -> Result<Outcome, Error> {
    Ok(Outcome::Value(Given::Number(count as f64)))
}
