//! The JSON that Go makes of certificates, as values. Go's nil is null.

use super::der::{Oid, oid_text};
use super::extensions::Extension;
use super::keys::Key;
use super::names::Name;
use super::{Context, Failure};
use crate::rego::builtins::encoding::base64::{Alphabet, encode};
use crate::rego::builtins::percent::utf8;
use crate::rego::builtins::uri::Uri;
use crate::rego::value::{Number, Object, Value};
use num_bigint::{BigInt, Sign};
use std::net::IpAddr;

/// Makes values within the memory limit.
pub(super) struct Writer<'c, 'b>(pub(super) &'c mut Context<'b>);

pub(super) type Fields = Vec<(&'static str, Value)>;

impl Writer<'_, '_> {
    pub(super) fn object(&mut self, fields: Fields) -> Result<Value, Failure> {
        self.0.charge_values(fields.len().saturating_mul(4))?;
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value));
        Ok(fields.collect::<Object>().into())
    }

    /// A list; null if it is empty, as a slice that nothing was appended to.
    pub(super) fn list<T>(
        &mut self,
        items: &[T],
        item: impl FnMut(&mut Self, &T) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        match items {
            [] => Ok(Value::Null),
            items => self.made(items, item),
        }
    }

    /// A list, also if it is empty.
    pub(super) fn made<T>(
        &mut self,
        items: &[T],
        mut item: impl FnMut(&mut Self, &T) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        self.0.charge_values(items.len())?;
        let items: Result<Vec<Value>, _> = items.iter().map(|one| item(self, one)).collect();
        Ok(items?.into())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<Value, Failure> {
        self.0.charge(bytes.len().saturating_mul(2))?;
        Ok(encode(bytes, Alphabet::Standard, true).into())
    }

    pub(super) fn text(&mut self, text: &str) -> Result<Value, Failure> {
        self.0.charge(text.len())?;
        Ok(text.into())
    }

    /// Go writes other characters for bytes that are not UTF-8.
    pub(super) fn raw_text(&mut self, bytes: &&[u8]) -> Result<Value, Failure> {
        let text = std::str::from_utf8(bytes);
        let unsure = |_| Failure::unsure("a text of a certificate is not UTF-8");
        self.text(text.map_err(unsure)?)
    }

    pub(super) fn str(&mut self, text: &&str) -> Result<Value, Failure> {
        self.text(text)
    }

    pub(super) fn oid(&mut self, oid: &Oid) -> Result<Value, Failure> {
        self.made(oid, |_, number| Ok((*number).into()))
    }

    pub(super) fn oid_text(&mut self, oid: &Oid) -> Result<Value, Failure> {
        self.text(&oid_text(oid))
    }

    pub(super) fn name(&mut self, name: &Name) -> Result<Value, Failure> {
        const LISTS: [(&str, u32); 7] = [
            ("Country", 6),
            ("Organization", 10),
            ("OrganizationalUnit", 11),
            ("Locality", 7),
            ("Province", 8),
            ("StreetAddress", 9),
            ("PostalCode", 17),
        ];
        let of = |number: u32| {
            let found = name
                .iter()
                .filter(move |(oid, _)| **oid == [2, 5, 4, number]);
            found.map(|(_, text)| &**text).collect::<Vec<&str>>()
        };
        let mut fields = Fields::new();
        for (name, number) in LISTS {
            fields.push((name, self.list(&of(number), Self::str)?));
        }
        for (name, number) in [("SerialNumber", 5), ("CommonName", 3)] {
            fields.push((name, self.text(of(number).last().copied().unwrap_or(""))?));
        }
        let all = self.list(name, |writer, (oid, text)| {
            let fields = vec![("Type", writer.oid(oid)?), ("Value", writer.text(text)?)];
            writer.object(fields)
        })?;
        fields.extend([("Names", all), ("ExtraNames", Value::Null)]);
        self.object(fields)
    }

    pub(super) fn extension(&mut self, extension: &Extension<'_>) -> Result<Value, Failure> {
        let fields = vec![
            ("Id", self.oid(&extension.id)?),
            ("Critical", extension.is_critical.into()),
            ("Value", self.bytes(extension.value)?),
        ];
        self.object(fields)
    }

    pub(super) fn key(&mut self, key: &Key) -> Result<Value, Failure> {
        let coordinate = |bytes: &[u8]| big(&BigInt::from_bytes_be(Sign::Plus, bytes));
        let fields = match key {
            Key::Unknown => return Ok(Value::Null),
            Key::Ed25519(bytes) => return self.bytes(bytes),
            Key::Rsa(modulus, exponent) => vec![("N", big(modulus)), ("E", (*exponent).into())],
            Key::Dsa([p, q, g, y]) => {
                vec![("P", big(p)), ("Q", big(q)), ("G", big(g)), ("Y", big(y))]
            }
            Key::Ecdsa(_, x, y) => vec![
                ("Curve", Value::new_object()),
                ("X", coordinate(x)),
                ("Y", coordinate(y)),
            ],
        };
        self.object(fields)
    }

    pub(super) fn uri(&mut self, uri: &Uri<'_>) -> Result<Value, Failure> {
        let user = if uri.user.is_some() {
            Value::new_object()
        } else {
            Value::Null
        };
        let raw_fragment = uri.raw_fragment_if_other().to_owned();
        let fields = vec![
            ("Scheme", self.text(&uri.scheme)?),
            ("Opaque", self.text(uri.opaque)?),
            ("User", user),
            ("Host", self.text(&utf8(uri.host.clone())?)?),
            ("Path", self.text(&utf8(uri.path.clone())?)?),
            ("RawPath", self.text(uri.raw_path.unwrap_or(""))?),
            ("OmitHost", uri.omits_host.into()),
            ("ForceQuery", uri.has_empty_query.into()),
            ("RawQuery", self.text(uri.query)?),
            ("Fragment", self.text(&utf8(uri.fragment.clone())?)?),
            ("RawFragment", raw_fragment.into()),
        ];
        self.object(fields)
    }

    pub(super) fn address(&mut self, bytes: &&[u8]) -> Result<Value, Failure> {
        let address = address(bytes).map(|address| address.to_string());
        self.text(&address.unwrap_or_default())
    }

    pub(super) fn range(&mut self, (address, mask): &(&[u8], &[u8])) -> Result<Value, Failure> {
        let fields = vec![("IP", self.address(address)?), ("Mask", self.bytes(mask)?)];
        self.object(fields)
    }

    /// Names, and addresses, of a certificate or of a request for one.
    pub(super) fn alternative_names(
        &mut self,
        names: &super::san::AlternativeNames<'_>,
    ) -> Result<Fields, Failure> {
        Ok(vec![
            ("DNSNames", self.list(&names.dns, Self::str)?),
            ("EmailAddresses", self.list(&names.emails, Self::str)?),
            ("IPAddresses", self.list(&names.addresses, Self::address)?),
            ("URIs", self.list(&names.uris, Self::uri)?),
        ])
    }
}

/// An integer of any length.
pub(super) fn big(number: &BigInt) -> Value {
    Number::of_big(number).into()
}

/// The address of 4 or 16 bytes. One of version 4 in 16 bytes is of version 4.
pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
    let sixteen = || <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from);
    Some(four.or_else(sixteen)?.to_canonical())
}
