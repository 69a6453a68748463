//! Keeps responses between the evaluations of an engine, as OPA's cache does: for requests with `cache`, by the headers of the response, and
//! for those with `force_cache`, for the given time.

use super::super::super::json::marshal;
use super::super::super::time::parse;
use super::request::{CacheMode, Request};
use super::response::{is_cacheable, value_of};
use super::{Fault, headers};
use crate::error::Error;
use crate::limits::memory::Uncapped;
use crate::permissions::HttpResponse;
use crate::rego::builtins::Context;
use crate::rego::value::Value;
use grid_cache::{Cache, CacheOptions};
use serde_json::json;

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
        if max_bytes == 0 {
            return Ok(Self(None));
        }
        let made = Cache::new(&CacheOptions {
            max_entries: Some(usize::try_from(i32::MAX).unwrap_or(usize::MAX)),
            max_bytes: Some(max_bytes as usize),
            ..CacheOptions::default()
        });
        made.map(|cache| Self(Some(cache)))
            .map_err(|error| Error::argument(error.to_string()))
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

    fn set(&self, key: &str, kept: &Kept) {
        let Kept { response, expires } = kept;
        // A response that is larger than the cache is not kept; this is not an error.
        drop(Uncapped::of(|| {
            let text = json!({
                "status": response.status,
                "reason": response.reason,
                "headers": response.headers,
                "body": response.body,
            });
            let entry = format!("{expires}\n{text}");
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

/// Answers a request from the cache or by sending it. Returns whether the evaluation keeps the value, which is always so.
pub(super) fn through(
    request: &Request<'_>,
    key: &Value,
    mode: CacheMode,
    context: &mut Context<'_>,
) -> Result<(Value, bool), Fault> {
    let Some(outside) = context.outside else {
        return Err(super::refused("requests are not allowed".to_owned()).into());
    };
    let cache = outside.responses();
    let key = marshal(key, None, context)?;
    let value = |response: &HttpResponse, context: &mut Context<'_>| {
        Ok::<_, Fault>((value_of(response, request.decode, context)?, true))
    };
    if let Some(kept) = cache.get(&key) {
        context.charge(kept.response.body.len())?;
        if context.now_ns() < kept.expires {
            return value(&kept.response, context);
        }
        if let Some(fresh) = revalidated(request, kept, mode, context, || cache.remove(&key))? {
            if let Some(expires) = fresh.expires {
                cache.set(
                    &key,
                    &Kept {
                        response: fresh.response.clone(),
                        expires,
                    },
                );
            }
            return value(&fresh.response, context);
        }
    }
    let response = super::send::send(request, &[], context)?;
    let answer = value(&response, context)?;
    if let Some(expires) = expiry(&response, mode, context) {
        cache.set(&key, &Kept { response, expires });
    }
    Ok(answer)
}

struct Fresh {
    response: HttpResponse,
    expires: Option<i64>,
}

// Asks the server whether a response that is over is still right. `None` if the server cannot say.
fn revalidated(
    request: &Request<'_>,
    kept: Kept,
    mode: CacheMode,
    context: &mut Context<'_>,
    remove: impl FnOnce(),
) -> Result<Option<Fresh>, Fault> {
    let known = [
        ("If-None-Match", "etag"),
        ("If-Modified-Since", "last-modified"),
    ];
    let conditions: Vec<(String, String)> = known
        .into_iter()
        .map(|(condition, name)| {
            (
                condition.to_owned(),
                headers::first(&kept.response.headers, name).to_owned(),
            )
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    remove();
    if conditions.is_empty() {
        return Ok(None);
    }
    let response = super::send::send(request, &conditions, context)?;
    match response.status {
        200 => {
            let expires = expiry(&response, mode, context);
            Ok(Some(Fresh { response, expires }))
        }
        304 => {
            let expires = match mode {
                CacheMode::For(seconds) if seconds > 0 => {
                    Some(after(context.now_ns(), seconds.into()))
                }
                _ => by_headers(&response.headers),
            };
            // As in OPA, without a valid date the answer is an error.
            let Some(expires) = expires else {
                return Err("no date header".to_owned().into());
            };
            let mut kept = kept.response;
            let is_new = |name: &str| !headers::first(&response.headers, name).is_empty();
            kept.headers.retain(|(name, _)| !is_new(name));
            kept.headers.extend(response.headers.iter().cloned());
            Ok(Some(Fresh {
                response: kept,
                expires: Some(expires),
            }))
        }
        _ => Ok(None),
    }
}

// Until when a response may be kept; `None` if it may not.
fn expiry(response: &HttpResponse, mode: CacheMode, context: &mut Context<'_>) -> Option<i64> {
    if !is_cacheable(response.status) {
        return None;
    }
    match mode {
        CacheMode::For(seconds) if seconds > 0 => Some(after(context.now_ns(), seconds.into())),
        _ => {
            let directives = headers::cache_control(&response.headers);
            if directives.iter().any(|(name, _)| *name == "no-store") {
                return None;
            }
            by_headers(&response.headers)
        }
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
