"""An argument of the wrong type or out of its range is an `ArgumentError`, whatever it is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Callable

import pytest

import boardkit_grid as grid
from boardkit_grid.compat import RustOPAEngine
from odd import HUGE, NAN, NO_COUNTS, NO_FLAGS, NO_TEXTS, Liar, label

# Whose calls here are none that types allow.
Engine: Any = grid.Engine
Builtin: Any = grid.Builtin
OPTIONS = grid.EngineOptions.__annotations__
COUNTS = [name for name in OPTIONS if name.startswith(("max_", "decision_"))]
NO_DICTS: list[Any] = [None, 1, "x", [], [("a", "package a")], object(), Liar()]
NO_SOURCES: list[Any] = [{1: "package a"}, {"a": 1}, {"a": None}, {"\ud800": "package a"}, {"a": "\ud800"}]
NO_BUNDLES: list[Any] = [None, 1, "x", [1], object(), Liar()]
GIVEN = [odd for odd in NO_TEXTS if odd is not None]

# What is called with each of the values; all else about the call is right.
CALLS: list[tuple[str, Callable[[grid.Engine, Any], object], list[Any]]] = [
    *(
        (f"Engine({name})", lambda _, odd, name=name: Engine(**{name: odd}), [*NO_COUNTS, None, Decimal(20), Fraction(20)])
        for name in COUNTS
    ),
    ("Engine(rego_version)", lambda _, odd: grid.Engine(rego_version=odd), [*NO_TEXTS, "", "v2"]),
    ("Engine(strict_builtin_errors)", lambda _, odd: grid.Engine(strict_builtin_errors=odd), [*NO_FLAGS, None]),
    ("Engine(profile)", lambda _, odd: grid.Engine(profile=odd), [*GIVEN, "", "huge"]),
    ("Engine(builtins)", lambda _, odd: grid.Engine(builtins=odd), [*NO_DICTS[1:], {"a.b": 1}, {1: 2}]),
    ("Engine(memory_limit)", lambda _, odd: Engine(memory_limit=odd), ["x", 1]),
    ("Engine(a surrogate)", lambda _, odd: Engine(**{odd: 1}), ["\ud800"]),
    ("Builtin(args)", lambda _, odd: grid.Engine(builtins={"a.b": grid.Builtin(args=odd, fn=print)}), [*NO_COUNTS, None, 9, 256]),
    ("Builtin(fn)", lambda _, odd: grid.Engine(builtins={"a.b": grid.Builtin(args=1, fn=odd)}), [None, 1, "x", Liar()]),
    ("Builtin(pure)", lambda _, odd: grid.Engine(builtins={"a.b": grid.Builtin(args=1, fn=print, pure=odd)}), [*NO_FLAGS, None]),
    ("Builtin(name)", lambda _, odd: grid.Engine(builtins={odd: grid.Builtin(args=1, fn=print)}), ["", "\ud800", "a b", 1, None]),
    ("open", lambda _, odd: grid.Engine.open(odd), NO_TEXTS),
    ("forget", lambda _, odd: grid.Engine.forget(odd), NO_TEXTS),
    ("load_policy(name)", lambda engine, odd: engine.load_policy(odd, "package a"), NO_TEXTS),
    ("load_policy(source)", lambda engine, odd: engine.load_policy("a", odd), NO_TEXTS),
    ("load_policies", lambda engine, odd: engine.load_policies(odd), [*NO_DICTS, *NO_SOURCES]),
    ("validate", lambda engine, odd: engine.validate(odd), [*(odd for odd in NO_DICTS if odd != "x"), *NO_SOURCES, "\ud800"]),
    ("remove_policy", lambda engine, odd: engine.remove_policy(odd), NO_TEXTS),
    ("has_policy", lambda engine, odd: engine.has_policy(odd), NO_TEXTS),
    ("in", lambda engine, odd: odd in engine, NO_TEXTS),
    ("get_data", lambda engine, odd: engine.get_data(odd), [*NO_TEXTS, "no pointer"]),
    ("set_data_json", lambda engine, odd: engine.set_data_json(odd), [odd for odd in NO_TEXTS if odd != b"x"]),
    ("merge_data_json", lambda engine, odd: engine.merge_data_json(odd), [odd for odd in NO_TEXTS if odd != b"x"]),
    ("evaluate", lambda engine, odd: engine.evaluate(odd), NO_TEXTS),
    ("evaluate_json", lambda engine, odd: engine.evaluate_json(odd), NO_TEXTS),
    ("evaluate_json(input)", lambda engine, odd: engine.evaluate_json("1", odd), [odd for odd in NO_TEXTS if odd != b"x"]),
    ("test", lambda engine, odd: engine.test(odd), NO_TEXTS),
    ("test(undefined)", lambda engine, odd: engine.test("true", undefined=odd), NO_FLAGS),
    ("query", lambda engine, odd: engine.query(odd), NO_TEXTS),
    ("prepare", lambda engine, odd: engine.prepare(odd), NO_TEXTS),
    ("evaluate_many", lambda engine, odd: engine.prepare("1").evaluate_many(odd), [None, 1, object()]),
    ("trace", lambda engine, odd: engine.trace(odd), NO_TEXTS),
    ("trace(decision_cache)", lambda engine, odd: engine.trace("1", decision_cache=odd), [*NO_FLAGS, None]),
    ("coverage", lambda engine, odd: engine.coverage(odd), NO_TEXTS),
    ("run_tests(filter)", lambda engine, odd: engine.run_tests(filter=odd), [*GIVEN, "("]),
    ("run_tests(coverage)", lambda engine, odd: engine.run_tests(coverage=odd), [*NO_FLAGS, None]),
    ("load_bundle", lambda engine, odd: engine.load_bundle(odd), NO_BUNDLES),
    ("load_bundle(name)", lambda engine, odd: engine.load_bundle(b"", name=odd), GIVEN),
    ("load_bundle(verification)", lambda engine, odd: engine.load_bundle(b"", verification=odd), [1, "x", [], {"keys": 1}, {1}, Liar()]),
    ("load_bundle(memory_limit)", lambda engine, odd: engine.load_bundle(b"", memory_limit=odd), ["x"]),  # type: ignore[call-arg]
    ("remove_bundle", lambda engine, odd: engine.remove_bundle(odd), NO_TEXTS),
    ("RustOPAEngine.load_policy(name)", lambda _, odd: RustOPAEngine().load_policy(odd, "package a"), NO_TEXTS),
    ("RustOPAEngine.load_policy(source)", lambda _, odd: RustOPAEngine().load_policy("a", odd), NO_TEXTS),
    ("RustOPAEngine.evaluate", lambda _, odd: RustOPAEngine().evaluate(odd), NO_TEXTS),
]


@pytest.mark.parametrize(
    ("call", "odd"),
    [pytest.param(call, odd, id=f"{name}-{label(odd)}") for name, call, all_odd in CALLS for odd in all_odd],
)
def test_an_odd_argument(engine: grid.Engine, call: Callable[[grid.Engine, Any], object], odd: Any) -> None:
    with pytest.raises(grid.ArgumentError) as raised:
        call(engine, odd)
    assert isinstance(raised.value, ValueError)
    assert len(str(raised.value)) < 1000
    assert len(engine) == 0


@pytest.mark.parametrize("odd", [b"x", {1}, Liar(), NAN, HUGE, {1: 2}, "\ud800", {"a": Liar()}], ids=label)
def test_a_document_that_is_none_is_an_input_error(engine: grid.Engine, odd: Any) -> None:
    for call in (engine.set_data, engine.merge_data, lambda odd: engine.evaluate("1", odd), lambda odd: engine.patch_data([odd])):
        with pytest.raises(grid.InputError) as raised:
            call(odd)
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
