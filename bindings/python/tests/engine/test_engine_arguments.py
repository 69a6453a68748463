"""An argument of the wrong type or out of its range is an `ArgumentError`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Callable

import pytest

import boardkit_grid as grid
from boardkit_grid.compat import RustOPAEngine
from unusual import HUGE, NAN, NO_COUNTS, NO_FLAGS, NO_TEXTS, Liar, label

# The types do not allow these calls.
Engine: Any = grid.Engine
Builtin: Any = grid.Builtin
OPTIONS = grid.EngineOptions.__annotations__
COUNTS = [name for name in OPTIONS if name.startswith(("max_", "decision_"))]
NO_DICTS: list[Any] = [None, 1, "x", [], [("a", "package a")], object(), Liar()]
NO_SOURCES: list[Any] = [{1: "package a"}, {"a": 1}, {"a": None}, {"\ud800": "package a"}, {"a": "\ud800"}]
NO_BUNDLES: list[Any] = [None, 1, "x", [1], object(), Liar()]
GIVEN = [value for value in NO_TEXTS if value is not None]

# What is called with each of the values; all else about the call is right.
CALLS: list[tuple[str, Callable[[grid.Engine, Any], object], list[Any]]] = [
    *(
        (f"Engine({name})", lambda _, value, name=name: Engine(**{name: value}), [*NO_COUNTS, None, Decimal(20), Fraction(20)])
        for name in COUNTS
    ),
    ("Engine(rego_version)", lambda _, value: grid.Engine(rego_version=value), [*NO_TEXTS, "", "v2"]),
    ("Engine(strict_builtin_errors)", lambda _, value: grid.Engine(strict_builtin_errors=value), [*NO_FLAGS, None]),
    ("Engine(profile)", lambda _, value: grid.Engine(profile=value), [*GIVEN, "", "huge"]),
    ("Engine(builtins)", lambda _, value: grid.Engine(builtins=value), [*NO_DICTS[1:], {"a.b": 1}, {1: 2}]),
    ("Engine(memory_limit)", lambda _, value: Engine(memory_limit=value), ["x", 1]),
    ("Engine(a surrogate)", lambda _, value: Engine(**{value: 1}), ["\ud800"]),
    ("Builtin(args)", lambda _, value: grid.Engine(builtins={"a.b": grid.Builtin(args=value, fn=print)}), [*NO_COUNTS, None, 9, 256]),
    ("Builtin(fn)", lambda _, value: grid.Engine(builtins={"a.b": grid.Builtin(args=1, fn=value)}), [None, 1, "x", Liar()]),
    ("Builtin(pure)", lambda _, value: grid.Engine(builtins={"a.b": grid.Builtin(args=1, fn=print, pure=value)}), [*NO_FLAGS, None]),
    ("Builtin(name)", lambda _, value: grid.Engine(builtins={value: grid.Builtin(args=1, fn=print)}), ["", "\ud800", "a b", 1, None]),
    ("open", lambda _, value: grid.Engine.open(value), NO_TEXTS),
    ("forget", lambda _, value: grid.Engine.forget(value), NO_TEXTS),
    ("load_policy(name)", lambda engine, value: engine.load_policy(value, "package a"), NO_TEXTS),
    ("load_policy(source)", lambda engine, value: engine.load_policy("a", value), NO_TEXTS),
    ("load_policies", lambda engine, value: engine.load_policies(value), [*NO_DICTS, *NO_SOURCES]),
    ("validate", lambda engine, value: engine.validate(value), [*(value for value in NO_DICTS if value != "x"), *NO_SOURCES, "\ud800"]),
    ("remove_policy", lambda engine, value: engine.remove_policy(value), NO_TEXTS),
    ("has_policy", lambda engine, value: engine.has_policy(value), NO_TEXTS),
    ("in", lambda engine, value: value in engine, NO_TEXTS),
    ("get_data", lambda engine, value: engine.get_data(value), [*NO_TEXTS, "no pointer"]),
    ("set_data_json", lambda engine, value: engine.set_data_json(value), [value for value in NO_TEXTS if value != b"x"]),
    ("merge_data_json", lambda engine, value: engine.merge_data_json(value), [value for value in NO_TEXTS if value != b"x"]),
    ("evaluate", lambda engine, value: engine.evaluate(value), NO_TEXTS),
    ("evaluate_json", lambda engine, value: engine.evaluate_json(value), NO_TEXTS),
    ("evaluate_json(input)", lambda engine, value: engine.evaluate_json("1", value), [value for value in NO_TEXTS if value != b"x"]),
    ("test", lambda engine, value: engine.test(value), NO_TEXTS),
    ("test(undefined)", lambda engine, value: engine.test("true", undefined=value), NO_FLAGS),
    ("query", lambda engine, value: engine.query(value), NO_TEXTS),
    ("prepare", lambda engine, value: engine.prepare(value), NO_TEXTS),
    ("evaluate_many", lambda engine, value: engine.prepare("1").evaluate_many(value), [None, 1, object()]),
    ("trace", lambda engine, value: engine.trace(value), NO_TEXTS),
    ("trace(decision_cache)", lambda engine, value: engine.trace("1", decision_cache=value), [*NO_FLAGS, None]),
    ("coverage", lambda engine, value: engine.coverage(value), NO_TEXTS),
    ("run_tests(filter)", lambda engine, value: engine.run_tests(filter=value), [*GIVEN, "("]),
    ("run_tests(coverage)", lambda engine, value: engine.run_tests(coverage=value), [*NO_FLAGS, None]),
    ("load_bundle", lambda engine, value: engine.load_bundle(value), NO_BUNDLES),
    ("load_bundle(name)", lambda engine, value: engine.load_bundle(b"", name=value), GIVEN),
    (
        "load_bundle(verification)",
        lambda engine, value: engine.load_bundle(b"", verification=value),
        [1, "x", [], {"keys": 1}, {1}, Liar()],
    ),
    ("load_bundle(memory_limit)", lambda engine, value: engine.load_bundle(b"", memory_limit=value), ["x"]),  # type: ignore[call-arg]
    ("remove_bundle", lambda engine, value: engine.remove_bundle(value), NO_TEXTS),
    ("RustOPAEngine.load_policy(name)", lambda _, value: RustOPAEngine().load_policy(value, "package a"), NO_TEXTS),
    ("RustOPAEngine.load_policy(source)", lambda _, value: RustOPAEngine().load_policy("a", value), NO_TEXTS),
    ("RustOPAEngine.evaluate", lambda _, value: RustOPAEngine().evaluate(value), NO_TEXTS),
]


@pytest.mark.parametrize(
    ("call", "value"),
    [pytest.param(call, value, id=f"{name}-{label(value)}") for name, call, values in CALLS for value in values],
)
def test_an_unusual_argument(engine: grid.Engine, call: Callable[[grid.Engine, Any], object], value: Any) -> None:
    with pytest.raises(grid.ArgumentError) as raised:
        call(engine, value)
    assert isinstance(raised.value, ValueError)
    assert len(str(raised.value)) < 1000
    assert len(engine) == 0


@pytest.mark.parametrize("value", [b"x", {1}, Liar(), NAN, HUGE, {1: 2}, "\ud800", {"a": Liar()}], ids=label)
def test_a_document_that_is_none_is_an_input_error(engine: grid.Engine, value: Any) -> None:
    for call in (engine.set_data, engine.merge_data, lambda value: engine.evaluate("1", value), lambda value: engine.patch_data([value])):
        with pytest.raises(grid.InputError) as raised:
            call(value)
        assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    "call",
    [
        lambda engine: engine.evaluate(),
        lambda engine: engine.evaluate("1", 2, 3),
        lambda engine: engine.load_policy("a"),
        lambda engine: engine.load_policy(nome="a", source="package a"),
        lambda engine: engine.test("true", None, True),
        lambda engine: Engine(5),
        lambda engine: Builtin(),
    ],
)
def test_a_call_of_another_shape_is_a_type_error_as_of_any_function(engine: grid.Engine, call: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        call(engine)
