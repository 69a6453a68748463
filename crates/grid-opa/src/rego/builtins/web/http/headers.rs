//! The headers of requests and responses.

use crate::rego::value::text::quoted;

/// A name as Go writes it: `content-type` becomes `Content-Type`. A name that is not a token stays.
pub(super) fn canonical(name: &str) -> String {
    if !is_token(name) {
        return name.to_owned();
    }
    let mut begins = true;
    let letter = |letter: char| {
        let letter = match begins {
            true => letter.to_ascii_uppercase(),
            false => letter.to_ascii_lowercase(),
        };
        begins = letter == '-';
        letter
    };
    name.chars().map(letter).collect()
}

fn is_token(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(fits)
}

/// Fails for a header that would not be one header, for example with a line break.
pub(super) fn check(name: &str, value: &str) -> Result<(), String> {
    if !is_token(name) {
        return Err(format!(
            "net/http: invalid header field name {}",
            quoted(name)
        ));
    }
    if value
        .bytes()
        .any(|byte| byte.is_ascii_control() && byte != b'\t')
    {
        let name = quoted(&canonical(name));
        return Err(format!("net/http: invalid header field value for {name}"));
    }
    Ok(())
}

/// The first value of a header, by its name in any case; empty without one.
pub(super) fn first<'h>(headers: &'h [(String, String)], name: &str) -> &'h str {
    let mut found = headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    found.next().map_or("", |(_, value)| value.as_str())
}

/// The directives of the header `Cache-Control`, as OPA reads them.
pub(super) fn cache_control(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    first(headers, "cache-control")
        .split(',')
        .map(|part| part.trim_matches(' '))
        .filter(|part| !part.is_empty())
        .filter_map(|part| match part.split_once('=') {
            None => Some((part, "")),
            Some((_, value)) if value.contains('=') => None,
            Some((name, value)) => Some((name.trim_matches(' '), value)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_those_of_go() {
        for (name, written) in [
            ("content-TYPE", "Content-Type"),
            ("x", "X"),
            ("x-a-b", "X-A-B"),
            ("a b", "a b"),
            ("é", "é"),
        ] {
            assert_eq!(canonical(name), written);
        }
        for (name, value) in [
            ("a b", "x"),
            ("", "x"),
            ("a", "x\r\nb: c"),
            ("a", "\0"),
            ("a:", "x"),
        ] {
            assert!(check(name, value).is_err(), "{name:?}: {value:?}");
        }
        assert_eq!(check("A-b", "x\ty é"), Ok(()));
        let headers = [(
            "Cache-Control".to_owned(),
            " no-store , max-age=5,a=b=c, x = y".to_owned(),
        )];
        assert_eq!(
            cache_control(&headers),
            [("no-store", ""), ("max-age", "5"), ("x", " y")]
        );
    }
}
