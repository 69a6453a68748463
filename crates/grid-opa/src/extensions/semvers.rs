//! `semver.*`: to OPA a version may begin with a `v`.

use super::{Extension, Failure, argument, guarded, text};
use regorus::Value;
use semver::Version;

pub(super) const ALL: [Extension; 2] = [
    guarded("semver.compare", 2, |arguments| {
        let (left, right) = (version(text(arguments, 1)?)?, version(text(arguments, 2)?)?);
        // What stands behind a plus makes no difference.
        Ok(Value::from(left.cmp_precedence(&right) as i64))
    }),
    guarded("semver.is_valid", 1, |arguments| {
        let valid = match argument(arguments, 1)? {
            Value::String(text) => version(text).is_ok(),
            _ => false,
        };
        Ok(valid.into())
    }),
];

fn version(text: &str) -> Result<Version, Failure> {
    let version = Version::parse(text.strip_prefix('v').unwrap_or(text));
    version.map_err(|error| Failure::Undefined(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            ("semver.compare(\"v1.0.0\", \"1.0.0+b\")", json!(0)),
            ("semver.compare(\"1.0.0-a\", \"v1.0.0\")", json!(-1)),
            ("semver.compare(\"1.10.0\", \"1.9.0\")", json!(1)),
            ("semver.is_valid(\"v1.0.0\")", json!(true)),
            ("semver.is_valid(\"V1.0.0\")", json!(false)),
            ("semver.is_valid(\"vv1.0.0\")", json!(false)),
            ("semver.is_valid(\"1.0\")", json!(false)),
            ("semver.is_valid(1)", json!(false)),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        assert!(ask("semver.compare(\"1.0\", \"1.0.0\")").is_err());
    }
}
