//! The values of certificates.

use super::Failure;
use super::certificate::Certificate;
use super::constraints::Subtrees;
use super::value::{Fields, Writer, big};
use crate::rego::builtins::calendar::{DAY, date_of};
use crate::rego::value::Value;

impl Writer<'_, '_> {
    /// With `URIStrings`, which OPA adds.
    pub(super) fn extended(&mut self, of: &Certificate<'_>) -> Result<Value, Failure> {
        let mut fields = self.fields(of)?;
        let uris = self.list(&of.known.names.uris, |writer, uri| writer.text(&uri.text()))?;
        fields.push(("URIStrings", uris));
        self.object(fields)
    }

    pub(super) fn certificate(&mut self, of: &Certificate<'_>) -> Result<Value, Failure> {
        let fields = self.fields(of)?;
        self.object(fields)
    }

    fn fields(&mut self, of: &Certificate<'_>) -> Result<Fields, Failure> {
        let known = &of.known;
        let unhandled = self.list(&known.unhandled, Self::oid)?;
        let max_path = known.basic.as_ref().map_or(0, |basic| basic.max_path);
        let is_ca = known.basic.as_ref().is_some_and(|basic| basic.is_ca);
        let optional = |writer: &mut Self, id: Option<&[u8]>| match id {
            Some(id) => writer.bytes(id),
            None => Ok(Value::Null),
        };
        let [policies, identifiers] = match &known.policies {
            Some(policies) => [
                self.list(policies, Self::oid_text)?,
                self.made(policies, Self::oid)?,
            ],
            None => [Value::Null, Value::Null],
        };
        let mappings = self.list(&known.mappings, |writer, [issuer, subject]| {
            let fields = vec![
                ("IssuerDomainPolicy", writer.oid_text(issuer)?),
                ("SubjectDomainPolicy", writer.oid_text(subject)?),
            ];
            writer.object(fields)
        })?;
        let mut fields = vec![
            ("Raw", self.bytes(of.raw)?),
            ("RawTBSCertificate", self.bytes(of.signed)?),
            ("RawSubjectPublicKeyInfo", self.bytes(of.raw_key)?),
            ("RawSubject", self.bytes(of.raw_subject)?),
            ("RawIssuer", self.bytes(of.raw_issuer)?),
            ("Signature", self.bytes(of.signature)?),
            (
                "SignatureAlgorithm",
                u32::from(of.signature_kind.number).into(),
            ),
            ("PublicKeyAlgorithm", (of.key.kind() as u32).into()),
            ("PublicKey", self.key(&of.key)?),
            ("Version", of.version.into()),
            ("SerialNumber", big(&of.serial)),
            ("Issuer", self.name(&of.issuer)?),
            ("Subject", self.name(&of.subject)?),
            ("NotBefore", time(of.not_before).into()),
            ("NotAfter", time(of.not_after).into()),
            ("KeyUsage", u32::from(known.key_usage).into()),
            ("Extensions", self.list(&of.extensions, Self::extension)?),
            ("ExtraExtensions", Value::Null),
            ("UnhandledCriticalExtensions", unhandled),
            (
                "ExtKeyUsage",
                self.list(&known.usages, |_, one| Ok(u32::from(*one).into()))?,
            ),
            (
                "UnknownExtKeyUsage",
                self.list(&known.unknown_usages, Self::oid)?,
            ),
            ("BasicConstraintsValid", known.basic.is_some().into()),
            ("IsCA", is_ca.into()),
            ("MaxPathLen", max_path.into()),
            (
                "MaxPathLenZero",
                (known.basic.is_some() && max_path == 0).into(),
            ),
            ("SubjectKeyId", optional(self, known.subject_key)?),
            ("AuthorityKeyId", optional(self, known.authority_key)?),
            (
                "OCSPServer",
                self.list(&known.ocsp_servers, Self::raw_text)?,
            ),
            (
                "IssuingCertificateURL",
                self.list(&known.issuer_urls, Self::raw_text)?,
            ),
            (
                "CRLDistributionPoints",
                self.list(&known.crl_points, Self::raw_text)?,
            ),
            ("PolicyIdentifiers", identifiers),
            ("Policies", policies),
            ("PolicyMappings", mappings),
        ];
        for (name, zero, number) in [
            (
                "InhibitAnyPolicy",
                "InhibitAnyPolicyZero",
                known.inhibit_any_policy,
            ),
            (
                "InhibitPolicyMapping",
                "InhibitPolicyMappingZero",
                known.inhibit_policy_mapping,
            ),
            (
                "RequireExplicitPolicy",
                "RequireExplicitPolicyZero",
                known.require_explicit_policy,
            ),
        ] {
            fields.push((name, number.unwrap_or(0).into()));
            fields.push((zero, (number == Some(0)).into()));
        }
        fields.extend(self.alternative_names(&known.names)?);
        self.constraints(of, &mut fields)?;
        Ok(fields)
    }

    fn constraints(&mut self, of: &Certificate<'_>, fields: &mut Fields) -> Result<(), Failure> {
        let none = Subtrees::default();
        let constraints = of.known.constraints.as_ref();
        let permitted = constraints.map_or(&none, |constraints| &constraints.permitted);
        let excluded = constraints.map_or(&none, |constraints| &constraints.excluded);
        let is_critical = constraints.is_some_and(|constraints| constraints.is_critical);
        fields.push(("PermittedDNSDomainsCritical", is_critical.into()));
        for (names, of) in [
            (
                [
                    "PermittedDNSDomains",
                    "PermittedIPRanges",
                    "PermittedEmailAddresses",
                    "PermittedURIDomains",
                ],
                permitted,
            ),
            (
                [
                    "ExcludedDNSDomains",
                    "ExcludedIPRanges",
                    "ExcludedEmailAddresses",
                    "ExcludedURIDomains",
                ],
                excluded,
            ),
        ] {
            let [dns, ranges, emails, uris] = names;
            fields.push((dns, self.list(&of.dns, Self::str)?));
            fields.push((ranges, self.list(&of.ranges, Self::range)?));
            fields.push((emails, self.list(&of.emails, Self::str)?));
            fields.push((uris, self.list(&of.uris, Self::str)?));
        }
        Ok(())
    }
}

// A time in RFC 3339.
fn time(seconds: i64) -> String {
    let (year, month, day) = date_of(seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
