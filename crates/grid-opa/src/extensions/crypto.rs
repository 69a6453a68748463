//! Hashes and message authentication codes.

use super::{Extension, builtin, text};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use regorus::Value;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

pub(super) const ALL: [Extension; 8] = [
    builtin("crypto.md5", 1, hash::<Md5>),
    builtin("crypto.sha1", 1, hash::<Sha1>),
    builtin("crypto.sha256", 1, hash::<Sha256>),
    builtin("crypto.hmac.md5", 2, code::<Hmac<Md5>>),
    builtin("crypto.hmac.sha1", 2, code::<Hmac<Sha1>>),
    builtin("crypto.hmac.sha256", 2, code::<Hmac<Sha256>>),
    builtin("crypto.hmac.sha512", 2, code::<Hmac<Sha512>>),
    builtin("crypto.hmac.equal", 2, |arguments| {
        let (one, other) = (text(arguments, 1)?, text(arguments, 2)?);
        Ok(bool::from(one.as_bytes().ct_eq(other.as_bytes())).into())
    }),
];

fn hash<D: Digest>(arguments: &[Value]) -> Result<Value, String> {
    Ok(hex(&D::digest(text(arguments, 1)?)).into())
}

fn code<M: Mac + KeyInit>(arguments: &[Value]) -> Result<Value, String> {
    let (message, key) = (text(arguments, 1)?, text(arguments, 2)?);
    let mut code = <M as KeyInit>::new_from_slice(key.as_bytes())
        .map_err(|_| "argument 2 is no key of this algorithm".to_owned())?;
    code.update(message.as_bytes());
    Ok(hex(&code.finalize().into_bytes()).into())
}

/// Bytes as hexadecimal text in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            (
                "crypto.md5(\"lorem ipsum\")",
                "80a751fde577028640c419000e33eba6",
            ),
            (
                "crypto.sha1(\"lorem ipsum\")",
                "bfb7759a67daeb65410490b4d98bb9da7d1ea2ce",
            ),
            (
                "crypto.sha256(\"lorem ipsum\")",
                "5e2bf57d3f40c4b6df69daf1936cb766f832374b4fc0259a7cbff06e2f70f269",
            ),
            (
                "crypto.sha256(\"\")",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            ("crypto.md5(\"é\")", "66ddcd97cfdeabb2f6fb8a999b4bc76f"),
            (
                "crypto.hmac.md5(\"foo\", \"bar\")",
                "31b6db9e5eb4addb42f1a6ca07367adc",
            ),
            (
                "crypto.hmac.sha1(\"foo\", \"bar\")",
                "85d155c55ed286a300bd1cf124de08d87e914f3a",
            ),
            (
                "crypto.hmac.sha256(\"foo\", \"bar\")",
                "147933218aaabc0b8b10a2b3a5c34684c8d94341bcf10a4736dc7270f7741851",
            ),
            (
                "crypto.hmac.sha512(\"foo\", \"bar\")",
                "24257d7210582a65c731ec55159c8184cc24c02489453e58587f71f44c23a2d61b4b72154a89d17b2d49448a8452ea066f4fc56a2bcead45c088572ffccdb3d8",
            ),
        ] {
            assert_eq!(ask(call), Ok(Some(json!(expected))), "{call}");
        }
        for (call, expected) in [
            ("crypto.hmac.equal(\"ab\", \"ab\")", true),
            ("crypto.hmac.equal(\"ab\", \"AB\")", false),
            ("crypto.hmac.equal(\"ab\", \"abc\")", false),
            ("crypto.hmac.equal(\"\", \"\")", true),
        ] {
            assert_eq!(ask(call), Ok(Some(json!(expected))), "{call}");
        }
        for call in [
            "crypto.md5(1)",
            "crypto.hmac.sha256(\"a\", null)",
            "crypto.hmac.equal([], \"\")",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
