//! Keeps responses between the evaluations of an engine, as OPA's cache does: for requests with `cache`, by the headers of the response, and
//! for those with `force_cache`, for the given time.

use super::super::super::json::marshal;
use super::super::super::time::parse;
use super::request::{CacheMode, Request};
use super::response::{is_cacheable, value_of};
use super::{Fault, headers};
use crate::bounded_cache;
use crate::error::Error;
use crate::limits::memory::Uncapped;
use crate::permissions::HttpResponse;
use crate::rego::builtins::{Context, Failure};
use crate::rego::value::Value;
use grid_cache::Cache;

const NANOSECONDS: i64 = 1_000_000_000;

/// The responses of an engine. The least recently used ones leave when it is full.
pub(crate) struct HttpCache(Option<Cache>);

impl std::fmt::Debug for HttpCache {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HttpCache")
    }
}

/// A response and its end in nanoseconds since 1970.
struct Kept {
    response: HttpResponse,
    expires: i64,
}

impl HttpCache {
    /// Without a limit there is no cache.
    pub(crate) fn new(max_bytes: u32) -> Result<Self, Error> {
        bounded_cache::of(max_bytes, 0).map(Self)
    }

    fn get(&self, key: &str) -> Option<Kept> {
        let entry = Uncapped::of(|| self.0.as_ref()?.get(key));
        let entry = entry.get()?.as_ref()?;
        let (expires, text) = entry.as_str()?.split_once('\n')?;
        Some(Kept {
            response: HttpResponse::from_json(text).ok()?,
            expires: expires.parse().ok()?,
        })
    }

    fn set(&self, key: &str, response: &HttpResponse, expires: i64) {
        // A response that is larger than the cache is not kept; this is not an error.
        drop(Uncapped::of(|| {
            let entry = format!("{expires}\n{}", response.to_json());
            self.0
                .as_ref()
                .map(|cache| cache.set(key, entry.as_str(), None))
        }));
    }

    fn remove(&self, key: &str) {
        drop(Uncapped::of(|| {
            self.0.as_ref().map(|cache| cache.delete(key))
        }));
    }
}

/// Answers a request from the cache or by sending it.
pub(super) fn through(
    request: &Request<'_>,
    key: &Value,
    mode: CacheMode,
    context: &mut Context<'_>,
) -> Result<Value, Fault> {
    let Some(outside) = context.outside else {
        return Err(Failure::unsure("requests are not allowed").into());
    };
    let cache = outside.responses();
    let key = marshal(key, None, context)?;
    let mut fresh = None;
    if let Some(Kept { response, expires }) = cache.get(&key) {
        context.charge(response.body.len())?;
        if context.now_ns() < expires {
            return Ok(value_of(&response, request.decode, context)?);
        }
        cache.remove(&key);
        fresh = revalidated(request, response, mode, context)?;
    }
    let (response, expires) = match fresh {
        Some(fresh) => fresh,
        None => sent(request, &[], mode, context)?,
    };
    let value = value_of(&response, request.decode, context)?;
    if let Some(expires) = expires {
        cache.set(&key, &response, expires);
    }
    Ok(value)
}

/// A response, and until when it may be kept; `None` if it may not.
type Fresh = (HttpResponse, Option<i64>);

fn sent(
    request: &Request<'_>,
    conditions: &[(String, String)],
    mode: CacheMode,
    context: &mut Context<'_>,
) -> Result<Fresh, Fault> {
    let response = super::send::send(request, conditions, context)?;
    let is_kept = is_cacheable(response.status)
        && (is_forced(mode)
            || headers::cache_control(&response.headers)
                .iter()
                .all(|(name, _)| *name != "no-store"));
    let expires = is_kept.then(|| end(&response, mode, context)).flatten();
    Ok((response, expires))
}

const fn is_forced(mode: CacheMode) -> bool {
    matches!(mode, CacheMode::For(1..))
}

// The end of a response by its request or its headers; `None` without a valid one.
fn end(response: &HttpResponse, mode: CacheMode, context: &mut Context<'_>) -> Option<i64> {
    match mode {
        CacheMode::For(seconds @ 1..) => Some(after(context.now_ns(), seconds.into())),
        _ => by_headers(&response.headers),
    }
}

// Asks the server whether a response that is over is still right. `None` if the server cannot say.
fn revalidated(
    request: &Request<'_>,
    mut kept: HttpResponse,
    mode: CacheMode,
    context: &mut Context<'_>,
) -> Result<Option<Fresh>, Fault> {
    let conditions: Vec<(String, String)> = [
        ("If-None-Match", "etag"),
        ("If-Modified-Since", "last-modified"),
    ]
    .into_iter()
    .map(|(condition, name)| (condition, headers::first(&kept.headers, name)))
    .filter(|(_, value)| !value.is_empty())
    .map(|(condition, value)| (condition.to_owned(), value.to_owned()))
    .collect();
    if conditions.is_empty() {
        return Ok(None);
    }
    let fresh = sent(request, &conditions, mode, context)?;
    match fresh.0.status {
        200 => Ok(Some(fresh)),
        304 => {
            let (response, _) = fresh;
            // As in OPA, without a valid date the answer is an error.
            let Some(expires) = end(&response, mode, context) else {
                return Err("no date header".to_owned().into());
            };
            let is_new = |name: &str| !headers::first(&response.headers, name).is_empty();
            kept.headers.retain(|(name, _)| !is_new(name));
            kept.headers.extend(response.headers);
            Ok(Some((kept, Some(expires))))
        }
        _ => Ok(None),
    }
}

fn by_headers(given: &[(String, String)]) -> Option<i64> {
    let directives = headers::cache_control(given);
    let age = directives.iter().rev().find(|(name, _)| *name == "max-age");
    if let Some((_, seconds)) = age {
        let is_number = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = is_number.then(|| {
            seconds
                .parse()
                .unwrap_or(i64::from(i32::MAX))
                .min(i32::MAX.into())
        })?;
        return Some(after(date(headers::first(given, "date"))?, seconds));
    }
    // Without an end it is over at once, but the server can be asked whether it is still right.
    Some(date(headers::first(given, "expires")).unwrap_or(i64::MIN))
}

const fn after(nanoseconds: i64, seconds: i64) -> i64 {
    nanoseconds.saturating_add(seconds.saturating_mul(NANOSECONDS))
}

// A date of a header, in nanoseconds since 1970.
fn date(text: &str) -> Option<i64> {
    let layouts = [
        "Mon, 02 Jan 2006 15:04:05 GMT",
        "Monday, 02-Jan-06 15:04:05 MST",
        "Mon Jan _2 15:04:05 2006",
    ];
    let found = layouts
        .into_iter()
        .find_map(|layout| parse::parse(layout, text).ok());
    found.map(|(seconds, _)| seconds.saturating_mul(NANOSECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn responses_end_by_their_headers() {
        let day = ("date", "Thu, 01 Jan 1970 00:00:10 GMT");
        for (given, expires) in [
            (&[("cache-control", "max-age=5"), day][..], Some(15)),
            (
                &[("cache-control", "public, max-age=5, must-revalidate"), day],
                Some(15),
            ),
            (&[("cache-control", "max-age=5")], None),
            (&[("cache-control", "max-age=x"), day], None),
            (&[("cache-control", "max-age="), day], None),
            (&[("expires", "Thu, 01 Jan 1970 00:00:20 GMT")], Some(20)),
            (&[("expires", "Thursday, 01-Jan-70 00:00:20 GMT")], Some(20)),
            (&[("expires", "Thu Jan  1 00:00:20 1970")], Some(20)),
        ] {
            let found = by_headers(&headers(given)).map(|found| found / NANOSECONDS);
            assert_eq!(found, expires, "{given:?}");
        }
        assert_eq!(by_headers(&headers(&[("expires", "0")])), Some(i64::MIN));
        assert_eq!(by_headers(&[]), Some(i64::MIN));
    }
}
