//! JSON Web Keys, as lestrrat-go/jwx reads them for OPA.

use super::super::{Context, Failure};
use super::algorithm::Algorithm;
use super::base64::{Alphabet, decode, decode_field};
use super::material::{self, Material, Point};
use super::token;
use crate::rego::value::{Object, Value, json};

/// A key of a set.
pub(super) struct Jwk {
    pub(super) alg: String,
    pub(super) kid: String,
    /// The error if jwx can read the key but cannot convert it to a Go key.
    pub(super) material: Result<Material, String>,
}

/// Signature and encryption algorithms that a JWK can name although OPA does not verify with them. Such a key is skipped.
#[rustfmt::skip]
const OTHER_ALGORITHMS: [&str; 31] = [
    "A128CBC-HS256", "A128GCM", "A128GCMKW", "A128KW", "A192CBC-HS384", "A192GCM", "A192GCMKW", "A192KW", "A256CBC-HS512",
    "A256GCM", "A256GCMKW", "A256KW", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW", "ES256K", "Ed25519",
    "Ed448", "PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW", "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384",
    "RSA-OAEP-512", "RSA1_5", "dir", "none", "C20P", "XC20P",
];

/// The maximum number of keys in a set.
const MAX_KEYS: usize = 1000;

/// Reads a JWK or a JWK set.
pub(super) fn read(text: &str, context: &Context<'_>) -> Result<Vec<Jwk>, Failure> {
    let object = token::object(json::first(text).as_bytes())?;
    match token::field(&object, "keys") {
        None => Ok(vec![key(&object)?]),
        Some(Value::Array(keys)) if keys.len() > MAX_KEYS => {
            Err(format!("too many keys in \"keys\" array: max {MAX_KEYS}").into())
        }
        Some(Value::Array(keys)) => {
            let keys = keys.iter().map(|one| {
                context.in_time()?;
                key(one)
            });
            keys.collect()
        }
        Some(_) => Err("the keys of a JWK set must be an array".into()),
    }
}

fn key(jwk: &Value) -> Result<Jwk, Failure> {
    let Value::Object(fields) = jwk else {
        return Err("a JWK must be an object".into());
    };
    let fields = Fields(fields);
    fields.check_others()?;
    let alg = match fields.0.field("alg") {
        None => "",
        Some(_) => fields.text("alg")?,
    };
    let known =
        alg.is_empty() || Algorithm::named(alg).is_some() || OTHER_ALGORITHMS.contains(&alg);
    if !known {
        return Err(format!("a JWK is for the unknown algorithm {alg}").into());
    }
    let kid = match fields.0.field("kid") {
        Some(Value::String(kid)) => kid.to_string(),
        _ => String::new(),
    };
    Ok(Jwk {
        alg: alg.to_owned(),
        kid,
        material: material(&fields)?,
    })
}

fn material(fields: &Fields<'_>) -> Result<Result<Material, String>, Failure> {
    let kty = fields.text("kty")?;
    if kty == "oct" {
        return Ok(Ok(Material::Secret(fields.bytes("k")?)));
    }
    let private = fields.is_private();
    match kty {
        "RSA" => {
            let (n, e) = (fields.bytes("n")?, fields.bytes("e")?);
            let public = material::rsa(&n, &e)?;
            if !private {
                return Ok(Ok(public));
            }
            let d = fields.bytes("d")?;
            let (p, q) = (fields.number("p")?, fields.number("q")?);
            let crt = (
                fields.number("dp")?,
                fields.number("dq")?,
                fields.number("qi")?,
            );
            // jwx checks them in this order.
            let Some(q) = q else {
                return Ok(Err(r#"missing "q" value"#.to_owned()));
            };
            let Some(p) = p else {
                return Ok(Err(r#"missing "p" value"#.to_owned()));
            };
            // Go checks them only if all three are present.
            let crt = match crt {
                (Some(dp), Some(dq), Some(qi)) => Some([dp, dq, qi]),
                _ => None,
            };
            Ok(Ok(material::private_rsa(public, [n, e, d, p, q], crt)))
        }
        "EC" => {
            let (curve, x, y) = (fields.text("crv")?, fields.bytes("x")?, fields.bytes("y")?);
            let size = x.len();
            let public = material::point(&Point { curve, x, y })?;
            if !private {
                return Ok(Ok(public));
            }
            let d = fields.bytes("d")?;
            if d.len() != size {
                return Err(
                    format!("invalid \"d\" length ({}) for curve \"{curve}\"", d.len()).into(),
                );
            }
            Ok(Ok(material::private_point(public, d)))
        }
        "OKP" => {
            let (curve, x) = (fields.text("crv")?, fields.bytes("x")?);
            let d = match private {
                true => Some(fields.bytes("d")?),
                false => None,
            };
            okp(curve, &x, d)
        }
        other => Err(format!("a JWK has the unknown type {other}").into()),
    }
}

fn okp(curve: &str, x: &[u8], d: Option<Vec<u8>>) -> Result<Result<Material, String>, Failure> {
    let sized = |bytes: &[u8]| match curve {
        "Ed25519" | "X25519" if bytes.len() != 32 => {
            Err(format!("a part of an {curve} key does not have 32 bytes"))
        }
        _ => Ok(()),
    };
    sized(x)?;
    d.as_deref().map_or(Ok(()), sized)?;
    match curve {
        "Ed25519" => {
            let public = material::edwards(x)?;
            Ok(match d {
                None => Ok(public),
                Some(d) => material::private_edwards(public, x, &d),
            })
        }
        // For key agreement, never for signatures.
        "X25519" => Ok(Ok(Material::Useless)),
        "Ed448" | "X448" => Ok(Err(format!("invalid curve algorithm {curve}"))),
        other => Err(format!("a JWK has the curve {other}, which OPA does not know").into()),
    }
}

/// The fields of a JWK.
struct Fields<'v>(&'v Object);

impl<'v> Fields<'v> {
    fn text(&self, name: &str) -> Result<&'v str, Failure> {
        match self.0.field(name) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(format!("the field {name} of a JWK must be a string").into()),
        }
    }

    /// The bytes of a required field.
    fn bytes(&self, name: &str) -> Result<Vec<u8>, Failure> {
        match self.number(name)? {
            None => Err(format!("required field {name} is missing").into()),
            Some(bytes) if bytes.is_empty() => {
                Err(format!("the field {name} of a JWK is empty").into())
            }
            Some(bytes) => Ok(bytes),
        }
    }

    /// The bytes of an optional field. Null and the empty text are no bytes.
    fn number(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self.0.field(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(Vec::new())),
            Some(_) => decode_field(self.text(name)?)
                .map(Some)
                .map_err(|failure| token::within(failure, &format!("field {name}"))),
        }
    }

    /// Whether it is a private key. jwx finds the field in any case here, but later reads it by its exact name.
    fn is_private(&self) -> bool {
        self.named("d").next().is_some()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &'v str> {
        self.0.iter().filter_map(move |(field, _)| match field {
            Value::String(field) if field.eq_ignore_ascii_case(name) => Some(&**field),
            _ => None,
        })
    }

    /// Checks the types of the fields that are not part of the key.
    fn check_others(&self) -> Result<(), Failure> {
        if self.named("kty").any(|name| name != "kty") {
            return Err(Failure::unsure(
                "a JWK has the field kty in capital letters",
            ));
        }
        for name in ["kid", "use", "x5t", "x5t#S256", "x5u"] {
            if !matches!(
                self.0.field(name),
                None | Some(Value::Null | Value::String(_))
            ) {
                return Err(format!("the field {name} of a JWK must be a string").into());
            }
        }
        let texts = |items: &[Value]| items.iter().all(|item| matches!(item, Value::String(_)));
        for (name, may_be_null) in [("key_ops", true), ("x5c", false)] {
            match self.0.field(name) {
                None => {}
                Some(Value::Null) if may_be_null => {}
                Some(Value::Array(items)) if texts(items) => {}
                Some(_) => {
                    return Err(
                        format!("the field {name} of a JWK must be an array of strings").into(),
                    );
                }
            }
        }
        // Only the encoding of the certificates is checked here.
        if let Some(Value::Array(items)) = self.0.field("x5c") {
            for item in items.iter() {
                let Value::String(item) = item else { continue };
                let text: String = item.split_ascii_whitespace().collect();
                decode(&text, Alphabet::Standard)
                    .map_err(|failure| token::within(failure, "field x5c"))?;
            }
        }
        Ok(())
    }
}
