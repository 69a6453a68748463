//! Edge cases of the texts that builtins and parsers accept.

use fastrand::Rng;

/// A random item of a list, or the default if the list is empty.
pub(crate) fn pick<'a, T: ?Sized>(random: &mut Rng, list: &[&'a T]) -> &'a T
where
    &'a T: Default,
{
    random.choice(list).copied().unwrap_or_default()
}

/// Numbers as written in Rego and JSON; some are valid in only one of them.
pub(crate) const NUMBERS: [&str; 40] = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "10",
    "60",
    "100",
    "255",
    "256",
    "-0",
    "0.0",
    "-0.0",
    "0.1",
    "0.5",
    "1.5",
    "-2.5",
    "1e3",
    "1e-3",
    "1E+2",
    "1e308",
    "1e309",
    "-1e309",
    "5e-324",
    "1e-400",
    "2147483647",
    "2147483648",
    "-2147483649",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "1e1000000000",
    "0.1234567890123456789012345678901234567890",
];

/// Texts without a special meaning.
pub(crate) const PLAIN: [&str; 32] = [
    "",
    " ",
    "a",
    "abc",
    "A",
    "0",
    "-1",
    "NaN",
    "Infinity",
    "-Infinity",
    "null",
    "true",
    "1e400",
    "é",
    "ß",
    "İ",
    "ﬁ",
    "日本語",
    "👩‍👩‍👧",
    "\u{0}",
    "\u{7f}",
    "\u{feff}",
    "\u{fffd}",
    "\u{10ffff}",
    "\u{202e}abc",
    "a\u{301}",
    "\r\n",
    "\\",
    "\"",
    "%s%d%n",
    "../../etc/passwd",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];
