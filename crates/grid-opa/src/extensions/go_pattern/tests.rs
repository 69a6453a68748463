use super::translated;

#[test]
fn what_differs_is_said_in_other_words() {
    for (pattern, expected) in [
        ("^\\d+$", "^[0-9]+$"),
        ("[\\w-]", "[[0-9A-Za-z_]\\x{2d}-\\x{2d}]"),
        ("\\bx\\b", "(?-u:\\b)\\x{78}(?-u:\\b)"),
        (
            "[a&&b]",
            "[\\x{61}-\\x{61}\\x{26}-\\x{26}\\x{26}-\\x{26}\\x{62}-\\x{62}]",
        ),
        ("\\Qa.\\E*?", "\\x{61}\\x{2e}*?"),
        ("{,2}a{1,2}", "\\x{7b}\\x{2c}\\x{32}\\x{7d}\\x{61}{1,2}"),
        ("(?P<1n>.)(?i)\\101", "(.)(?i)\\x{41}"),
        ("\\p{^Lu}", "\\P{Lu}"),
    ] {
        let translated = translated(pattern).map(|translated| translated.pattern);
        assert_eq!(translated.as_deref(), Ok(expected), "{pattern}");
    }
    let names = translated("(?P<1a>(x)(?:y))(?<1a>z)").map(|translated| translated.names);
    assert_eq!(names, Ok(["1a", "", "1a"].map(str::to_owned).to_vec()));
    for pattern in [
        "(?x)a",
        "(?R)",
        "\\u0041",
        "\\p{sc=Greek}",
        "a**",
        "a{2}+",
        "a{1001}",
        "(a{100}){11}",
        "((a{9}){9}b){13}",
        "a{2,1}",
        "[a--b]",
        "[[:foo:]]",
        "[a",
        "[z-a]",
        "\\Z",
        "\\1",
        "\\x4",
        "\\x{110000}",
        "\\xé0",
        "\\",
        "[\\b]",
        "(?<n",
        "(?<>a)",
        "(?<a.b>a)",
        "(?<é>a)",
        "\\p",
        "\\p{",
    ] {
        assert!(translated(pattern).is_err(), "{pattern}");
    }
    assert!(translated("(a{9}b{99}){10}|c{999}").is_ok());
}
