//! `sprintf` and `format_int`. The core knows no flags of Go's `fmt`, takes other defaults, and writes integers of any length.

mod directive;
mod formats;
mod values;

use super::{Extension, Failure, argument, guarded, text, wrong};
use crate::deadline;
use directive::{Directives, Part};
use regorus::Value;
use values::{Argument, writable};

pub(super) const ALL: [Extension; 2] = [
    guarded("format_int", 2, format_int),
    guarded("sprintf", 2, sprintf),
];

fn format_int(arguments: &[Value]) -> Result<Value, Failure> {
    let number = match argument(arguments, 1)? {
        Value::Number(number) => number,
        other => return Err(wrong(1, "a number", other).into()),
    };
    if let Some(integer) = number.as_big() {
        writable(&integer)?;
    }
    // Towards zero, as in OPA.
    let whole = number.abs().floor();
    let negative = Argument::of(argument(arguments, 1)?).is_negative();
    let sign = if negative && whole.as_u64() != Some(0) {
        "-"
    } else {
        ""
    };
    let digits = match super::integer(arguments, 2)? {
        2 => whole.format_bin(),
        8 => whole.format_octal(),
        10 => whole.format_decimal(),
        16 => whole.format_hex(),
        other => return Err(format!("the base is one of 2, 8, 10 and 16, not {other}").into()),
    };
    Ok(format!("{sign}{digits}").into())
}

fn sprintf(arguments: &[Value]) -> Result<Value, Failure> {
    let format = text(arguments, 1)?;
    let values = match argument(arguments, 2)? {
        Value::Array(values) => values,
        other => return Err(wrong(2, "an array", other).into()),
    };
    let mut output = String::with_capacity(format.len());
    let mut directives = Directives::of(format, values.iter());
    while let Some(part) = directives.next()? {
        match part {
            Part::Text(text) => output.push_str(text),
            Part::Directive(directive, value) => {
                if deadline::has_passed() {
                    return Err(Failure::Always("it took too long".to_owned()));
                }
                formats::write(&mut output, &directive, &Argument::of(value))?;
            }
        }
    }
    let extra: Vec<_> = directives.extra().collect();
    if !extra.is_empty() {
        let mut texts = Vec::new();
        for value in extra {
            let value = Argument::of(value);
            texts.push(format!("{}={}", value.type_name(), value.plain()?));
        }
        output.push_str(&format!("%!(EXTRA {})", texts.join(", ")));
    }
    Ok(output.into())
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn it_writes_as_go_does() {
        for (call, expected) in CASES {
            assert_eq!(ask(call), Ok(Some(json!(expected))), "{call}");
        }
    }

    #[test]
    fn what_is_not_known_or_too_long_is_an_error() {
        for call in [
            "sprintf(\"%100000000d\", [1])",
            "sprintf(\"%.100000000f\", [1.5])",
            "sprintf(\"%*d\", [100000000, 1])",
            "sprintf(\"%99999999999999999999d\", [1])",
            "sprintf(\"%x\", [1.5])",
            "sprintf(\"%#g\", [1.5])",
            "sprintf(\"%U\", [65])",
            "sprintf(1, [1])",
            "sprintf(\"%d\", 1)",
            "format_int(1, 3)",
            "format_int(\"1\", 10)",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }

    /// What OPA 1.22.2 gives.
    #[rustfmt::skip]
    const CASES: [(&str, &str); 59] = [
        ("sprintf(\"%s\", [5])", "%!s(int64=5)"),
        ("sprintf(\"%d\", [5.5])", "%!d(float64=5.5)"),
        ("sprintf(\"%d\", [\"x\"])", "%!d(string=x)"),
        ("sprintf(\"%d\", [])", "%!d(MISSING)"),
        ("sprintf(\"x\", [1, 2.5, \"a\", [1]])", "x%!(EXTRA int64=1, float64=2.5, string=a, string=[1])"),
        ("sprintf(\"%T %T %T %T\", [1, 2.5, \"a\", 100000000000000000000])", "int64 float64 string *big.Int"),
        ("sprintf(\"%s|%x|%25d|%q\", [100000000000000000000, 100000000000000000000, 100000000000000000000, 100000000000000000000])", "100000000000000000000|56bc75e2d63100000|    100000000000000000000|%!q(big.Int=100000000000000000000)"),
        ("sprintf(\"%5d|%-5d|%05d|%+d|% d\", [42, 42, 42, 42, 42])", "   42|42   |00042|+42| 42"),
        ("sprintf(\"%x|%X|%#x|%o|%#o|%O|%b|%c\", [-255, 255, 255, 8, 8, 8, 5, 65])", "-ff|FF|0xff|10|010|0o10|101|A"),
        ("sprintf(\"%.3d|%8.3d|%08.3d|%+05d\", [5, 5, 5, 42])", "005|     005|     005|+0042"),
        ("sprintf(\"%f|%.2f|%8.2f|%-8.2f|%08.2f|%+.1f\", [1.5, 1.555, 1.5, 1.5, -1.5, 1.5])", "1.500000|1.55|    1.50|1.50    |-0001.50|+1.5"),
        ("sprintf(\"%e|%E|%.3e|%g|%G|%.3g\", [123456.789, 0.000123, 1.5, 1234567.5, 0.0000001, 1234567.5])", "1.234568e+05|1.230000E-04|1.500e+00|1.2345675e+06|1E-07|1.23e+06"),
        ("sprintf(\"%v|%v|%v|%F|% f\", [123456789.5, 0.00001, 1.5, 1.5, 2.5])", "1.234567895e+08|1e-05|1.5|1.500000| 2.500000"),
        ("sprintf(\"%.0f|%.0f|%.30f|%g|%g|%.10g|%g\", [0.5, 1.5, 0.1, 100000.5, 1000000.5, 1000000.5, 0.0001])", "0|2|0.100000000000000005551115123126|100000.5|1.0000005e+06|1000000.5|0.0001"),
        ("sprintf(\"%f\", [1e2])", "100.000000"),
        ("sprintf(\"%10s|%-10s|%.2s|%010s\", [\"ab\", \"ab\", \"abc\", \"ab\"])", "        ab|ab        |ab|00000000ab"),
        ("sprintf(\"%x|%X|%.1x\", [\"hi\", \"hi\", \"hi\"])", "6869|6869|68"),
        ("sprintf(\"%q\", [\"a\\\"b\\n\"])", "\"a\\\"b\\n\""),
        ("sprintf(\"%q\", [\"\\u200b\\u00e9\\u0001\"])", "\"\\u200bé\\x01\""),
        ("sprintf(\"%+q\", [\"é☺\"])", "\"\\u00e9\\u263a\""),
        ("sprintf(\"%5t|%t\", [true, false])", "%!t(string= true)|%!t(string=false)"),
        ("sprintf(\"%[2]d %[1]d\", [1, 2])", "2 1"),
        ("sprintf(\"%[1]d %d\", [1, 2])", "1 2"),
        ("sprintf(\"%[3]d\", [1])", "%!d(BADINDEX)"),
        ("sprintf(\"%[x]d\", [1])", "%!d(BADINDEX)"),
        ("sprintf(\"%[1]*d\", [3, 4])", "  4"),
        ("sprintf(\"%*d|%-*d|\", [5, 42, 5, 42])", "   42|42   |"),
        ("sprintf(\"%*d\", [\"a\", 42])", "%!(BADWIDTH)42"),
        ("sprintf(\"%.*d\", [\"a\", 42])", "%!(BADPREC)42"),
        ("sprintf(\"%.*f\", [2, 1.5])", "1.50"),
        ("sprintf(\"%!\", [])", "%!!(MISSING)"),
        ("sprintf(\"%\", [])", "%!(NOVERB)"),
        ("sprintf(\"%5\", [1])", "%!(NOVERB)%!(EXTRA int64=1)"),
        ("sprintf(\"%%%5%\", [])", "%%"),
        ("sprintf(\"%v %v %v\", [{\"a\": 1}, [1, \"x\", {2}], null])", "{\"a\": 1} [1, \"x\", {2}] null"),
        ("sprintf(\"%v\", [[\"\\u0001é\\n\", 1.5, set(), {}, {\"a\": {1}}, null, true]])", "[\"\\x01é\\n\", 1.5, set(), {}, {\"a\": {1}}, null, true]"),
        ("sprintf(\"%d\", [[1]])", "%!d(string=[1])"),
        ("sprintf(\"%c\", [1114112])", "\u{fffd}"),
        ("sprintf(\"%+v|%v\", [1, \"a\"])", "1|a"),
        ("sprintf(\"%#v\", [\"a\"])", "\"a\""),
        ("sprintf(\"%p|%w\", [1, 2])", "%!p(int64=1)|%!w(int64=2)"),
        ("sprintf(\"%é\", [1])", "%!é(int64=1)"),
        ("sprintf(\"%5v|%-5v|%05v\", [1, 2, 3])", "    1|2    |00003"),
        ("sprintf(\"%s %s\", [\"a\"])", "a %!s(MISSING)"),
        ("sprintf(\"%6.2f%%\", [12.345])", " 12.35%"),
        ("sprintf(\"%#q\", [\"a`b\"])", "\"a`b\""),
        ("sprintf(\"%#q\", [\"ab\"])", "`ab`"),
        ("sprintf(\"%d\", [4 / 2])", "2"),
        ("sprintf(\"%-05d|\", [3])", "3    |"),
        ("sprintf(\"%.0d|\", [0])", "|"),
        ("sprintf(\"%+.3e\", [-1.5])", "-1.500e+00"),
        ("sprintf(\"%t\", [1])", "%!t(int64=1)"),
        ("sprintf(\"%.10s|%é\", [\"ünïcode\", \"x\"])", "ünïcode|%!é(string=x)"),
        ("sprintf(\"%-8s|%8s|\", [\"ünï\", \"ünï\"])", "ünï     |     ünï|"),
        ("format_int(-1.5, 10)", "-1"),
        ("format_int(-0.5, 10)", "0"),
        ("format_int(255, 16)", "ff"),
        ("format_int(2.9, 2)", "10"),
        ("format_int(-100000000000000000000, 16)", "-56bc75e2d63100000"),
    ];
}
