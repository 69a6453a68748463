//! Numbers, their texts and their order.

use super::number::{NumberFault, general_text, i64_of, is_written_as_float, parse, text};
use super::{Set, Value, compare, sorted};
use std::cmp::Ordering;

#[track_caller]
fn number(text: &str) -> Value {
    parse(text).unwrap()
}

#[test]
fn numbers_keep_their_value() {
    let cases = [
        ("0", "0"),
        ("-12", "-12"),
        ("1.0", "1.0"),
        ("1e2", "100.0"),
        ("9223372036854775808", "9223372036854775808"),
        ("1e30", "1000000000000000000000000000000"),
        ("0.1", "0.1"),
        ("1e-7", "1e-7"),
    ];
    for (written, expected) in cases {
        assert_eq!(
            text(&number(written)).as_deref(),
            Some(expected),
            "{written}"
        );
    }
    assert_eq!(parse("1e100000"), Err(NumberFault::TooBig));
    assert_eq!(parse("1e-400"), Err(NumberFault::Beyond));
    assert_eq!(i64_of(&number("9223372036854775808")), None);
    assert!(is_written_as_float(&number("2.0")) && !is_written_as_float(&number("2")));
}

#[test]
fn floats_have_an_exponent_where_go_writes_one() {
    for (scientific, expected) in [
        ("1e0", "1"),
        ("1e6", "1e+06"),
        ("1.5e3", "1500"),
        ("-1e-5", "-1e-05"),
        ("1.25e-2", "0.0125"),
    ] {
        assert_eq!(general_text(scientific), expected);
    }
}

#[test]
fn equal_numbers_are_equal_however_they_are_written() {
    for (one, other) in [
        ("1", "1.0"),
        ("1e22", "10000000000000000000000"),
        ("0", "-0.0"),
    ] {
        assert_eq!(
            compare(&number(one), &number(other)),
            Ordering::Equal,
            "{one} {other}"
        );
        assert_eq!(number(one), number(other), "{one} {other}");
    }
    assert_eq!(
        compare(&number("9007199254740993"), &number("9007199254740992.0")),
        Ordering::Greater
    );
}

#[test]
fn sets_come_last() {
    let empty = || Value::Set(Set::default().into());
    let set: Set = [empty(), Value::new_object(), Value::from(1), Value::Null]
        .into_iter()
        .collect();
    let sorted: Vec<_> = sorted(&set).into_iter().cloned().collect();
    assert_eq!(
        sorted,
        [Value::Null, Value::from(1), Value::new_object(), empty()]
    );
}
