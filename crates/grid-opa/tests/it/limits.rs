//! Limits that cases cannot test: times, and documents that nest deeper than JSON text can.

use grid_opa::{Engine, EngineOptions, ErrorKind, MAX_JSON_DEPTH};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Much longer than needed natively, and long enough under an emulator.
const MAX_DELAY: Duration = Duration::from_millis(1500);

fn engine() -> Engine {
    Engine::new(EngineOptions::default()).unwrap()
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, level| match level % 2 {
        0 => Value::Array(vec![inner]),
        _ => Value::Object([("a".to_owned(), inner)].into_iter().collect()),
    })
}

#[test]
fn hostile_texts_are_refused_at_once() {
    for source in [
        "[".repeat(1 << 20),
        "{".repeat(1 << 20),
        "(".repeat(1 << 20),
        "[1,".repeat(1 << 18),
    ] {
        let started = Instant::now();
        let loaded = engine().load_policy("p", &source);
        let queried = engine().evaluate(&source, None);
        assert_eq!(
            loaded.map_err(|error| error.kind()),
            Err(ErrorKind::Limit),
            "{}",
            &source[..30]
        );
        assert!(queried.is_err());
        assert!(
            started.elapsed() < MAX_DELAY,
            "{:?} for {}",
            started.elapsed(),
            &source[..30]
        );
    }
}

#[test]
fn accepted_nesting_parses_in_bounded_time() {
    let source = format!(
        "package p\n{}",
        (0..7)
            .map(|index| format!("r{index} := {}1{}\n", "{\"a\": ".repeat(13), "}".repeat(13)))
            .collect::<String>()
    );
    // Some seconds under an emulator; each further nesting would double the time.
    let engine = Engine::new(EngineOptions {
        max_load_ms: 30_000,
        ..EngineOptions::default()
    });
    engine.unwrap().load_policy("p", &source).unwrap();
}

#[test]
fn the_depth_of_documents_is_one_limit_for_values_and_texts() {
    let engine = engine();
    for (depth, fits) in [
        (MAX_JSON_DEPTH, true),
        (MAX_JSON_DEPTH + 1, false),
        (1000, false),
    ] {
        let value = nested(depth);
        let text = "[".repeat(depth) + "1" + &"]".repeat(depth);
        let expected = if fits { Ok(()) } else { Err(ErrorKind::Limit) };
        assert_eq!(
            engine
                .evaluate("input == input", Some(&value))
                .map(drop)
                .map_err(|error| error.kind()),
            expected,
            "{depth}"
        );
        assert_eq!(
            engine
                .evaluate_json("input == input", Some(&text))
                .map(drop)
                .map_err(|error| error.kind()),
            expected,
            "{depth}"
        );
        let data = Value::Object([("d".to_owned(), nested(depth - 1))].into_iter().collect());
        assert_eq!(
            engine.set_data(&data).map_err(|error| error.kind()),
            expected,
            "{depth}"
        );
        let data = format!(
            "{{\"d\": {}1{}}}",
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        );
        assert_eq!(
            engine.set_data_json(&data).map_err(|error| error.kind()),
            expected,
            "{depth}"
        );
    }
}

#[test]
fn the_time_limit_applies_and_the_engine_keeps_working() {
    let engine = Engine::new(EngineOptions {
        max_evaluation_ms: 50,
        ..EngineOptions::default()
    })
    .unwrap();
    let policy = "package p
        slow := count([1 | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); a == b])
        fast := 1";
    engine.load_policy("p", policy).unwrap();
    let started = Instant::now();
    let error = engine.evaluate("data.p.slow", None).unwrap_err();
    assert_eq!(
        (error.kind(), error.option()),
        (ErrorKind::Limit, Some("max_evaluation_ms"))
    );
    assert!(started.elapsed() < MAX_DELAY, "{:?}", started.elapsed());
    assert_eq!(engine.evaluate("data.p.fast", None), Ok(Some(json!(1))));
}

#[test]
fn the_time_limit_covers_the_reading_of_the_input() {
    let engine = Engine::new(EngineOptions {
        max_evaluation_ms: 1,
        ..EngineOptions::default()
    })
    .unwrap();
    engine.load_policy("p", "package p\nr := input.a").unwrap();
    let numbers = "0,".repeat(400_000);
    for input in [
        format!("{{\"a\": [{numbers}0]}}"),
        format!("{{\"other\": [{numbers}0], \"a\": 1}}"),
    ] {
        let answer = engine.evaluate_json("data.p.r", Some(&input));
        assert_eq!(
            answer.map_err(|error| error.option()),
            Err(Some("max_evaluation_ms"))
        );
    }
    assert_eq!(
        engine.evaluate_json("data.p.r", Some("{\"a\": 1}")),
        Ok(Some("1".to_owned()))
    );
}

#[test]
fn an_answer_that_repeats_a_text_stops_at_the_memory_limit() {
    let engine = Engine::new(EngineOptions {
        max_evaluation_ms: 60_000,
        ..EngineOptions::default()
    })
    .unwrap();
    let policy = "package p\nr := [input.t | some _ in numbers.range(1, 20000)]\no := {i: input.t | some i in numbers.range(1, 20000)}";
    engine.load_policy("p", policy).unwrap();
    // Answers of 6 GB.
    let input = json!({ "t": "x".repeat(300_000) });
    let text = input.to_string();
    for query in ["data.p.r", "data.p.o"] {
        for answer in [
            engine.evaluate(query, Some(&input)).map(drop),
            engine.evaluate_json(query, Some(&text)).map(drop),
        ] {
            assert_eq!(
                answer.map_err(|error| error.option()),
                Err(Some("max_evaluation_memory_bytes"))
            );
        }
    }
    assert!(peak_bytes() < 1 << 30, "{}", peak_bytes());
}

/// The peak of the memory of this process, as Linux counts it.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = peak.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse::<u64>().unwrap() << 10
}

#[test]
fn an_answer_after_the_limit_is_discarded() {
    let engine = Engine::new(EngineOptions {
        max_evaluation_ms: 1,
        ..EngineOptions::default()
    })
    .unwrap();
    // One builtin, which checks the clock itself.
    engine
        .load_policy(
            "p",
            "package p\nallow if count(split(sprintf(\"%500000d\", [1]), \"\")) > 0",
        )
        .unwrap();
    let answer = engine.evaluate("data.p.allow", None);
    assert_eq!(
        answer.map_err(|error| error.option()),
        Err(Some("max_evaluation_ms"))
    );
}

#[test]
fn texts_of_documents_have_their_own_limits() {
    let options = EngineOptions {
        max_input_bytes: 16,
        max_data_bytes: 20,
        ..EngineOptions::default()
    };
    let engine = Engine::new(options).unwrap();
    assert_eq!(
        engine.evaluate_json("input.a", Some("{\"a\":1}         ")),
        Ok(Some("1".to_owned()))
    );
    let error = engine
        .evaluate_json("input.a", Some("{\"a\":1}          "))
        .unwrap_err();
    assert_eq!(error.option(), Some("max_input_bytes"));
    assert_eq!(engine.set_data_json("{\"a\": 1}            "), Ok(()));
    assert_eq!(
        engine
            .set_data_json("{\"a\": 1}             ")
            .map_err(|error| error.option()),
        Err(Some("max_data_bytes"))
    );
    assert_eq!(
        engine
            .merge_data_json("{\"b\": [2], \"c\": 3}  ")
            .map_err(|error| error.option()),
        Ok(())
    );
    assert_eq!(
        engine
            .merge_data_json("{\"b\": ")
            .map_err(|error| (error.code(), error.line())),
        Err(("GRID_INPUT", Some(1)))
    );
    assert_eq!(
        engine.evaluate_json("data", None),
        Ok(Some("{\"a\":1,\"b\":[2],\"c\":3}".to_owned()))
    );
}

#[test]
fn error_texts_contain_no_backtrace() {
    let engine = Engine::new(EngineOptions {
        strict_builtin_errors: true,
        ..EngineOptions::default()
    })
    .unwrap();
    engine.load_policy("p", "package p\nx := 1 / 0").unwrap();
    for error in [
        engine.load_policy("q", "package").unwrap_err(),
        engine.evaluate("data.p.x", None).unwrap_err(),
    ] {
        assert!(
            !error.message().contains('\n') && !format!("{error:?}").contains("backtrace"),
            "{error:?}"
        );
    }
}

#[test]
fn a_long_running_builtin_checks_the_clock() {
    let engine = Engine::new(EngineOptions {
        max_evaluation_ms: 50,
        max_input_bytes: 64 << 20,
        ..EngineOptions::default()
    })
    .unwrap();
    let many: Vec<_> = (0..5_000).map(|index| format!("key {index}")).collect();
    let copies: Vec<_> = many
        .iter()
        .map(|key| json!({ "op": "copy", "from": "/list", "path": format!("/{key}") }))
        .collect();
    let graph: serde_json::Map<_, _> = (0..30)
        .map(|from| {
            let to: Vec<_> = (0..30).map(|to| to.to_string()).collect();
            (from.to_string(), json!(to))
        })
        .collect();
    let input = json!({
        "copies": copies,
        "graph": graph,
        "document": { "list": many },
        "text": "a".repeat(200_000),
        "pattern": format!("{}c", "[ab]?".repeat(300)),
        "numbers": vec![u64::MAX; 20_000],
    });
    for query in [
        "json.patch(input.document, input.copies)",
        "graph.reachable_paths(input.graph, [\"0\"])",
        "regex.find_all_string_submatch_n(\"(a|b)*c|a\", input.text, -1)",
        "regex.match(input.pattern, input.text)",
        "product(input.numbers)",
    ] {
        let started = Instant::now();
        let error = engine.evaluate(query, Some(&input)).unwrap_err();
        assert!(
            error.option() == Some("max_evaluation_ms") || query.starts_with("product"),
            "{query}: {error}"
        );
        assert!(
            started.elapsed() < 5 * MAX_DELAY,
            "{query}: {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn repeated_comprehensions_take_linear_time() {
    let source = "package p
        by_kind := {kind: ids |
            some row in input.rows
            kind := row.kind
            ids := [other.id | some other in input.rows; other.kind == kind]
        }
        alone contains row.id if {
            some row in input.rows
            others := {other.id | some other in input.rows; other.kind == row.kind; other.id != row.id}
            count(others) == 0
        }
        paired := pairs_of(input.rows)
        pairs_of(rows) := [id | some row in rows; id := count([1 | rows[_].kind == row.kind])]";
    let rows: Vec<Value> = (0..20_000)
        .map(|id| json!({ "id": id, "kind": id / 2 }))
        .collect();
    let input = json!({ "rows": rows });
    // Without grouping, each rule would take 400 million steps.
    let engine = Engine::new(EngineOptions {
        max_evaluation_ms: 20_000,
        ..EngineOptions::default()
    });
    let engine = engine.unwrap();
    engine.load_policy("p", source).unwrap();
    let answer = |rule: &str| engine.evaluate(rule, Some(&input)).unwrap().unwrap();
    assert_eq!(answer("data.p.by_kind[0] == [0, 1]"), json!(true));
    assert_eq!(answer("count(data.p.alone)"), json!(0));
    assert_eq!(answer("sum(data.p.paired)"), json!(40_000));
}
