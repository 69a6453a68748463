//! Numbers, their texts and their order, and collections.

use super::number::{Number, TooBig, general_text};
use super::{Object, Set, Value};

#[track_caller]
fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

#[test]
fn numbers_keep_their_texts() {
    for text in [
        "0",
        "-0",
        "-12",
        "1.0",
        "1.10",
        "0.1",
        "1e2",
        "1E+2",
        "1e-7",
        "1e-400",
        "2e308",
        "+5",
        "005",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "0.333333333333333333342",
        "123456789012345.5",
        "100000000000000000000000000000.5",
    ] {
        assert_eq!(number(text).text(), text);
    }
    assert_eq!(Number::parse("1e100000"), Err(TooBig));
    assert_eq!(Number::parse("1e-100000"), Err(TooBig));
    assert!(Number::parse("1e30000").is_ok() && Number::parse("0e999999999999").is_ok());
    assert_eq!(number("9223372036854775808").to_i64(), None);
    assert_eq!(number("12.00").to_i64(), Some(12));
    assert_eq!(
        (number("1e2").to_i64(), number("-0").to_i64()),
        (None, Some(0))
    );
    assert!(number("2.0").is_written_as_float() && !number("2").is_written_as_float());
}

#[test]
fn floats_of_hosts_are_as_javascript_writes_them() {
    for (float, text) in [
        (0.5, "0.5"),
        (2.0, "2.0"),
        (-0.0, "-0"),
        (1e21, "1e+21"),
        (1.5e-7, "1.5e-7"),
        (1e-6, "0.000001"),
        (0.1 + 0.2, "0.30000000000000004"),
    ] {
        assert_eq!(Number::from(float).text(), text);
    }
}

#[test]
fn floats_have_an_exponent_if_go_writes_one() {
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
fn numbers_are_compared_by_value() {
    for (one, other) in [
        ("1", "1.0"),
        ("1e22", "10000000000000000000000"),
        ("0", "-0.0"),
        ("0.10", "0.1"),
        ("1e-400", "0.1e-399"),
        ("1e3", "1000"),
        ("005", "5"),
    ] {
        assert_eq!(number(one), number(other), "{one} {other}");
    }
    for (less, more) in [
        ("9007199254740992.0", "9007199254740993"),
        ("0.3333333333333333", "0.333333333333333333342"),
        ("1", "1.00000000000000000001"),
        ("-1.00000000000000000001", "-1"),
        ("0", "1e-400"),
        ("-1e-400", "0"),
        ("1e308", "1e309"),
        ("1e309", "1e310"),
        ("-1", "0.5"),
        ("9223372036854775807", "9223372036854775808"),
    ] {
        assert!(number(less) < number(more), "{less} {more}");
        assert!(number(more) > number(less), "{more} {less}");
    }
}

#[test]
fn a_set_may_grow_out_of_order() {
    let mut set = Set::default();
    for number in (0..200).rev() {
        assert!(set.insert(Value::from(number)));
    }
    assert!(!set.insert(Value::from(7)) && set.remove(&Value::from(3)));
    let rest: Vec<_> = (0..200).filter(|number| *number != 3).collect();
    assert!(
        set.iter()
            .eq(&rest.into_iter().map(Value::from).collect::<Vec<_>>())
    );
    assert_eq!(
        set.get(&Value::Number(number("9.0"))),
        Some(&Value::from(9))
    );
}

#[test]
fn fields_are_found_by_name_among_other_keys() {
    let keys = [
        Value::Null,
        Value::from(7),
        "a".into(),
        "b".into(),
        Value::new_set(),
    ];
    let object: Object = keys.into_iter().map(|key| (key.clone(), key)).collect();
    assert_eq!(object.field("b"), Some(&"b".into()));
    assert_eq!((object.field("7"), object.field("c")), (None, None));
}

#[test]
fn sets_come_last() {
    let empty = || Value::Set(Set::default().into());
    let set: Set = [empty(), Value::new_object(), Value::from(1), Value::Null]
        .into_iter()
        .collect();
    let items: Vec<_> = set.iter().cloned().collect();
    assert_eq!(
        items,
        [Value::Null, Value::from(1), Value::new_object(), empty()]
    );
}
