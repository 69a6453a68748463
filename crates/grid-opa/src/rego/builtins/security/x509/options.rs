//! The options of a verification.

use super::Failure;
use crate::rego::value::{Object, Value};

/// A chain may contain these usages of keys, by their names in OPA, in the order of their numbers in Go.
const USAGES: [&str; 14] = [
    "KeyUsageAny",
    "KeyUsageServerAuth",
    "KeyUsageClientAuth",
    "KeyUsageCodeSigning",
    "KeyUsageEmailProtection",
    "KeyUsageIPSECEndSystem",
    "KeyUsageIPSECTunnel",
    "KeyUsageIPSECUser",
    "KeyUsageTimeStamping",
    "KeyUsageOCSPSigning",
    "KeyUsageMicrosoftServerGatedCrypto",
    "KeyUsageNetscapeServerGatedCrypto",
    "KeyUsageMicrosoftCommercialCodeSigning",
    "KeyUsageMicrosoftKernelCodeSigning",
];

#[derive(Default)]
pub(super) struct Options {
    pub(super) dns_name: String,
    /// In nanoseconds since 1970.
    pub(super) now: Option<i64>,
    /// By their numbers in Go.
    pub(super) usages: Vec<u8>,
}

/// Reads the options of `crypto.x509.parse_and_verify_certificates_with_options`.
pub(super) fn read(fields: &Object) -> Result<Options, Failure> {
    let mut options = Options::default();
    for (key, value) in fields.iter() {
        let Value::String(key) = key else {
            continue;
        };
        match &**key {
            "DNSName" => match value {
                Value::String(name) => name.trim_matches('"').clone_into(&mut options.dns_name),
                _ => return Err("'DNSName' should be a string".into()),
            },
            "CurrentTime" => options.now = Some(number(value, "CurrentTime", "int64 number")?),
            // It bounds the check of name constraints, which there is none of here.
            "MaxConstraintComparisons" => {
                number(value, "MaxConstraintComparisons", "number")?;
            }
            "KeyUsages" => options.usages = usages(value)?,
            _ => return Err("invalid key option".into()),
        }
    }
    Ok(options)
}

fn number(value: &Value, name: &str, what: &str) -> Result<i64, Failure> {
    let Value::Number(number) = value else {
        return Err(format!("'{name}' should be a number").into());
    };
    let wrong = || format!("'{name}' should be a valid {what}").into();
    number.to_i64().ok_or_else(wrong)
}

fn usages(value: &Value) -> Result<Vec<u8>, Failure> {
    let Some(items) = crate::rego::builtins::operands::items(value) else {
        return Err("'KeyUsages' should be an Array or Set".into());
    };
    let (mut usages, mut wrong) = (Vec::new(), Vec::new());
    for item in items {
        let Value::String(name) = item else {
            continue;
        };
        let name = name.trim_matches('"');
        let number = USAGES.iter().position(|known| *known == name);
        match number.and_then(|number| u8::try_from(number).ok()) {
            Some(number) => usages.push(number),
            None => wrong.push(name),
        }
    }
    match &*wrong {
        [] => Ok(usages),
        wrong => {
            let names = wrong.join(" ");
            Err(format!("invalid entries for 'KeyUsages' found: [{names}]").into())
        }
    }
}
