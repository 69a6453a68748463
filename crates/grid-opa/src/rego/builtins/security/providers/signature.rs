//! AWS signatures of version 4, in the header `Authorization`.

use super::super::calendar::{DAY, date_of};
use super::super::crypto::code;
use super::super::encoding::hex;
use super::super::percent::utf8;
use super::super::strings::lower;
use super::super::uri::Uri;
use super::super::{Context, Failure, Text};
use crate::rego::value::text::quoted;
use hmac::Hmac;
use sha2::Sha256;
use sha2::digest::Digest;
use std::collections::BTreeMap;

/// The keys of the signer, and the region and service to sign for.
pub(super) struct Credentials<'v> {
    pub(super) access_key: &'v str,
    pub(super) secret_key: &'v str,
    /// Empty if there is none.
    pub(super) session_token: &'v str,
    pub(super) region: &'v str,
    pub(super) service: &'v str,
}

/// The request to sign.
pub(super) struct Request<'v> {
    pub(super) method: &'v str,
    pub(super) uri: Uri<'v>,
    pub(super) headers: &'v BTreeMap<&'v str, &'v str>,
    /// `None` if the body is not signed.
    pub(super) body: Option<&'v [u8]>,
}

/// Headers that may change on the way to AWS.
const NOT_SIGNED: [&str; 3] = ["authorization", "user-agent", "x-amzn-trace-id"];

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

impl Request<'_> {
    /// Signs the request. Returns the headers to add.
    pub(super) fn sign(
        self,
        credentials: &Credentials<'_>,
        time_ns: i64,
        context: &mut Context<'_>,
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let Credentials {
            service,
            region,
            session_token,
            ..
        } = *credentials;
        let (day, time) = day_and_time(time_ns);
        let content = match self.body {
            Some(body) => hex(&Sha256::digest(body)),
            None => "UNSIGNED-PAYLOAD".to_owned(),
        };
        let path = self.uri.escaped_path();
        let mut own = vec![("host", utf8(self.uri.host)?), ("x-amz-date", time.clone())];
        if matches!(service, "s3" | "glacier") {
            own.push(("x-amz-content-sha256", content.clone()));
        }
        if !session_token.is_empty() {
            context.charge(session_token.len())?;
            own.push(("x-amz-security-token", session_token.to_owned()));
        }

        let signed = signed_headers(&own, self.headers)?;
        let mut names = Text::new(context);
        // The canonical request has one part per line.
        let mut canonical = Sha256::new();
        for part in [self.method, &path, self.uri.query] {
            canonical.update(part);
            canonical.update("\n");
        }
        for (index, (name, value)) in signed.iter().enumerate() {
            for part in [name, ":", value, "\n"] {
                canonical.update(part);
            }
            if index > 0 {
                names.push(";")?;
            }
            names.push(name)?;
        }
        let names = names.into_string();
        for part in ["\n", &names, "\n", &content] {
            canonical.update(part);
        }
        let canonical = hex(&canonical.finalize());

        let mut message = Text::new(context);
        for part in [
            ALGORITHM,
            "\n",
            &time,
            "\n",
            &day,
            "/",
            region,
            "/",
            service,
            "/aws4_request\n",
            &canonical,
        ] {
            message.push(part)?;
        }
        let message = message.into_string();
        let mut key = Text::new(context);
        key.push("AWS4")?;
        key.push(credentials.secret_key)?;
        let mut signature = key.into_string().into_bytes();
        // Each code is the key of the next one.
        for part in [&day, region, service, "aws4_request", &message] {
            signature = code::<Hmac<Sha256>>(&signature, part.as_bytes())?;
        }
        let signature = hex(&signature);

        let mut header = Text::new(context);
        for part in [
            ALGORITHM,
            " Credential=",
            credentials.access_key,
            "/",
            &day,
            "/",
            region,
            "/",
            service,
            "/aws4_request,",
            "SignedHeaders=",
            &names,
            ",Signature=",
            &signature,
        ] {
            header.push(part)?;
        }
        own.push(("Authorization", header.into_string()));
        Ok(own)
    }
}

// The date, and the date with the time, both in UTC.
fn day_and_time(time_ns: i64) -> (String, String) {
    let seconds = time_ns.div_euclid(1_000_000_000);
    let (year, month, day) = date_of(seconds.div_euclid(DAY));
    let clock = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    let day = format!("{year:04}{month:02}{day:02}");
    let time = format!("{day}T{hour:02}{minute:02}{second:02}Z");
    (day, time)
}

// The headers by lowercase name. Headers of the request take precedence over added ones.
fn signed_headers<'h>(
    own: &'h [(&str, String)],
    headers: &BTreeMap<&str, &'h str>,
) -> Result<BTreeMap<String, &'h str>, Failure> {
    let mut signed: BTreeMap<String, &str> = BTreeMap::new();
    for (name, value) in headers {
        let name: String = name.chars().map(lower).collect();
        if NOT_SIGNED.contains(&name.as_str()) {
            continue;
        }
        if signed.get(&name).is_some_and(|other| other != value) {
            // OPA signs either of them.
            return Err(Failure::unsure(format!(
                "two headers have the name {}",
                quoted(&name)
            )));
        }
        signed.insert(name, value);
    }
    for (name, value) in own {
        signed.entry((*name).to_owned()).or_insert(value);
    }
    Ok(signed)
}
