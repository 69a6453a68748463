"""An engine in Python, in addition to the behaviour cases."""

from __future__ import annotations

import asyncio
import copy
import pickle
import sys
from collections.abc import Callable
from typing import Any

import pytest

import boardkit_grid as grid

SLOW = "package slow\nslow := count([1 | some a in numbers.range(1, 3000); some b in numbers.range(1, 3000); a == b])"


def test_undefined_is_one_and_falsy() -> None:
    assert not grid.UNDEFINED
    assert grid.UNDEFINED is not None
    falsy: list[Any] = [False, None, 0, ""]
    assert grid.UNDEFINED not in falsy
    assert repr(grid.UNDEFINED) == "UNDEFINED"
    assert grid.Undefined() is grid.UNDEFINED
    assert copy.deepcopy([grid.UNDEFINED])[0] is grid.UNDEFINED
    assert pickle.loads(pickle.dumps(grid.UNDEFINED)) is grid.UNDEFINED


def test_an_engine_counts_policies(engine: grid.Engine) -> None:
    assert len(engine) == 0
    assert engine
    engine.load_policies({"a.rego": "package a", "b.rego": "package b"})
    assert len(engine) == 2
    assert "a.rego" in engine
    assert "c.rego" not in engine
    assert repr(engine) == "<boardkit_grid.Engine: 2 policies, revision 1>"


def test_with_closes_an_engine() -> None:
    with grid.Engine() as engine:
        engine.load_policy("p", "package p")
    for call in (engine.loaded_policies, lambda: engine.evaluate("1"), lambda: len(engine), engine.__enter__):
        with pytest.raises(grid.ArgumentError, match="closed"):
            call()
    assert repr(engine) == "<boardkit_grid.Engine: closed>"
    engine.close()


CALLS: dict[str, Callable[[grid.Engine], object]] = {
    "revision": lambda engine: engine.revision,
    "load_policy": lambda engine: engine.load_policy("q", "package q"),
    "load_policies": lambda engine: engine.load_policies({}),
    "remove_policy": lambda engine: engine.remove_policy("q"),
    "has_policy": lambda engine: engine.has_policy("p"),
    "loaded_policies": lambda engine: engine.loaded_policies(),
    "load_bundle": lambda engine: engine.load_bundle(b""),
    "remove_bundle": lambda engine: engine.remove_bundle(),
    "loaded_bundles": lambda engine: engine.loaded_bundles(),
    "clear_policies": lambda engine: engine.clear_policies(),
    "set_data": lambda engine: engine.set_data({}),
    "merge_data": lambda engine: engine.merge_data({}),
    "patch_data": lambda engine: engine.patch_data([]),
    "set_data_json": lambda engine: engine.set_data_json("{}"),
    "merge_data_json": lambda engine: engine.merge_data_json("{}"),
    "get_data": lambda engine: engine.get_data(),
    "evaluate": lambda engine: engine.evaluate("1"),
    "evaluate_json": lambda engine: engine.evaluate_json("1"),
    "evaluate_async": lambda engine: asyncio.run(engine.evaluate_async("1")),
    "test": lambda engine: engine.test("true"),
    "query": lambda engine: engine.query("1"),
    "prepare": lambda engine: engine.prepare("1"),
    "validate": lambda engine: engine.validate("package q"),
    "trace": lambda engine: engine.trace("1"),
    "run_tests": lambda engine: engine.run_tests(),
    "trace_all_json": lambda engine: engine.trace_all_json("1"),
    "explain": lambda engine: engine.explain("1"),
    "inspect": lambda engine: engine.inspect(),
    "capabilities": lambda engine: engine.capabilities(),
    "format": lambda engine: engine.format("package q"),
    "coverage": lambda engine: engine.coverage("1"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_of_a_closed_engine_says_so(name: str) -> None:
    engine = grid.Engine()
    engine.close()
    engine.close()
    with pytest.raises(grid.ArgumentError, match=r"^the engine is closed; ") as raised:
        CALLS[name](engine)
    assert raised.value.code == "GRID_ARGUMENT"


def test_no_call_is_left_out_above() -> None:
    made = {"open", "forget", "close"}
    assert {name for name in dir(grid.Engine) if not name.startswith("_")} - made == set(CALLS)


def test_a_prepared_query_is_closed_with_its_engine() -> None:
    engine = grid.Engine()
    query = engine.prepare("1")
    engine.close()
    for call in (query.evaluate, lambda: query.evaluate_many([]), lambda: query.evaluate_json("1"), query.test):
        with pytest.raises(grid.ArgumentError, match=r"^the engine is closed; "):
            call()


def test_sizes_tell_what_is_held() -> None:
    engine, cache = grid.Engine(), grid.Cache()
    empty = sys.getsizeof(engine), sys.getsizeof(cache)
    engine.set_data({"users": [{"id": number} for number in range(10_000)]})
    cache.set("k", "v" * 1_000_000)
    assert sys.getsizeof(engine) > empty[0] + 1_000_000
    assert sys.getsizeof(cache) > empty[1] + 1_000_000
    engine.close()
    cache.close()
    assert sys.getsizeof(engine) <= empty[0]
    assert sys.getsizeof(cache) <= empty[1]


@pytest.mark.parametrize("made", [grid.Engine, grid.Cache])
def test_pickling_is_refused(made: type[Any]) -> None:
    for refused in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match=f"a boardkit_grid.{made.__name__} cannot be pickled"):
            refused(made())


def test_errors_know_their_place(engine: grid.Engine) -> None:
    with pytest.raises(grid.CompileError) as raised:
        engine.load_policy("a.rego", "package a\nallow if {")
    error = raised.value
    assert (error.code, error.file, error.line) == ("GRID_COMPILE", "a.rego", 2)
    assert str(error).startswith("a.rego:2:")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.line) == (grid.CompileError, str(error), 2)
    with pytest.raises(grid.EvaluationError, match="1:1"):
        grid.Engine(strict_builtin_errors=True).evaluate("1 / 0")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"max_deepness": 1}, "max_nesting"),
        ({"max_nesting": "9"}, "max_nesting is a number of levels"),
        ({"strict_builtin_errors": 1}, "strict_builtin_errors"),
        ({"profile": "huge"}, "the option profile must be tiny"),
        ({"profile": 1}, "must be a str"),
        ({"max_evaluation_ms": None}, "max_evaluation_ms"),
        ({"max_evaluation_ms": 10**400}, "whole number of milliseconds"),
        ({"builtins": []}, "must be a dict"),
        ({"builtins": {"acme.f": len}}, "must be a Builtin"),
        ({"builtins": {"acme.f": grid.Builtin(args=-1, fn=len)}}, "from 0 to 8"),
        ({"builtins": {"acme.f": grid.Builtin(args=9, fn=len)}}, "the maximum is 8"),
        ({"builtins": {"count": grid.Builtin(args=1, fn=len)}}, "name that policies can call"),
    ],
)
def test_options_are_checked(options: dict[str, Any], text: str) -> None:
    with pytest.raises(grid.ArgumentError, match=text):
        grid.Engine(**options)


@pytest.mark.parametrize("name", [None, 1, b"p", "\ud800", "", "a\nb", "x" * 1025])
def test_names_are_checked(engine: grid.Engine, name: Any) -> None:
    with pytest.raises(grid.ArgumentError):
        engine.load_policy(name, "package p")
    with pytest.raises(grid.ArgumentError):
        engine.remove_policy(name) if not isinstance(name, str) else engine.load_policies({name: "package p"})


def test_named_engines_are_one() -> None:
    one = grid.Engine.open("test-engine", rego_version="auto")
    one.load_policy("p", "package p\nx { true }")
    other = grid.Engine.open("test-engine")
    assert other.evaluate("data.p.x") is True
    with pytest.raises(grid.ArgumentError):
        grid.Engine.open("test-engine", max_depth=10)
    with pytest.raises(grid.ArgumentError, match="builtins"):
        grid.Engine.open("other", builtins={"acme.f": grid.Builtin(args=0, fn=int)})
    assert grid.Engine.forget("test-engine") is True
    assert grid.Engine.forget("test-engine") is False
    assert len(grid.Engine.open("test-engine")) == 0
    grid.Engine.forget("test-engine")


def test_prepared_queries(engine: grid.Engine) -> None:
    engine.load_policy("p", "package p\nallow if input.n > 1")
    query = engine.prepare("data.p.allow")
    assert query.query == "data.p.allow"
    assert query.evaluate({"n": 2}) is True
    assert query.evaluate_json('{"n": 2}') == "true"
    assert query.evaluate_many([{"n": 1}, {"n": 2}]) == [grid.UNDEFINED, True]
    assert query.test({"n": 1}, undefined=False) is False
    assert asyncio.run(query.evaluate_async({"n": 2})) is True
    with pytest.raises(grid.CompileError):
        engine.prepare("data.p.allow == ")


def test_traces_keep_prints_of_what_fails(engine: grid.Engine) -> None:
    engine.load_policy("p", 'package p\nx if {\n\tprint("seen", input)\n\tinput.n > 1\n}')
    trace = engine.trace("data.p.x", {"n": 1})
    assert trace.value is grid.UNDEFINED
    assert [each.text for each in trace.prints] == ['seen {"n": 1}']
    strict = grid.Engine(strict_builtin_errors=True)
    strict.load_policy("p", 'package p\nx := y if {\n\tprint("before")\n\ty := 1 / input.n\n}')
    with pytest.raises(grid.EvaluationError) as raised:
        strict.trace("data.p.x", {"n": 0})
    assert [each.text for each in raised.value.prints] == ["before"]


def test_decisions_are_cached_for_values_too() -> None:
    engine = grid.Engine(decision_cache_bytes=1 << 20)
    engine.load_policy("p", "package p\nx := input.n + 1\nlarge := input.n * 18446744073709551615")
    uses = [engine.trace("data.p.x", {"n": 1}).metrics.decision_cache for _ in range(2)]
    assert uses == ["miss", "hit"]
    assert [engine.evaluate("data.p.x", {"n": 1}) for _ in range(2)] == [2, 2]
    assert [engine.evaluate("data.p.large", {"n": 4}) for _ in range(2)] == [73786976294838206460] * 2
    assert [engine.evaluate("data.p.x", {}) for _ in range(2)] == [grid.UNDEFINED] * 2


def test_profiles_set_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " " * 40_000
    with pytest.raises(grid.LimitError, match="32768"):
        grid.Engine(profile="tiny").evaluate_json("1", text)
    with pytest.raises(grid.LimitError, match="50"):
        grid.Engine(profile="tiny", max_input_bytes=50).evaluate_json("1", text)
    monkeypatch.setenv("GRID_PROFILE", "tiny")
    with pytest.raises(grid.LimitError, match="32768"):
        grid.Engine().evaluate_json("1", text)
    assert grid.Cache().stats().max_entries == 1000
    assert grid.Cache(max_entries=7).stats().max_entries == 7
    monkeypatch.setenv("GRID_PROFILE", "huge")
    with pytest.raises(grid.ArgumentError, match="the variable GRID_PROFILE"):
        grid.Engine()
    monkeypatch.setenv("GRID_PROFILE", "auto")
    assert grid.Engine().evaluate("1") == 1
