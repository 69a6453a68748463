//! Tokens, keys and signed requests.

use super::Texts;

pub(super) const TEXTS: [Texts; 3] = [
    (
        "io.jwt.",
        &[
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            "eyJhbGciOiJub25lIn0.e30.",
            "e30.e30.e30",
            "..",
            ".",
            "a.b.c",
            "secret",
            "eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
            "{\"alg\":\"HS256\"}",
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}",
            "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
            "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}",
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}",
            PEM,
            "eyJhbGciOjF9.W10.e30",
        ],
    ),
    (
        "crypto.",
        &[
            PEM,
            "secret",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
            "MIIB",
            "AAAA",
            "-----BEGIN",
        ],
    ),
    (
        "providers.",
        &["GET", "https://a.s3.amazonaws.com/b?c=d", "us-east-1", "s3"],
    ),
];

const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9\nq9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==\n-----END PUBLIC KEY-----";
